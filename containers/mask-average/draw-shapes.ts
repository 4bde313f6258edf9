import type { RegionShape } from "#shared/report/region-content.ts";
import type { PlacedSlice } from "#shared/roi/placed-roi.ts";
import { frameOf, nearestPlane, type PlaneFrame } from "#shared/roi/plane-frame.ts";
import type { Vector3 } from "#shared/volume/grid.ts";
import type { PlaneStack } from "#shared/volume/plane-stack.ts";
import { dot } from "#shared/volume/vector.ts";
import type { LayRegion } from "./lay-regions.ts";
import type { Region } from "./region.ts";

/**
 * How regions are drawn over an image: outlines as drawn, put on the planes of the image, and the voxels inside for those that are
 * voxels, or whose outlines lie across the image.
 */
export function drawShapes(
  regions: readonly Region[],
  image: PlaneStack,
  lay: LayRegion,
): readonly RegionShape[] {
  const frame = frameOf(image);
  return regions.flatMap((region, position): RegionShape[] => {
    const outlines = outlinesOn(region, image, frame);
    if (outlines.length > 0) return [{ region: position, outlines }];
    const { voxels } = lay(region, image);
    return voxels.length === 0 ? [] : [{ region: position, outlines, voxels }];
  });
}

/** Cosine of 2 degrees: planes that are less parallel cut outlines in points. */
const parallel = Math.cos((2 * Math.PI) / 180);

function outlinesOn(
  { placed }: Region,
  image: PlaneStack,
  frame: PlaneFrame,
): RegionShape["outlines"] {
  if (placed === undefined) return [];
  const { planes } = placed.reference;
  if (Math.abs(dot(frameOf(planes).normal, frame.normal)) < parallel) return [];
  const found = placed.outlines.slices.flatMap((slice) => {
    const origin = planes.origins[slice.plane]!;
    const at = dot(origin, frame.normal);
    const plane = nearestPlane(frame, at);
    if (plane === undefined || Math.abs(frame.positions[plane]! - at) > frame.slabMm / 2) return [];
    const rings = ringsOf(slice).map((ring) =>
      carry(ring, origin, planes, image.origins[plane]!, frame),
    );
    return [{ plane, rings }];
  });
  // Thin slices of the drawing may share a slice of the image.
  return [...Map.groupBy(found, ({ plane }) => plane)].map(([plane, members]) => ({
    plane,
    rings: members.flatMap(({ rings }) => rings),
  }));
}

function ringsOf({ area }: PlacedSlice): readonly Float64Array[] {
  return [...area.components.flat(), ...area.exclusions];
}

/** Columns and rows of one plane as columns and rows of another. */
function carry(
  ring: Float64Array,
  origin: Vector3,
  { rowStep, columnStep }: PlaneStack,
  target: Vector3,
  { column, row }: PlaneFrame,
): Float64Array {
  const out = new Float64Array(ring.length);
  for (let n = 0; n < ring.length; n += 2) {
    const way = [0, 1, 2].map(
      (axis) =>
        origin[axis]! +
        ring[n]! * rowStep[axis]! +
        ring[n + 1]! * columnStep[axis]! -
        target[axis]!,
    ) as unknown as Vector3;
    out[n] = dot(way, column);
    out[n + 1] = dot(way, row);
  }
  return out;
}
