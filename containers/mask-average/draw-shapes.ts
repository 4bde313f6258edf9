import type { RegionShape } from "#shared/report/region-content.ts";
import { frameOf, nearestPlane, type PlaneFrame } from "#shared/roi/plane-frame.ts";
import { mapArea, mapPlane } from "#shared/roi/plane-map.ts";
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
    const at = dot(planes.origins[slice.plane]!, frame.normal);
    const plane = nearestPlane(frame, at);
    if (plane === undefined || Math.abs(frame.positions[plane]! - at) > frame.slabMm / 2) return [];
    const { components, exclusions } = mapArea(
      slice.area,
      mapPlane(planes, slice.plane, image, frame, plane),
    );
    return [{ plane, rings: [...components.flat(), ...exclusions] }];
  });
  // Thin slices of the drawing may share a slice of the image.
  return [...Map.groupBy(found, ({ plane }) => plane)].map(([plane, members]) => ({
    plane,
    rings: members.flatMap(({ rings }) => rings),
  }));
}
