import { decodeCielab } from "#shared/dicom/cielab.ts";
import { readItems, readNumber, readNumbers, readText } from "#shared/dicom/dataset.ts";
import { nameTag } from "#shared/dicom/tags.ts";
import { InputError } from "#shared/errors.ts";
import type { DicomJson } from "#shared/volume/series-volume.ts";
import type { Roi } from "./roi.ts";

/** A segment without its voxels. */
export type SegmentDescription = Omit<Roi, "shape">;

/**
 * The segments that an object defines, in the order of the file.
 *
 * @throws InputError E-SEG-SEGMENT when there are none, or a number is missing, impossible or given twice
 */
export function readSegmentDescriptions(
  path: string,
  dataset: DicomJson,
): readonly SegmentDescription[] {
  const refuse = (what: string) =>
    new InputError("E-SEG-SEGMENT", `${path} ${what}.`, "Export the segmentation again.");
  const items = readItems(dataset, "SegmentSequence");
  if (items.length === 0) throw refuse(`defines no segments (${nameTag("SegmentSequence")})`);
  const seen = new Set<number>();
  return items.map((item, index) => {
    const number = readNumber(item, "SegmentNumber");
    if (number === undefined || !Number.isInteger(number) || number < 0 || number > 65535) {
      throw refuse(`gives its segment ${index + 1} no number (${nameTag("SegmentNumber")})`);
    }
    if (seen.has(number)) throw refuse(`defines two segments with the number ${number}`);
    seen.add(number);
    const lab = readNumbers(item, "RecommendedDisplayCIELabValue", 3);
    return {
      number,
      name: readText(item, "SegmentLabel"),
      uid: readText(item, "TrackingUID"),
      colour: lab && decodeCielab(lab as unknown as readonly [number, number, number]),
    };
  });
}
