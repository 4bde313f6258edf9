import type { Vector3 } from "#shared/volume/grid.ts";
import type { PlaneStack } from "#shared/volume/plane-stack.ts";
import { cross, dot, scale } from "#shared/volume/vector.ts";

/** What turns patient coordinates into those of a stack of planes. */
export interface PlaneFrame {
  /** Unit vector along rowStep x columnStep. */
  readonly normal: Vector3;
  /** Scalar product with the way from a plane's origin: column and row, continuous index. */
  readonly column: Vector3;
  readonly row: Vector3;
  /** Position of each plane along the normal, mm. */
  readonly positions: Float64Array;
  /** The planes by ascending position. */
  readonly order: Uint32Array;
  /** What a plane stands for along the normal, mm: the spacing, else the slice thickness, else the larger side of a pixel. */
  readonly slabMm: number;
}

/** The frame of a stack of planes, whose steps must not be parallel. */
export function frameOf(planes: PlaneStack): PlaneFrame {
  const { rowStep: r, columnStep: c, origins } = planes;
  const across = cross(r, c);
  const normal = scale(across, 1 / Math.hypot(...across));
  const positions = Float64Array.from(origins, (origin) => dot(origin, normal));
  const order = new Uint32Array(positions.length).map((_, n) => n);
  order.sort((a, b) => positions[a]! - positions[b]! || a - b);
  // Dual vectors: shear between rows and columns (rounded cosines) is solved for, not neglected.
  const [rr, rc, cc] = [dot(r, r), dot(r, c), dot(c, c)];
  const det = rr * cc - rc * rc;
  const slab = [planes.spacing, planes.thickness].find((mm) => mm !== undefined && mm > 0);
  return {
    normal,
    column: combine(r, cc / det, c, -rc / det),
    row: combine(c, rr / det, r, -rc / det),
    positions,
    order,
    slabMm: slab ?? Math.sqrt(Math.max(rr, cc)),
  };
}

/** The plane nearest to a position along the normal, mm; of two equally near ones the upper. Undefined without planes. */
export function nearestPlane(
  { positions, order }: Pick<PlaneFrame, "positions" | "order">,
  position: number,
): number | undefined {
  let [low, high] = [0, order.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (positions[order[middle]!]! < position) low = middle + 1;
    else high = middle;
  }
  const [below, above] = [order[low - 1], order[low]];
  if (below === undefined || above === undefined) return above ?? below;
  return position - positions[below]! < positions[above]! - position ? below : above;
}

/** `s a + t b`. */
export function combine(a: Vector3, s: number, b: Vector3, t: number): Vector3 {
  return [s * a[0] + t * b[0], s * a[1] + t * b[1], s * a[2] + t * b[2]];
}
