import { type ByteElement, encodeDicom, type FileOptions } from "#test/phantom/dicom-bytes.ts";
import { type Changes, classicImage, positionOf } from "#test/phantom/dicom-images.ts";
import { encodeNiftiBytes } from "#test/phantom/nifti-bytes.ts";

// A scan small enough for a run in a second: a bright rectangle with another T2 in each slice, oblique, not square.

/** Files by relative path. */
export type ScanFiles = Record<string, Uint8Array>;

/** What a small scan is made of; the defaults are a sound scan. */
export interface SmallScan {
  readonly columns: number;
  readonly rows: number;
  readonly slices: number;
  readonly echoTimesMs: readonly number[];
  /** T2 in slice k, ms. */
  readonly t2Ms: (k: number) => number;
  /** Signal at echo time 0 in the brightest pixel. */
  readonly s0: number;
  /** Stored value of a pixel; the default is the decay in the object and noise outside. */
  readonly value: (i: number, j: number, k: number, e: number) => number;
  /** Changes to the elements of image (k, e). */
  readonly changes: (k: number, e: number) => Changes;
  /** How each file is written. */
  readonly writing: FileOptions;
  /** Name of the file of image (k, e); undefined leaves the image out. */
  readonly name: (k: number, e: number) => string | undefined;
}

/** T2 in slice k, ms: 30, 45, 60, ... */
export const usualT2 = (k: number): number => 30 + 15 * k;

/** True inside the object of a matrix: its margin of a quarter on each side is background. */
export function isObject(i: number, j: number, columns: number, rows: number): boolean {
  const [x, y] = [Math.floor(columns / 4), Math.floor(rows / 4)];
  return i >= x && i < columns - x && j >= y && j < rows - y;
}

/** A scan with its defaults filled in. */
export function describeScan(wish: Partial<SmallScan> = {}): SmallScan {
  const scan = {
    columns: 20,
    rows: 12,
    slices: 3,
    echoTimesMs: [10, 20, 30, 40, 50, 60, 70, 80],
    t2Ms: usualT2,
    s0: 20_000,
    changes: () => ({}),
    writing: {},
    name: shuffledName,
    ...wish,
  };
  const decay = (i: number, j: number, k: number, e: number) =>
    isObject(i, j, scan.columns, scan.rows)
      ? Math.round((scan.s0 - 20 * i - 30 * j) * Math.exp(-scan.echoTimesMs[e]! / scan.t2Ms(k)))
      : backgroundNoise(i, j, k, e);
  return { value: decay, ...scan };
}

/** A file name in the order of neither slices nor echoes. */
export function shuffledName(k: number, e: number): string {
  return `IM${((k * 71 + e * 37) % 89).toString().padStart(2, "0")}_${k}_${e}.dcm`;
}

/** Noise without signal (Rayleigh, sigma 10), the same in every run. */
export function backgroundNoise(i: number, j: number, k: number, e: number): number {
  const mixed = Math.sin(i * 12.9898 + j * 78.233 + k * 37.719 + e * 9.131 + 1) * 43758.5453;
  const uniform = Math.max(mixed - Math.floor(mixed), 1e-6);
  return Math.round(10 * Math.sqrt(-2 * Math.log(uniform)));
}

/** Elements of image (k, e) of a scan. */
export function scanImage(scan: SmallScan, k: number, e: number): readonly ByteElement[] {
  const { columns, rows } = scan;
  const big = scan.writing.writing === "big endian";
  const bytes = Buffer.alloc(columns * rows * 2);
  for (let j = 0; j < rows; j++) {
    for (let i = 0; i < columns; i++) {
      const value = scan.value(i, j, k, e);
      const at = 2 * (j * columns + i);
      if (big) bytes.writeUInt16BE(value, at);
      else bytes.writeUInt16LE(value, at);
    }
  }
  const own: Changes = {
    "00080018": ["UI", `1.2.3.4.${k + 1}.${e + 1}`],
    "00180081": ["DS", String(scan.echoTimesMs[e])],
    "00200013": ["IS", String(1 + k + scan.slices * e)],
    "00200032": [
      "DS",
      positionOf(k)
        .map((value) => value.toPrecision(12))
        .join("\\"),
    ],
    "00280010": ["US", rows],
    "00280011": ["US", columns],
    "7FE00010": ["OW", bytes],
  };
  return classicImage(0, 0, { ...own, ...scan.changes(k, e) });
}

/** The files of a scan. */
export function scanFiles(wish: Partial<SmallScan> = {}): ScanFiles {
  const scan = describeScan(wish);
  const files: ScanFiles = {};
  for (let k = 0; k < scan.slices; k++) {
    for (let e = 0; e < scan.echoTimesMs.length; e++) {
      const name = scan.name(k, e);
      if (name !== undefined) files[name] = encodeDicom(scanImage(scan, k, e), scan.writing);
    }
  }
  return files;
}

/** A scan as one 4D float NIfTI file. */
export function niftiOf(name: string, wish: Partial<SmallScan> = {}): ScanFiles {
  const { columns, rows, slices, echoTimesMs, value } = describeScan(wish);
  const shape = [columns, rows, slices, echoTimesMs.length];
  return { [`${name}.nii`]: encodeNiftiBytes({ shape, type: "float32", value }) };
}

/** The object as one 4D NIfTI file of four echoes, with their times (s) in a sidecar unless they are left out. */
export function niftiFiles(
  sidecar: object | undefined = { EchoTime: [0.01, 0.02, 0.03, 0.04] },
  value: SmallScan["value"] = describeScan().value,
): ScanFiles {
  const json = sidecar === undefined ? {} : { "echoes.json": Buffer.from(JSON.stringify(sidecar)) };
  return { ...niftiOf("echoes", { echoTimesMs: [10, 20, 30, 40], value }), ...json };
}
