import { readDecimal } from "./decimal.ts";

/** Coordinates of a contour, or what is wrong with them as the end of a sentence. */
export type ContourData =
  | { readonly points: Float64Array; readonly fault: undefined }
  | { readonly points: undefined; readonly fault: string };

/** Outermost coordinate that is believed, mm: a kilometre from the centre of a scanner there is nothing. */
const farthest = 1e6;

const backslash = 0x5c;

/** How much of a text that is no number is quoted. */
const longestQuote = 30;

/**
 * ContourData (3006,0050): x, y, z of each point in patient coordinates, mm, shape [n, 3]; text separated by backslashes,
 * whatever its VR and however long its numbers are.
 *
 * @param most - numbers that are read
 */
export function readContourData(bytes: Uint8Array, most: number): ContourData {
  let end = bytes.length;
  while (end > 0 && (bytes[end - 1] === 0 || bytes[end - 1] === 0x20)) end--;
  if (end === 0) return faulty("has no coordinates");
  let count = 1;
  for (let i = 0; i < end; i++) if (bytes[i] === backslash) count++;
  if (count > most) return faulty(`has ${count} numbers, more than are read of a file`);
  const points = new Float64Array(count);
  let far: number | undefined;
  for (let i = 0, start = 0; i < count; i++) {
    let stop = start;
    while (stop < end && bytes[stop] !== backslash) stop++;
    const value = readDecimal(bytes, start, stop);
    if (value === undefined) return faulty(describe(bytes.subarray(start, stop), i + 1));
    if (!(Math.abs(value) <= farthest)) far ??= i;
    points[i] = value;
    start = stop + 1;
  }
  if (count % 3 !== 0) return faulty(`has ${count} numbers, not a multiple of three`);
  if (far === undefined) return { points, fault: undefined };
  const text = points[far]!.toString().replace("e+", "e");
  return faulty(`has a coordinate of ${text} mm (number ${far + 1})`);
}

function faulty(fault: string): ContourData {
  return { points: undefined, fault };
}

function describe(text: Uint8Array, position: number): string {
  const readable = Buffer.from(text.subarray(0, longestQuote))
    .toString("latin1")
    .replace(/\0/g, " ")
    .trim();
  return readable === ""
    ? `has an empty value at position ${position}`
    : `has "${readable.replace(/[^ -~]/g, "?")}" at position ${position}, which is no number`;
}
