import { describe, expect, test } from "vitest";
import {
  columns,
  recoveryFiles,
  recoveryNifti,
  rows,
  slices,
  trueB1,
} from "#test/containers/process-t1/recovery-scan.ts";
import type { Changes } from "#test/phantom/dicom-images.ts";
import { encodeNiftiBytes, type NiftiImage } from "#test/phantom/nifti-bytes.ts";
import { type Case, input, seriesChanges, together, usage } from "./bad-images.ts";
import { readRecord } from "./dataset.ts";
import { expectRefusal, expectSuccess, launchOn } from "./launch.ts";
import type { ScanFiles } from "./small-scan.ts";

// What is wrong with times, flip angles, B1 maps and the options that name them, said by process-t1 as a user runs it.

const files = {
  sr: () => recoveryFiles("sr"),
  ir: () => recoveryFiles("ir"),
  vfa: () => recoveryNifti("vfa"),
} as const;

const changed = (method: "sr" | "ir" | "vfa", changes: (k: number, n: number) => Changes) => () =>
  recoveryFiles(method, "M", { changes });

/** Inversion recovery whose TR rises with TI, ms. */
const repetitionFrom = (first: number) =>
  changed("ir", (_, n) => ({ "00180080": ["DS", String(first + 100 * n)] }));

const sameTime = changed("sr", () => ({ "00180080": ["DS", "500"] }));

/** The flip angle scan with a B1 map beside it, in a folder of its own. */
const withB1 = (image: Partial<NiftiImage>, sidecar?: object) => (): ScanFiles => ({
  ...files.vfa(),
  "b1/map.nii": encodeNiftiBytes({
    shape: [columns, rows, slices],
    type: "float32",
    value: (_, j) => trueB1(j),
    ...image,
  }),
  ...(sidecar && { "b1/map.json": Buffer.from(JSON.stringify(sidecar)) }),
});
const b1Options = ["--series=scan", "--b1-map={input}/b1/map.nii"];

const times: Readonly<Record<string, Case>> = {
  "two series of different methods": input(
    "E-MIXED-SERIES",
    /RepetitionTime \(7 values\).*InversionTime \(8 values\).*--series/,
    () =>
      together({ a: files.sr(), b: recoveryFiles("ir", "M", { changes: seriesChanges(9, "IR") }) }),
  ),
  "the same TR everywhere": input("E-NO-CONTRAST", /TR is 500 ms/, sameTime),
  "the same TR everywhere, the method named": input(
    "E-TR-CONSTANT",
    /TR 500 ms/,
    sameTime,
    "--model=sr2par",
  ),
  "another contrast than the method named": input(
    "E-MISSING-TI",
    /InversionTime \(0018,0082\) is missing/,
    files.sr,
    "--model=ir-magnitude",
  ),
  "a repetition time missing in one image": input(
    "E-MISSING-TR",
    /1 of 14 images/,
    changed("sr", (k, n) => (k === 1 && n === 3 ? { "00180080": undefined } : {})),
  ),
  "TR and TI that vary together": input("E-SEVERAL-CONTRASTS", /./, repetitionFrom(9000)),
  "TR and TI that vary together, the method named": input(
    "E-TR-VARIES",
    /9000 to 9700 ms while TI varies.*Choose the images of one TR/,
    repetitionFrom(9000),
    "--model=ir-magnitude",
  ),
  "flip angles that vary along with TR": input(
    "E-SEVERAL-CONTRASTS",
    /./,
    changed("sr", (_, n) => ({ "00181314": ["DS", String(10 + n)] })),
  ),
  "flip angles missing": input(
    "E-MISSING-FA",
    /FlipAngle \(0018,1314\).*12 of 12 images.*--fa/,
    changed("vfa", () => ({ "00181314": undefined })),
    "--model=vfa",
  ),
  "flip angles missing, no method named": input(
    "E-NO-CONTRAST",
    /./,
    changed("vfa", () => ({ "00181314": undefined })),
  ),
  "flip angles without a repetition time": input(
    "E-MISSING-TR",
    /--tr/,
    changed("vfa", () => ({ "00180080": undefined })),
  ),
  "two images for three parameters": input(
    "E-FEW",
    /3 repetition times; 2 found.*sr2par/,
    files.sr,
    "--images=1,5",
    "--model=sr3par",
  ),
  "times that contradict the images": input(
    "E-TR-MISMATCH",
    /disagree|says TR/,
    files.sr,
    "--tr=1,2,3,4,5,6,7",
  ),
};

