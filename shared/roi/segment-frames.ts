import { readItems, readNumber } from "#shared/dicom/dataset.ts";
import type { SegmentationMatrix } from "#shared/dicom/segmentation-pixels.ts";
import { type Keyword, nameTag } from "#shared/dicom/tags.ts";
import { InputError } from "#shared/errors.ts";
import type { DicomJson } from "#shared/volume/series-volume.ts";

/** The groups of attributes in which a value of a frame is looked for, the frame's own ones first (PS3.3 C.7.6.16). */
export type FrameGroups = readonly DicomJson[];

/**
 * The groups of each frame of a segmentation.
 *
 * @throws InputError E-SEG-FRAMES when the numbers of frames stated, described and held are not the same
 */
export function readFrameGroups(
  path: string,
  dataset: DicomJson,
  matrix: SegmentationMatrix,
): readonly FrameGroups[] {
  const shared = readItems(dataset, "SharedFunctionalGroupsSequence").slice(0, 1);
  const own = readItems(dataset, "PerFrameFunctionalGroupsSequence");
  const { frames, framesHeld } = matrix;
  // A single frame may have everything in the shared groups, or outside them.
  const described = own.length === 0 && frames === 1 ? 1 : own.length;
  if (frames !== described || (framesHeld !== undefined && framesHeld < frames)) {
    const held = framesHeld === undefined ? "" : `, and its pixel data hold ${framesHeld}`;
    throw new InputError(
      "E-SEG-FRAMES",
      `${path} says it holds ${frames} frames, but describes ${described} of them (${nameTag("PerFrameFunctionalGroupsSequence")})${held}: the object contradicts itself and is not read.`,
      "Export the segmentation again.",
    );
  }
  if (own.length === 0) return [[...shared, dataset]];
  return own.map((group) => [group, ...shared, dataset]);
}

/** The first item of a sequence that a frame has, else what stands outside sequences. */
export function findItem(groups: FrameGroups, sequence: Keyword): DicomJson {
  for (const group of groups) {
    const item = readItems(group, sequence)[0];
    if (item !== undefined) return item;
  }
  return groups.at(-1)!;
}

/**
 * SegmentNumber of each frame.
 *
 * @param defined - numbers of the segments that the object defines
 * @throws InputError E-SEG-SEGMENT for a frame of no segment, or of one that is not defined
 */
export function readSegmentOfFrames(
  path: string,
  frames: readonly FrameGroups[],
  defined: readonly number[],
): readonly number[] {
  return frames.map((groups, index) => {
    const item = findItem(groups, "SegmentIdentificationSequence");
    // Where there is one segment only, some writers do not repeat its number.
    const number =
      readNumber(item, "ReferencedSegmentNumber") ??
      (defined.length === 1 ? defined[0] : undefined);
    if (number !== undefined && defined.includes(number)) return number;
    throw unknownSegment(path, index, number, defined);
  });
}

/** E-SEG-SEGMENT: a frame belongs to no segment that the object defines. */
export function unknownSegment(
  path: string,
  frame: number,
  number: number | undefined,
  defined: readonly number[],
): InputError {
  const refers = number === undefined ? "refers to no segment" : `refers to segment ${number}`;
  return new InputError(
    "E-SEG-SEGMENT",
    `Frame ${frame + 1} of ${path} ${refers}, but the object defines ${listSegments(defined)}.`,
    "Export the segmentation again.",
  );
}

function listSegments(numbers: readonly number[]): string {
  const [first, last] = [numbers[0], numbers.at(-1)];
  if (first === undefined) return "no segment";
  if (numbers.length === 1) return `segment ${first} only`;
  if (last! - first === numbers.length - 1) return `segments ${first} to ${last}`;
  const more = numbers.length > 10 ? " ..." : "";
  return `segments ${numbers.slice(0, 10).join(", ")}${more}`;
}
