import type { ByteElement, ByteValue, Writing } from "./dicom-bytes.ts";

// Small multi-echo images as element lists: oblique, not square, with a gap between the slices.

/** Changes to an element list: a new value, or undefined to leave the element out. */
export type Changes = Readonly<Record<string, readonly [vr: string, value: ByteValue] | undefined>>;

export const columns = 5;
export const rows = 4;
/** mm: between columns, between rows, between slices. */
export const spacing = [0.5, 0.75, 1.5] as const;

const [cosine, sine] = [Math.cos(0.4), Math.sin(0.4)];
/** Direction of a row, of a column, and their cross product. */
export const axes = [
  [cosine, 0, sine],
  [0, 1, 0],
  [-sine, 0, cosine],
] as const;
export const origin = [-3, 7, 11] as const;

/** Echo times, ms. */
export const echoTimes = [8, 16, 24] as const;

/** Stored value of pixel (i, j) in slice k at echo e: every one different in a series of up to 6 slices. */
export function storedValue(i: number, j: number, k: number, e: number): number {
  return 1000 * (e + 1) + 100 * k + 10 * j + i;
}

export function positionOf(k: number): readonly number[] {
  return origin.map((value, axis) => value + k * spacing[2] * axes[2][axis]!);
}

/** The pixels of an image, 16 bits, in the byte order of a way of writing. */
export function pixelBytes(k: number, e: number, writing: Writing = "explicit"): Uint8Array {
  const bytes = Buffer.alloc(columns * rows * 2);
  for (let j = 0; j < rows; j++) {
    for (let i = 0; i < columns; i++) {
      const at = (j * columns + i) * 2;
      if (writing === "big endian") bytes.writeUInt16BE(storedValue(i, j, k, e), at);
      else bytes.writeUInt16LE(storedValue(i, j, k, e), at);
    }
  }
  return bytes;
}

/** Elements of a classic MR image of slice k at echo e. */
export function classicImage(
  k: number,
  e: number,
  changes: Changes = {},
  writing: Writing = "explicit",
): readonly ByteElement[] {
  return change(
    [
      ...commonElements("1.2.840.10008.5.1.4.1.1.4", `1.2.3.4.${k + 1}.${e + 1}`),
      ["00080008", "CS", "ORIGINAL\\PRIMARY\\M"],
      ["00180050", "DS", "1.2"],
      ["00180080", "DS", "2500"],
      ["00180081", "DS", String(echoTimes[e] ?? 8 * (e + 1))],
      ["00180088", "DS", String(spacing[2])],
      ["00181314", "DS", "90"],
      // Numbered against the order of both the slices and the echoes.
      ["00200013", "IS", String(100 - 7 * k - e)],
      ["00200032", "DS", positionOf(k).map(short).join("\\")],
      ["00200037", "DS", [...axes[0], ...axes[1]].map(short).join("\\")],
      ["00280030", "DS", `${spacing[1]}\\${spacing[0]}`],
      ["7FE00010", "OW", pixelBytes(k, e, writing)],
    ],
    changes,
  );
}

/** Elements of an Enhanced MR object with `slices` x echoes frames, echo fastest. */
export function enhancedImage(slices: number, changes: Changes = {}): readonly ByteElement[] {
  const frames = Array.from({ length: slices }, (_, k) =>
    echoTimes.map((_te, e) => [k, e] as const),
  ).flat();
  return change(
    [
      ...commonElements("1.2.840.10008.5.1.4.1.1.4.1", "1.2.3.4.9"),
      ["00080008", "CS", "ORIGINAL\\PRIMARY\\SPIN ECHO\\NONE"],
      ["00200013", "IS", "1"],
      ["00280008", "IS", String(frames.length)],
      [
        "52009229",
        "SQ",
        [
          [
            [
              "00189112",
              "SQ",
              [
                [
                  ["00180080", "DS", "2500"],
                  ["00181314", "DS", "90"],
                ],
              ],
            ],
            [
              "00209116",
              "SQ",
              [[["00200037", "DS", [...axes[0], ...axes[1]].map(short).join("\\")]]],
            ],
            [
              "00289110",
              "SQ",
              [
                [
                  ["00180050", "DS", "1.2"],
                  ["00280030", "DS", `${spacing[1]}\\${spacing[0]}`],
                ],
              ],
            ],
          ],
        ],
      ],
      ["52009230", "SQ", frames.map(([k, e]) => frameGroup(k, e))],
      ["7FE00010", "OW", Buffer.concat(frames.map(([k, e]) => pixelBytes(k, e)))],
    ],
    changes,
  );
}

/** Functional groups of one frame; its slope is 1 + e / 2, its intercept k. */
export function frameGroup(k: number, e: number): readonly ByteElement[] {
  return [
    ["00189114", "SQ", [[["00189082", "FD", echoTimes[e]!]]]],
    [
      "00209111",
      "SQ",
      [
        [
          ["00209157", "UL", [k + 1, e + 1]],
          ["00209156", "US", 1],
        ],
      ],
    ],
    ["00209113", "SQ", [[["00200032", "DS", positionOf(k).map(short).join("\\")]]]],
    [
      "00189226",
      "SQ",
      [
        [
          ["00089007", "CS", "ORIGINAL\\PRIMARY\\SPIN ECHO\\NONE"],
          ["00089208", "CS", "MAGNITUDE"],
        ],
      ],
    ],
    [
      "00289145",
      "SQ",
      [
        [
          ["00281052", "DS", String(k)],
          ["00281053", "DS", String(1 + e / 2)],
        ],
      ],
    ],
  ];
}

function commonElements(sopClass: string, instance: string): readonly ByteElement[] {
  return [
    ["00080005", "CS", "ISO_IR 192"],
    ["00080016", "UI", sopClass],
    ["00080018", "UI", instance],
    ["00080060", "CS", "MR"],
    ["00080070", "LO", "Bytes"],
    ["0008103E", "LO", "multi-echo"],
    ["00100010", "PN", "Mäuse^Eins"],
    ["00100020", "LO", "M1"],
    ["0020000D", "UI", "1.2.3"],
    ["0020000E", "UI", "1.2.3.5"],
    ["00200011", "IS", "4"],
    ["00200052", "UI", "1.2.3.6"],
    ["00280002", "US", 1],
    ["00280004", "CS", "MONOCHROME2"],
    ["00280010", "US", rows],
    ["00280011", "US", columns],
    ["00280100", "US", 16],
    ["00280101", "US", 16],
    ["00280102", "US", 15],
    ["00280103", "US", 0],
  ];
}

function change(elements: readonly ByteElement[], changes: Changes): readonly ByteElement[] {
  const kept = elements.filter(([tag]) => !(tag in changes));
  const added = Object.entries(changes).flatMap(([tag, entry]): readonly ByteElement[] =>
    entry === undefined ? [] : [[tag, entry[0], entry[1]]],
  );
  return [...kept, ...added];
}

/** A decimal string holds 16 characters. */
function short(value: number): string {
  return String(Number(value.toPrecision(12)));
}
