import { describe, expect, test } from "vitest";
import type { Vector3 } from "#shared/volume/grid.ts";
import type { Changes } from "#test/phantom/dicom-images.ts";
import { methodFile } from "#test/phantom/paravision-files.ts";
import { spreadDirections } from "#test/shared/volume/gradients.ts";
import { type Case, input, usage } from "./bad-images.ts";
import { readRecord } from "./dataset.ts";
import { expectRefusal, expectSuccess, launchOn } from "./launch.ts";
import { smallDwi, type Weighting, weightingsOf } from "./small-dwi.ts";
import { niftiOf, type ScanFiles, scanFiles } from "./small-scan.ts";

// What is wrong with b-values, directions and the options that name them, said by process-dwi as a user runs it.

const seven = weightingsOf(1, [1000], spreadDirections(7));
const trace = weightingsOf(1, [300, 600, 1000], [undefined]);

const scanOf = (weightings: readonly Weighting[], changes?: (e: number, k: number) => Changes) => {
  const scan = smallDwi(weightings);
  return (): ScanFiles =>
    scanFiles({ ...scan, changes: (k, e) => ({ ...scan.changes!(k, e), ...changes?.(e, k) }) });
};
const sound = scanOf(seven);
/** Without weighting in the headers, in the order of acquisition. */
const silent = scanOf(seven, (e, k) => ({
  "00189075": undefined,
  "00189087": undefined,
  "00189089": undefined,
  "00200013": ["IS", String(1 + 2 * e + k)],
}));
const scaledB = (factor: number) =>
  scanOf(seven, (e) => ({ "00189087": ["FD", seven[e]!.bValue * factor] }));
const inPlane = Array.from({ length: 8 }, (_, n): Vector3 => {
  const angle = (n * Math.PI) / 8;
  return [Math.cos(angle), Math.sin(angle), 0];
});

const bval = seven.map(({ bValue }) => bValue).join(" ");
const bvecOf = (length: number) =>
  [0, 1, 2]
    .map((axis) => seven.map(({ direction }) => length * (direction?.[axis] ?? 0)).join(" "))
    .join("\n");
const nifti = (bvalText: string | undefined, bvecText?: string) => (): ScanFiles => ({
  ...niftiOf("scan", smallDwi(seven)),
  ...(bvalText !== undefined && { "scan.bval": Buffer.from(bvalText) }),
  ...(bvecText !== undefined && { "scan.bvec": Buffer.from(bvecText) }),
});
const given = (bvalText: string, bvecText: string) => (): ScanFiles => ({
  ...silent(),
  "g.bval": Buffer.from(bvalText),
  "g.bvec": Buffer.from(bvecText),
});
const givenOptions = ["--bvals={input}/g.bval", "--bvecs={input}/g.bvec"];

const bValues: Readonly<Record<string, Case>> = {
  "none in the images nor beside them": input(
    "E-NO-BVALUE",
    /No b-value in 16 images.*--bvals FILE.*method/,
    silent,
  ),
  "one missing": input(
    "E-MISSING-B",
    /1 of 16 images/,
    scanOf(seven, (e, k) => (e === 3 && k === 1 ? { "00189087": undefined } : {})),
  ),
  "one only": input(
    "E-B-CONSTANT",
    /1000 s\/mm²/,
    scanOf(weightingsOf(0, [1000], spreadDirections(7))),
  ),
  "two that differ by a percent": input("E-FEW", /at least 2 b-values; 1 found/, () =>
    scanOf(weightingsOf(0, [995, 1000], spreadDirections(7)))(),
  ),
  "in ms/µm²": input("E-B-UNIT", /up to 1 s\/mm².*multiply by 1000/, scaledB(1e-3)),
  "in s/m²": input("E-B-UNIT", /divide by 1 000 000/, scaledB(1e6)),
  "of a NIfTI file in no bval file": input("E-NO-BVALUE", /scan.*bval/, nifti(undefined)),
  "fewer than volumes": input("E-B-COUNT|E-BVAL", /8 volumes|7/, nifti("0 1000 1000")),
  "that are no numbers": input("E-BVAL", /scan\.bval holds/, nifti("0 many")),
  "below zero": input("E-BVAL", /negative/, nifti(bval.replace("1000", "-1000"))),
  "of too few images for IVIM": input(
    "E-FEW",
    /IVIM needs at least 4 b-values.*--model adc/,
    scanOf(trace),
    "--model=ivim",
  ),
  "of too few images for kurtosis": input(
    "E-FEW",
    /kurtosis needs at least 3 b-values; 2 found.*--model adc/,
    sound,
    "--model=kurtosis",
  ),
  "of ParaVision for another number of images": input("E-B-COUNT", /3 .*8|8 .*3/, () => ({
    ...silent(),
    method: Buffer.from(
      methodFile([0, 500, 1000].map((bValue) => ({ bValue, vector: [1, 0, 0] }))),
    ),
  })),
  "of two ParaVision scans": input("E-PARAVISION", /several diffusion scans/, () => ({
    ...silent(),
    "1/method": Buffer.from(methodFile([{ bValue: 500, vector: [1, 0, 0] }])),
    "2/method": Buffer.from(methodFile([{ bValue: 700, vector: [1, 0, 0] }])),
  })),
};

