import type { SegmentToWrite } from "#shared/dicom/encode-segment.ts";
import type { SegmentationRequest } from "#shared/dicom/encode-segmentation.ts";
import { type PlaneStack, planesOfGrid } from "#shared/volume/plane-stack.ts";
import { randomNumbers } from "#test/fuzz/damage.ts";
import { exampleGrid, exampleIdentity, exampleTemplate } from "./example-map.ts";

/** 11 x 7 voxels a plane: frames of 77 bits begin inside a byte. */
export const examplePlanes: PlaneStack = planesOfGrid({ ...exampleGrid, shape: [11, 7, 3] }, 1);

/** The same planes with a gap before the last one. */
export const unevenPlanes: PlaneStack = {
  ...examplePlanes,
  origins: examplePlanes.origins.map(([x, y, z], k) => (k === 2 ? [x - 1, y, z + 3.5] : [x, y, z])),
  grid: undefined,
};

/** Voxels by chance: each with this probability, the same for the same seed. */
export function someVoxels(seed: number, probability: number, count = 11 * 7 * 3): Uint32Array {
  const random = randomNumbers(seed);
  return Uint32Array.from({ length: count }, (_, i) => i).filter(() => random() < probability);
}

export const exampleSegments: readonly SegmentToWrite[] = [
  { name: "kidney", uid: "1.2.3.99.1", colour: [228, 26, 28], voxels: someVoxels(1, 0.4) },
  { name: "tumör \\ 1", uid: "no UID", colour: undefined, voxels: someVoxels(2, 0.2) },
  { name: "", uid: "", colour: [0, 0, 0], voxels: new Uint32Array(0) },
  { name: "one voxel", uid: "", colour: [255, 255, 255], voxels: Uint32Array.of(77 + 76) },
];

export const exampleRegions: SegmentationRequest = {
  planes: examplePlanes,
  images: exampleIdentity.sliceSources.map((images) =>
    images.map(({ sopClassUID, sopInstanceUID }) => ({
      sopClassUID,
      sopInstanceUID,
      frameNumber: 0,
    })),
  ),
  template: exampleTemplate,
  studyInstanceUID: "1.2.3",
  seriesInstanceUID: "1.2.3.4",
  frameOfReferenceUID: "1.2.3.5",
  seriesNumber: 5,
  segments: exampleSegments,
  name: "regions",
  description: "Regions of MSME",
  tool: { name: "mask-average", version: "0.1.0" },
  options: "--edge=half-open",
};
