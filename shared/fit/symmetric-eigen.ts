/** Below this the tangent of an angle is the angle, and its cosine 1, to rounding. */
const small = 1e-8;

/** Elements off the diagonal whose squares would vanish count as 0. */
const smallestElement = 1e-150;

/** Sweeps after which it ends in any case; six are the most that were ever seen. */
const mostSweeps = 30;

/**
 * Eigenvalues and eigenvectors of a symmetric 3 x 3 matrix, largest first.
 *
 * Jacobi's rotations: every step is an orthogonal similarity, so that eigenvalues are exact to rounding of the largest one
 * and eigenvectors orthogonal to rounding, for equal eigenvalues too.
 *
 * @param matrix - xx, yy, zz, xy, xz, yz
 * @param values - out, shape [3]
 * @param vectors - out, shape [3, 3], one unit vector after another
 * @see Golub GH, Van Loan CF, Matrix Computations, 4th ed. 2013, section 8.5
 */
export function decomposeSymmetric(
  matrix: ArrayLike<number>,
  values: Float64Array,
  vectors: Float64Array,
): void {
  let xx = matrix[0]!;
  let yy = matrix[1]!;
  let zz = matrix[2]!;
  let xy = matrix[3]!;
  let xz = matrix[4]!;
  let yz = matrix[5]!;
  let ax = 1;
  let ay = 0;
  let az = 0;
  let bx = 0;
  let by = 1;
  let bz = 0;
  let cx = 0;
  let cy = 0;
  let cz = 1;
  const negligible =
    1e-17 *
      (Math.abs(xx) + Math.abs(yy) + Math.abs(zz) + Math.abs(xy) + Math.abs(xz) + Math.abs(yz)) +
    smallestElement;
  for (let sweep = 0; sweep < mostSweeps; sweep++) {
    if (Math.abs(xy) + Math.abs(xz) + Math.abs(yz) <= negligible) break;
    if (xy !== 0) {
      const h = yy - xx;
      const size = Math.abs(h);
      const d = h < 0 ? -2 * xy : 2 * xy;
      const slight = Math.abs(d) < small * size;
      const t = d / (size + (slight ? size : Math.sqrt(h * h + d * d)));
      const c = slight ? 1 : 1 / Math.sqrt(t * t + 1);
      const s = t * c;
      xx -= t * xy;
      yy += t * xy;
      xy = 0;
      const k = xz;
      xz = c * k - s * yz;
      yz = s * k + c * yz;
      const vx = ax;
      const vy = ay;
      const vz = az;
      ax = c * vx - s * bx;
      ay = c * vy - s * by;
      az = c * vz - s * bz;
      bx = s * vx + c * bx;
      by = s * vy + c * by;
      bz = s * vz + c * bz;
    }
    if (xz !== 0) {
      const h = zz - xx;
      const size = Math.abs(h);
      const d = h < 0 ? -2 * xz : 2 * xz;
      const slight = Math.abs(d) < small * size;
      const t = d / (size + (slight ? size : Math.sqrt(h * h + d * d)));
      const c = slight ? 1 : 1 / Math.sqrt(t * t + 1);
      const s = t * c;
      xx -= t * xz;
      zz += t * xz;
      xz = 0;
      const k = xy;
      xy = c * k - s * yz;
      yz = s * k + c * yz;
      const vx = ax;
      const vy = ay;
      const vz = az;
      ax = c * vx - s * cx;
      ay = c * vy - s * cy;
      az = c * vz - s * cz;
      cx = s * vx + c * cx;
      cy = s * vy + c * cy;
      cz = s * vz + c * cz;
    }
    if (yz !== 0) {
      const h = zz - yy;
      const size = Math.abs(h);
      const d = h < 0 ? -2 * yz : 2 * yz;
      const slight = Math.abs(d) < small * size;
      const t = d / (size + (slight ? size : Math.sqrt(h * h + d * d)));
      const c = slight ? 1 : 1 / Math.sqrt(t * t + 1);
      const s = t * c;
      yy -= t * yz;
      zz += t * yz;
      yz = 0;
      const k = xy;
      xy = c * k - s * xz;
      xz = s * k + c * xz;
      const vx = bx;
      const vy = by;
      const vz = bz;
      bx = c * vx - s * cx;
      by = c * vy - s * cy;
      bz = c * vz - s * cz;
      cx = s * vx + c * cx;
      cy = s * vy + c * cy;
      cz = s * vz + c * cz;
    }
  }
  // Places of the three in descending order.
  const first = xx >= yy ? (xx >= zz ? 0 : 2) : yy >= zz ? 1 : 2;
  const last = first !== 2 && zz <= xx && zz <= yy ? 2 : first !== 0 && xx <= yy ? 0 : 1;
  const placeX = first === 0 ? 0 : last === 0 ? 2 : 1;
  const placeY = first === 1 ? 0 : last === 1 ? 2 : 1;
  const placeZ = first === 2 ? 0 : last === 2 ? 2 : 1;
  values[placeX] = xx;
  values[placeY] = yy;
  values[placeZ] = zz;
  vectors[3 * placeX] = ax;
  vectors[3 * placeX + 1] = ay;
  vectors[3 * placeX + 2] = az;
  vectors[3 * placeY] = bx;
  vectors[3 * placeY + 1] = by;
  vectors[3 * placeY + 2] = bz;
  vectors[3 * placeZ] = cx;
  vectors[3 * placeZ + 1] = cy;
  vectors[3 * placeZ + 2] = cz;
}