const maps: Readonly<Record<string, Case>> = {
  "that is not there": usage("E-B1-FILE", /no such file/, files.vfa, "--b1-map=./nowhere.nii"),
  "that is no NIfTI file": usage(
    "E-B1-FILE",
    /no NIfTI file/,
    () => ({ ...files.vfa(), "b1/map.txt": Buffer.from("1") }),
    "--series=scan",
    "--b1-map={input}/b1/map.txt",
  ),
  "that is text": input(
    "E-NOT-NIFTI",
    /map\.nii/,
    () => ({ ...files.vfa(), "b1/map.nii": Buffer.from("one ".repeat(200)) }),
    ...b1Options,
  ),
  "of another place": input(
    "E-B1-GRID",
    /covers 0 of the/,
    withB1({ shape: [2, 2, 2] }),
    ...b1Options,
  ),
  "of several volumes": input(
    "E-B1-GRID",
    /holds 2 volumes/,
    withB1({ shape: [columns, rows, slices, 2] }),
    ...b1Options,
  ),
  "in degrees": input(
    "E-B1-UNIT",
    /median of 60/,
    withB1({ value: () => 60 }, { Units: "deg" }),
    ...b1Options,
  ),
  "whose values contradict its unit": input(
    "E-B1-UNIT",
    /percent/,
    withB1({}, { Units: "percent" }),
    ...b1Options,
  ),
  "of zeros": input("E-B1-UNIT", /no value above 0/, withB1({ value: () => 0 }), ...b1Options),
};

const options: Readonly<Record<string, Case>> = {
  "one image": usage("E-IMAGES", /at least two/, files.sr, "--images=3"),
  "an image that is not there": usage("E-IMAGES", /has 7/, files.sr, "--images=3-9"),
  "limits that hold no T1": usage("E-FIT-LIMITS", /./, files.sr, "--min-t1=2000", "--max-t1=1000"),
  "another number of times": usage("E-TR-COUNT", /2 values/, files.sr, "--tr=100,200"),
  "times of two methods": usage(
    "E-MODEL",
    /--ti and --tr/,
    files.sr,
    "--tr=100,200",
    "--ti=100,200",
  ),
  "a model and times of another": usage(
    "E-MODEL",
    /--model vfa/,
    files.sr,
    "--model=vfa",
    "--ti=100,200",
  ),
  "the Rician form without noise": usage(
    "E-MODEL",
    /--noise NUMBER/,
    files.sr,
    "--noise=none",
    "--noise-model=rician",
  ),
  "the Rician form for flip angles": usage(
    "E-MODEL",
    /variable flip angle/,
    files.vfa,
    "--noise-model=rician",
  ),
  "a Look-Locker correction of saturation recovery": usage(
    "E-MODEL",
    /sr3par/,
    files.sr,
    "--look-locker=on",
  ),
  "a complex model of magnitudes": input("E-COMPLEX", /./, files.ir, "--model=ir-complex"),
};

describe.each([
  ["times", times],
  ["a B1 map", maps],
  ["options:", options],
] as const)("refused, %s", (_, cases) => {
  test.concurrent.each(Object.entries(cases))(
    "%s",
    async (_claim, { files, options = [], ...refusal }) => {
      expectRefusal(await launchOn("process-t1", files(), ...options), refusal);
    },
  );
});

describe("handled:", () => {
  test.concurrent("a B1 map on other voxels is interpolated to those of the images", async () => {
    const coarse = withB1({
      shape: [columns / 2 + 1, rows / 2 + 1, slices],
      spacing: [1, 1.5, 1.5],
      value: (_, j) => trueB1(2 * j),
    });
    const run = await launchOn("process-t1", coarse(), "--dicom=none", ...b1Options);
    expectSuccess(run);
    const { fixed } = readRecord(run, "provenance.json")["model"] as { fixed: { b1Map: string } };
    expect(fixed.b1Map).toBe("file map.nii (relative, interpolated to the images)");
    expect(run.stdout).not.toContain("W-NO-B1");
  });

  test.concurrent("repetition times far above the longest TI may vary with it, the method named", async () => {
    const run = await launchOn(
      "process-t1",
      repetitionFrom(20_000)(),
      "--dicom=none",
      "--model=ir-magnitude",
    );
    expectSuccess(run);
  });
});
