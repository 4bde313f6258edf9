/**
 * Part of its length that a column must keep when the others are taken away from it to count as independent: directions
 * written with three digits differ from coplanar ones by less, and no scheme of gradients in use comes near it.
 */
const leastIndependence = 5e-3;

/** Unknowns of the diffusion tensor: S0 and six elements. */
export const tensorUnknowns = 7;
/** And of the kurtosis tensor: fifteen more. */
export const kurtosisUnknowns = 22;

/**
 * How many unknowns of a diffusion tensor (7 with S0), or of a diffusion and kurtosis tensor (22), some images determine:
 * the rank of the matrix of the logarithms' linear model.
 *
 * @param bMatrices - xx, yy, zz, xy, xz, yz of each image, s/mm²
 * @see Jensen JH, Helpern JA. MRI quantification of non-Gaussian water diffusion by kurtosis analysis. NMR Biomed
 *   2010;23:698, eq. 18 and 19
 */
export function encodingRank(
  bMatrices: readonly (readonly number[])[],
  unknowns: typeof tensorUnknowns | typeof kurtosisUnknowns,
): number {
  const largest = Math.max(...bMatrices.map(([xx = 0, yy = 0, zz = 0]) => xx + yy + zz));
  if (!(largest > 0)) return bMatrices.length > 0 ? 1 : 0;
  const scaled = bMatrices.map((matrix) => matrix.map((value) => value / largest));
  const second = scaled.map((matrix) => [1, ...matrix]);
  const rows = unknowns === kurtosisUnknowns ? scaled.map(fourthOrder) : second;
  return countIndependent(rows[0]!.map((_, column) => rows.map((row) => row[column]!)));
}

/** 1, the b-matrix, and the fifteen distinct products of two of its elements. */
function fourthOrder(b: readonly number[]): number[] {
  const [xx = 0, yy = 0, zz = 0, xy = 0, xz = 0, yz = 0] = b;
  return [
    ...[1, xx, yy, zz, xy, xz, yz],
    ...[xx * xx, yy * yy, zz * zz],
    ...[xx * xy, xx * xz, yy * xy, yy * yz, zz * xz, zz * yz],
    ...[xx * yy, xx * zz, yy * zz],
    ...[xx * yz, yy * xz, zz * xy],
  ];
}

/** Rank by Gram-Schmidt with the longest remainder first; columns are scaled to length 1. */
function countIndependent(columns: readonly number[][]): number {
  const left = columns.flatMap((column) => {
    const length = Math.hypot(...column);
    return length > 0 ? [column.map((value) => value / length)] : [];
  });
  let rank = 0;
  while (left.length > 0) {
    const lengths = left.map((column) => Math.hypot(...column));
    const longest = lengths.indexOf(Math.max(...lengths));
    if (!(lengths[longest]! > leastIndependence)) break;
    const [column = []] = left.splice(longest, 1);
    const unit = column.map((value) => value / lengths[longest]!);
    rank++;
    for (const other of left) {
      const share = other.reduce((sum, value, n) => sum + value * unit[n]!, 0);
      for (let n = 0; n < other.length; n++) other[n]! -= share * unit[n]!;
    }
  }
  return rank;
}
