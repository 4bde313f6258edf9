import { execFileSync, spawnSync } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, test } from "vitest";
import { group, slices, writeReconstruction } from "../phantom/paravision-study.ts";
import { convertStudy } from "../shared/paravision/convert-study.ts";
import { newFolder } from "./launch.ts";

// Numbers of the written files against numpy and, where it is installed, brukerapi, from the same 2dseq: nothing of ours reads either.

/** Python with numpy and pydicom; brukerapi makes one comparison more. */
const python = process.env["XNAT_PIC_PYTHON"] ?? "/usr/bin/python3";
const canImport = (names: string) =>
  spawnSync(python, ["-c", `import ${names}`], { stdio: "ignore" }).status === 0;
const hasPython = canImport("numpy, pydicom");

interface Comparison {
  readonly images: readonly [number, number];
  readonly shapes: boolean;
  /** Largest difference, in steps of the written integers. */
  readonly steps: number;
  /** The same over the largest value. */
  readonly relative: number;
  /** Between RescaleSlope and the real world value mapping, over the largest value. */
  readonly mapping: number;
  readonly cornersMm: number;
  /** WindowWidth in steps. */
  readonly narrowestWindow: number;
  readonly brukerapi: number | null;
}

type Spec = Omit<NonNullable<Parameters<typeof writeReconstruction>[1]>, "examination">;

const axial = [1, 0, 0, 0, 1, 0, 0, 0, 1];
const sagittal = [0, 1, 0, 0, 0, -1, -1, 0, 0];
const coronal = [1, 0, 0, 0, 0, -1, 0, 1, 0];
const size = [8, 6];
const signed = (frame: number, x: number, y: number, z: number) =>
  300 * x - 40 * y - 500 + frame + 7 * z;
const wide = (frame: number, x: number, y: number) => x * 1_000_003 - y * 70_001 + frame;
const half = Math.SQRT1_2;

const copied: Readonly<Record<string, Spec>> = {
  "packages, some transposed": {
    ...{ size, groups: [slices(3)], packages: [1, 1, 1], transposition: [0, 1, 1] },
    orientations: [axial, sagittal, coronal],
  },
  "8 bits": { wordType: "uint8", groups: [slices(2)] },
  "big-endian": { bigEndian: true, groups: [slices(2)], stored: signed },
  "slopes of each frame": {
    ...{ version: "5.1", slopes: Array.from({ length: 6 }, (_, n) => 1 + n / 3), stored: signed },
    groups: [slices(2), group("FG_MOVIE", 3)],
  },
  "echoes faster than slices": {
    ...{ groups: [group("FG_ECHO", 3, "VisuAcqEchoTime"), slices(2)], echoTimesMs: [4, 9, 15] },
    stored: signed,
  },
  "real and imaginary": {
    groups: [slices(2), group("FG_COMPLEX", 2, "VisuCoreFrameType")],
    ...{ frameTypes: ["REAL_IMAGE", "IMAGINARY_IMAGE"], stored: signed },
  },
  "3D with echoes": {
    ...{ size: [8, 6, 5], groups: [group("FG_ECHO", 2, "VisuAcqEchoTime")], echoTimesMs: [4, 9] },
    stored: signed,
  },
  "oblique slices against their normal": {
    orientations: Array(3).fill([1, 0, 0, 0, half, -half, 0, half, half]),
    positions: [0, 1, 2].map((n) => [-1.23456789, 3 - 1.25 * n * half, -1.25 * n * half]),
    ...{ groups: [slices(3)], stored: signed },
  },
  "a slope of 1e-9": { slopes: 1e-9, stored: signed },
  "a slope of 1e12 and an offset": { slopes: 1.25e12, offsets: 9.5e15, stored: signed },
  "a slope below 0": { slopes: -2, offsets: 10, stored: signed },
  "the whole of 16 bits": { stored: (_frame, x) => (x === 0 ? -32_768 : 32_767) },
  "one pixel": { size: [1, 1], stored: () => 5 },
  "one row": { size: [9, 1], stored: signed },
  "one column": { size: [1, 9], stored: signed },
  "the widest image": {
    ...{ size: [65_535, 2], extentMm: [655.35, 0.8] },
    stored: (_frame, x, y) => (x % 30_000) - y,
  },
  "values below 0": { stored: (_frame, x, y) => -1 - x - 10 * y },
  "one value": { stored: () => 77 },
  nothing: { stored: () => 0, groups: [slices(2)] },
};

