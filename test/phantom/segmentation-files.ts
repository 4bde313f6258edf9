import type { ByteElement, ByteValue, Writing } from "./dicom-bytes.ts";

// DICOM segmentations written element by element from PS3.3 A.51 and C.8.20, so that tests do not lean on our own writer.

export interface PhantomFrame {
  /** ReferencedSegmentNumber; left out where undefined. */
  readonly segment?: number | undefined;
  /** ImagePositionPatient, mm. */
  readonly position: readonly number[];
  /** Stored values, shape [rows, columns]. */
  readonly values: readonly number[];
}

export interface PhantomSegmentation {
  readonly type: "BINARY" | "FRACTIONAL" | "LABELMAP";
  readonly columns: number;
  readonly rows: number;
  readonly bits: 1 | 8 | 16;
  readonly frames: readonly PhantomFrame[];
  /** Numbers and labels. */
  readonly segments: readonly (readonly [number, string])[];
  /** Where orientation and pixel size stand; of `plain` also the position. */
  readonly place?: "shared" | "per frame" | "plain" | "nowhere";
}

/** Columns and rows differ in number, size and direction: an oblique plane. */
export const phantomOrientation = [0.6, 0, 0.8, 0, 1, 0];
export const phantomSpacing = [0.5, 0.25];

/** Replaces (or with undefined removes) elements outside sequences. */
export type ElementChanges = Readonly<Record<string, readonly [string, ByteValue] | undefined>>;

/** Elements of a segmentation; `pixels` in place of native ones (compressed frames). */
export function segmentationElements(
  phantom: PhantomSegmentation,
  changes: ElementChanges = {},
  writing: Writing = "explicit",
): readonly ByteElement[] {
  const { type, columns, rows, bits, frames, place = "shared" } = phantom;
  const geometry: readonly ByteElement[] = [
    ["00209116", "SQ", [[["00200037", "DS", phantomOrientation]]]],
    [
      "00289110",
      "SQ",
      [
        [
          ["00180050", "DS", "1.5"],
          ["00180088", "DS", "2"],
          ["00280030", "DS", phantomSpacing],
        ],
      ],
    ],
  ];
  const groups = frames.map(({ segment, position }): readonly ByteElement[] => [
    ["00209111", "SQ", [[["00209157", "UL", [1, 1]]]]],
    ...(place === "shared" || place === "per frame"
      ? [["00209113", "SQ", [[["00200032", "DS", position]]]] as ByteElement]
      : []),
    ...(segment === undefined
      ? []
      : [["0062000A", "SQ", [[["0062000B", "US", segment]]]] as ByteElement]),
    ...(place === "per frame" ? geometry : []),
  ]);
  const optional = (given: boolean, ...more: readonly ByteElement[]) => (given ? more : []);
  const elements: readonly ByteElement[] = [
    ["00080005", "CS", "ISO_IR 192"],
    ["00080016", "UI", `1.2.840.10008.5.1.4.1.1.66.${type === "LABELMAP" ? 7 : 4}`],
    ["00080018", "UI", "1.2.3.4"],
    ["00080060", "CS", "SEG"],
    ["00080070", "LO", "Bytes"],
    ["0008103E", "LO", "drawn by hand"],
    ["00081115", "SQ", [[["0020000E", "UI", "1.2.3.5"]]]],
    ["0020000D", "UI", "1.2.3"],
    ["00200052", "UI", "1.2.3.6"],
    ["00280002", "US", 1],
    ["00280004", "CS", "MONOCHROME2"],
    ["00280008", "IS", String(frames.length)],
    ["00280010", "US", rows],
    ["00280011", "US", columns],
    ["00280100", "US", bits],
    ["00280101", "US", bits],
    ["00280102", "US", bits - 1],
    ["00280103", "US", 0],
    ["00620001", "CS", type],
    [
      "00620002",
      "SQ",
      phantom.segments.map(([number, label]): readonly ByteElement[] => [
        ["00620004", "US", number],
        ["00620005", "LO", label],
        ["0062000D", "US", [34887, 53485, 50171]],
        ["00620021", "UI", `1.2.3.4.${number}`],
      ]),
    ],
    ...optional(type === "FRACTIONAL", ["0062000E", "US", 255], ["00620010", "CS", "OCCUPANCY"]),
    ...optional(
      place === "plain",
      ["00180050", "DS", "1.5"],
      ["00200032", "DS", frames[0]!.position],
      ["00200037", "DS", phantomOrientation],
      ["00280030", "DS", phantomSpacing],
    ),
    ...optional(place === "shared", ["52009229", "SQ", [geometry]]),
    ["52009230", "SQ", groups],
    ["7FE00010", bits === 16 ? "OW" : "OB", nativePixels(phantom, writing)],
  ];
  const kept = elements.filter(([tag]) => !(tag in changes));
  const added = Object.entries(changes).flatMap(([tag, entry]): readonly ByteElement[] =>
    entry === undefined ? [] : [[tag, entry[0], entry[1]]],
  );
  return [...kept, ...added];
}

function nativePixels({ frames, bits }: PhantomSegmentation, writing: Writing): Uint8Array {
  const bytes = packValues(
    frames.flatMap(({ values }) => values),
    bits,
  );
  return writing === "big endian" && bits === 16 ? Buffer.from(bytes).swap16() : bytes;
}

/** Values as native little-endian pixels of 1, 8 or 16 bits; of 1 bit the first in the lowest bit of the first byte. */
export function packValues(values: readonly number[], bits: 1 | 8 | 16): Uint8Array {
  if (bits === 8) return Uint8Array.from(values);
  const bytes = Buffer.alloc(Math.ceil((values.length * bits) / 8));
  values.forEach((value, i) => {
    if (bits === 16) bytes.writeUInt16LE(value, 2 * i);
    else if (value !== 0) bytes[i >> 3]! += 2 ** (i % 8);
  });
  return bytes;
}

/** A text as rows of values: `.` is 0, digits and letters are what `meaning` says, or the digit. */
export function draw(rows: string, meaning: Readonly<Record<string, number>> = {}): number[] {
  return [...rows.replaceAll(/\s/g, "")].map((c) => (c === "." ? 0 : (meaning[c] ?? Number(c))));
}

/** Centre of the first voxel of a plane `z` mm along the normal of the phantom's planes. */
export function phantomPosition(z: number): number[] {
  // The normal is row x column = (-0.8, 0, 0.6).
  return [-10 - 0.8 * z, 3, 7 + 0.6 * z].map((value) => Number(value.toFixed(6)));
}
