import type { PlaneStack } from "#shared/volume/plane-stack.ts";
import { dot } from "#shared/volume/vector.ts";
import { frameOf, nearestPlane } from "./plane-frame.ts";

/** Distances are rounded to this share of a slab where they decide between planes. */
const undecided = 1e-3;

/** Which planes of a stack the slices of another stand for. */
export interface PlaneMatches {
  /** For each plane the slices that lie on it: it is the nearest to them and within half a slab. */
  readonly slicesOf: readonly (readonly number[])[];
  /** For each plane the slice nearest to it, when the plane lies within it; a thick slice holds several planes. */
  readonly holderOf: readonly (number | undefined)[];
  /** Largest distance of a slice from its plane, mm. */
  readonly farthestMm: number;
}

/**
 * Attributes parallel slices to planes: a plane holds slices from half a slab below it up to, not including, half a slab above.
 *
 * @param planes - whose normal counts
 */
export function matchPlanes(planes: PlaneStack, slices: PlaneStack): PlaneMatches {
  const [frame, other] = [frameOf(planes), frameOf(slices)];
  const { normal, slabMm, positions } = frame;
  // In the middle of the slices: normals may differ a little.
  const [u, v] = [(slices.shape[0] - 1) / 2, (slices.shape[1] - 1) / 2];
  const shift = u * dot(slices.rowStep, normal) + v * dot(slices.columnStep, normal);
  const levels = Float64Array.from(slices.origins, (origin) => dot(origin, normal) + shift);
  const order = new Uint32Array(levels.length).map((_, n) => n);
  order.sort((a, b) => levels[a]! - levels[b]! || a - b);
  let farthestMm = 0;
  const slicesOf = planes.origins.map((): number[] => []);
  for (const [slice, level] of levels.entries()) {
    const plane = nearestPlane(frame, level + undecided * slabMm);
    if (plane === undefined) continue;
    const beside = (level - positions[plane]!) / slabMm;
    if (beside < -0.5 - undecided || beside >= 0.5 - undecided) continue;
    farthestMm = Math.max(farthestMm, Math.abs(level - positions[plane]!));
    slicesOf[plane]!.push(slice);
  }
  const half = Math.max(other.slabMm, slabMm) / 2 + undecided * slabMm;
  const holderOf = planes.origins.map((_, plane) => {
    if (slicesOf[plane]!.length > 0) return slicesOf[plane]![0];
    const slice = nearestPlane({ positions: levels, order }, positions[plane]!);
    if (slice === undefined) return undefined;
    return Math.abs(levels[slice]! - positions[plane]!) <= half ? slice : undefined;
  });
  return { slicesOf, holderOf, farthestMm };
}
