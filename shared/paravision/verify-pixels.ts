import type { RawScan } from "./raw-scan.ts";
import { rawValues } from "./raw-values.ts";
import type { RawPixels } from "./read-pixels.ts";
import type { ImagePlan } from "./series-plan.ts";
import { wordBytes } from "./visu.ts";

/** How pixels of a file become real values. */
export interface Rescale {
  readonly slope: number;
  readonly intercept: number;
}

/** What a comparison of pixels found. */
export interface PixelComparison {
  /** In a sentence; undefined when all are as they should be. */
  readonly difference: string | undefined;
  /** Largest difference of real values. */
  readonly largestError: number;
}

/** Numbers in DICOM text have at most 16 characters: of a slope, at least nine digits. */
const textError = 1e-9;

/**
 * Compares the pixels of one image of a file with those of the 2dseq, real value by real value.
 *
 * Pixels of 16 bits must be the same numbers; others may differ by what the conversion says it lost.
 *
 * @param stored - pixels of the file, as many as rows x columns
 * @param transposed - whether the 2dseq has its columns as rows
 * @param allowedError - in the unit of the real values
 */
export function comparePixels(
  scan: RawScan,
  raw: RawPixels,
  { frame, partition }: ImagePlan,
  stored: Int16Array,
  { slope, intercept }: Rescale,
  allowedError: number,
): PixelComparison {
  const { visu } = scan;
  const [columns = 1, rows = 1, partitions = 1] = visu.size;
  const count = columns * rows;
  const width = wordBytes[visu.wordType];
  if (stored.length !== count) {
    const difference = `frame ${frame + 1} has ${stored.length} pixels instead of ${count}`;
    return { difference, largestError: Number.POSITIVE_INFINITY };
  }
  const bytes = raw.read((frame * partitions + partition) * count * width, count * width);
  const { of } = rawValues(visu, frame);
  let largestError = 0;
  let wrong = 0;
  let first = -1;
  for (let pixel = 0; pixel < count; pixel++) {
    const expected = of(bytes, pixel * width);
    const written = stored[pixel]! * slope + intercept;
    if (!Number.isFinite(expected)) continue;
    const error = Math.abs(written - expected);
    const rounding = textError * (Math.abs(stored[pixel]! * slope) + Math.abs(intercept));
    if (error > largestError) largestError = error;
    if (error <= allowedError + rounding) continue;
    if (first < 0) first = pixel;
    wrong++;
  }
  if (wrong === 0) return { difference: undefined, largestError };
  const place = `row ${Math.floor(first / columns) + 1}, column ${(first % columns) + 1}`;
  const found = stored[first]! * slope + intercept;
  const difference = `frame ${frame + 1}: ${wrong} of ${count} pixels differ, the first in ${place}: ${found} instead of ${of(bytes, first * width)}`;
  return { difference, largestError };
}