const directions: Readonly<Record<string, Case>> = {
  "missing for a tensor": input(
    "E-NO-DIRECTIONS",
    /--bvecs FILE, or use --model adc/,
    scanOf(trace),
    "--model=dti",
  ),
  "five for a tensor": input(
    "E-FEW-DIRECTIONS",
    /6 of the 7 unknowns.*at least 6 directions.*--model adc/,
    scanOf(weightingsOf(1, [1000], spreadDirections(5))),
    "--model=dti",
  ),
  "in one plane for a tensor": input(
    "E-FEW-DIRECTIONS",
    /of the 7 unknowns/,
    scanOf(weightingsOf(1, [1000], inPlane)),
    "--model=dti",
  ),
  "seven at two b-values for a kurtosis tensor": input(
    "E-FEW-DIRECTIONS",
    /of the 22 unknowns.*at least 15 directions.*--model dti/,
    scanOf(weightingsOf(1, [1000, 2000], spreadDirections(7))),
    "--model=dki",
  ),
  "missing for one fit a direction": input(
    "E-NO-DIRECTIONS",
    /--directions per-direction/,
    scanOf(trace),
    "--model=adc",
    "--directions=per-direction",
  ),
  "of half the length in the images": input(
    "E-GRADIENT-LENGTH",
    /length 0\.5.*--override bvals/,
    scanOf(seven, (e) => {
      const { direction } = seven[e]!;
      return direction ? { "00189089": ["FD", direction.map((value) => value / 2)] } : {};
    }),
  ),
  "of twice the length in a bvec file": input(
    "E-GRADIENT-LENGTH",
    /scan\.bvec|image 2/,
    nifti(bval, bvecOf(2)),
  ),
  "of another number than b-values": input(
    "E-BVEC",
    /scan\.bvec holds 3 rows of 3 numbers; expected 3 rows of 8/,
    nifti(bval, "1 0 0\n0 1 0\n0 0 1"),
  ),
  "that are no numbers": input(
    "E-BVEC",
    /scan\.bvec/,
    nifti(bval, bvecOf(1).replace("0", "north")),
  ),
  "given of half the length": input(
    "E-GRADIENT-LENGTH",
    /g\.bvec/,
    given(bval, bvecOf(0.5)),
    ...givenOptions,
  ),
};

const options: Readonly<Record<string, Case>> = {
  "another number of b-values": usage("E-B-COUNT", /3 .*8|8 .*3/, silent, "--bvals=0,500,1000"),
  "b-values that contradict the images": input(
    "E-B-MISMATCH",
    /--override bvals/,
    sound,
    "--bvals=0,800,800,800,800,800,800,800",
  ),
  "a bval file that is not there": usage(
    "E-BVAL-FILE",
    /no such file/,
    silent,
    "--bvals=./no.bval",
  ),
  "directions without b-values": usage(
    "E-BVAL-FILE",
    /--bvecs/,
    given(bval, bvecOf(1)),
    givenOptions[1]!,
  ),
  "a range with one b-value": usage(
    "E-B-RANGE",
    /one b-value of 2/,
    sound,
    "--bmin=900",
    "--b0=drop",
  ),
  "a fit of another model": usage("E-MODEL", /fitted by/, sound, "--model=dti", "--fit=segmented"),
  "the Rician form without noise": usage(
    "E-MODEL",
    /--noise NUMBER/,
    scanOf(trace),
    "--model=adc",
    "--fit=rician",
    "--noise=none",
  ),
  "the Rician form of averages": usage(
    "E-MODEL",
    /--directions joint/,
    sound,
    "--model=adc",
    "--fit=rician",
  ),
};

describe.each([
  ["b-values", bValues],
  ["directions", directions],
  ["options:", options],
] as const)("refused, %s", (_, cases) => {
  test.concurrent.each(Object.entries(cases))(
    "%s",
    async (_claim, { files, options = [], ...refusal }) => {
      expectRefusal(await launchOn("process-dwi", files(), ...options), refusal);
    },
  );
});

describe("handled:", () => {
  const warningsOf = (run: { readonly output: string }) =>
    (readRecord(run, "status.json")["warnings"] as { code: string }[]).map(({ code }) => code);

  test.concurrent.each(["adc", "dti"])(
    "b = 0 missing: %s extrapolates S0, and says so",
    async (model) => {
      const files = scanOf(weightingsOf(0, [300, 1000], spreadDirections(7)));
      const run = await launchOn("process-dwi", files(), `--model=${model}`, "--dicom=none");
      expectSuccess(run);
      expect(warningsOf(run)).toContain("W-NO-B0");
      expect(run.stdout).toContain("100.0 % of 120 voxels");
    },
  );

  test.concurrent.each([
    ["missing", trace, /ADC, because the images have no directions/],
    [
      "too few",
      weightingsOf(1, [1000], spreadDirections(5)),
      /a tensor needs 6 directions and there are 5/,
    ],
    ["in one plane", weightingsOf(1, [1000], inPlane), /do not determine a tensor/],
  ] as const)(
    "directions %s: the ADC is fitted, and the log says why",
    async (_, weightings, why) => {
      const run = await launchOn("process-dwi", scanOf(weightings)(), "--dicom=none");
      expectSuccess(run);
      expect(run.stdout).toMatch(why);
      expect(run.stdout).toContain("ADC map: 100.0 % of 120 voxels");
    },
  );

  test.concurrent("directions of a percent more or less are made unit vectors", async () => {
    const run = await launchOn("process-dwi", nifti(bval, bvecOf(1.01))(), "--dicom=none");
    expectSuccess(run);
    expect(run.stdout).toContain("Diffusion tensor maps: 100.0 % of 120 voxels");
  });
});