const mapped: Readonly<Record<string, Spec>> = {
  "32 bits, big-endian, slopes of each frame": {
    ...{ wordType: "int32", bigEndian: true, groups: [slices(2)], stored: wide },
    ...{ slopes: [2e-3, 5e-3], offsets: [1, -7] },
  },
  "a field map stored in reverse": {
    ...{ size: [8, 6, 5], wordType: "int32", slopes: 1390 / 2.1e9, units: ["Hz"] },
    ...{ stored: wide, diskSliceOrder: "reverse" },
  },
  "maps of floats": {
    ...{
      wordType: "float32",
      units: ["", "ms"],
      elementComments: ["Signal", "T2 Relaxation Time"],
    },
    groups: [group("FG_ISA", 2, "VisuFGElemComment", "VisuCoreDataUnits"), slices(2)],
    stored: (frame, x, y) => (frame % 2 === 0 ? x * 1000.5 + y : x * y * 7.3),
  },
  "the whole of 32 bits": {
    ...{ wordType: "int32", size },
    stored: (_frame, x, y) => (x + y === 0 ? -(2 ** 31) : x + y === 12 ? 2 ** 31 - 1 : x * y),
  },
  "subnormal floats": { wordType: "float32", stored: (_frame, x, y) => x * 3e-45 + y * 1e-40 },
  "floats of a million to one": {
    ...{ wordType: "float32", groups: [slices(3)] },
    stored: (frame, x, y) => (x + y) * [1e6, 0, 1e-6][frame]!,
  },
  "one float": { wordType: "float32", stored: () => 3.25, slopes: 2, offsets: 1 },
};

describe.skipIf(!hasPython)("real values and places by numpy and pydicom are those of", () => {
  const compared = new Map<string, Comparison>();
  beforeAll(async () => {
    const [study, output] = [join(newFolder("peers-"), "study"), join(newFolder("peers-"), "out")];
    const names = [...Object.keys(copied), ...Object.keys(mapped)];
    for (const [n, name] of names.entries()) {
      const spec = copied[name] ?? mapped[name]!;
      await writeReconstruction(study, { examination: n + 1, comment: name, ...spec });
    }
    const results = await convertStudy(study, output);
    expect(results.map(({ status }) => status)).toEqual(names.map(() => "converted"));
    const script = fileURLToPath(new URL("compare_2dseq.py", import.meta.url));
    const said = execFileSync(python, [script, study, join(output, "dicom/M01/day1")], {
      encoding: "utf8",
    });
    const found = JSON.parse(said) as Record<string, Comparison>;
    for (const [n, name] of names.entries()) compared.set(name, found[String(n + 1)]!);
  }, 60_000);

  function check(name: string): Comparison {
    const found = compared.get(name)!;
    expect(found.images[0]).toBe(found.images[1]);
    expect(found.shapes).toBe(true);
    expect(found.cornersMm).toBeLessThan(1e-9);
    expect(found.mapping).toBeLessThan(1e-11);
    expect(found.narrowestWindow).toBeGreaterThanOrEqual(1 - 1e-9);
    return found;
  }

  for (const name of Object.keys(copied)) {
    // A decimal string has 16 characters, which is all that can differ.
    test(name, () => expect(check(name).relative).toBeLessThan(1e-11));
  }

  for (const name of Object.keys(mapped)) {
    test(`${name}, within half a step`, () =>
      expect(check(name).steps).toBeLessThanOrEqual(0.5 + 1e-6));
  }

  test.skipIf(!canImport("brukerapi"))("brukerapi, where it takes no frame for another", () => {
    for (const [name, { brukerapi }] of compared) {
      // It transposes the pixels of transposed frames in its own way.
      if (name === "packages, some transposed" || brukerapi === null) continue;
      expect(brukerapi, name).toBeLessThan(1e-6);
    }
  });
});
