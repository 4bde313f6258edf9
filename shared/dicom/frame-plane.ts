import type { Vector3 } from "#shared/volume/grid.ts";
import type { DicomJson } from "#shared/volume/series-volume.ts";
import { findItem, readNumber, readNumbers } from "./dataset.ts";
import type { Frame } from "./frame.ts";

/** Where a frame lies in space. */
export type FramePlane = Pick<
  Frame,
  "position" | "orientation" | "pixelSpacing" | "sliceThickness" | "spacingBetweenSlices"
>;

/**
 * The plane of a frame, as far as it is stated.
 *
 * @param groups - functional groups of the frame, its own first, then the shared ones; none for a classic image
 */
export function readFramePlane(groups: readonly DicomJson[], dataset: DicomJson): FramePlane {
  const measures = findItem(groups, "PixelMeasuresSequence") ?? dataset;
  const position = findItem(groups, "PlanePositionSequence") ?? dataset;
  const orientation = findItem(groups, "PlaneOrientationSequence") ?? dataset;
  return {
    position: readNumbers(position, "ImagePositionPatient", 3) as Vector3 | undefined,
    orientation: readNumbers(orientation, "ImageOrientationPatient", 6),
    pixelSpacing: readNumbers(measures, "PixelSpacing", 2),
    sliceThickness: readNumber(measures, "SliceThickness") ?? readNumber(dataset, "SliceThickness"),
    spacingBetweenSlices:
      readNumber(measures, "SpacingBetweenSlices") ?? readNumber(dataset, "SpacingBetweenSlices"),
  };
}
