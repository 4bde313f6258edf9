import { encodeAttributes } from "#shared/dicom/encode-attributes.ts";
import { encodeSegmentation } from "#shared/dicom/encode-segmentation.ts";
import { planesOfGrid } from "#shared/volume/plane-stack.ts";
import type { DrawnCollection, DrawnImages } from "./drawn-collection.ts";
import { voxelsInside } from "./inside-outlines.ts";

/**
 * A collection as DICOM Segmentation: for each region the voxels of the scan whose centres lie in its outlines, in segments that may
 * overlap.
 *
 * @throws Error for a collection without a voxel
 */
export function encodeDrawnSegments(collection: DrawnCollection, images: DrawnImages): Uint8Array {
  const { label, name, date, time, regions } = collection;
  const { session, grid, sopClassUID } = images;
  const file = encodeSegmentation({
    planes: planesOfGrid(grid, images.sliceThicknessMm),
    images: images.sopInstanceUIDs.map((sopInstanceUID) => [
      { sopClassUID, sopInstanceUID, frameNumber: 0 },
    ]),
    template: encodeAttributes({ ...session, ContentDate: date, ContentTime: time }),
    studyInstanceUID: String(session.StudyInstanceUID),
    seriesInstanceUID: images.seriesInstanceUID,
    frameOfReferenceUID: String(session.FrameOfReferenceUID),
    seriesNumber: images.seriesNumber,
    segments: regions.map((region) => ({
      name: region.name,
      uid: "",
      colour: region.colour,
      voxels: voxelsInside(region, grid, grid),
    })),
    name: label,
    description: name,
    tool: { name: "sample-data", version: "1" },
    options: "",
  });
  if (file === undefined) throw new Error(`${label} has no voxel`);
  return file.bytes;
}
