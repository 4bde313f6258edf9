import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import type { FitSettings } from "#shared/fit/fit-settings.ts";
import { prepareFit } from "#shared/fit/prepare-fit.ts";
import { statusCode } from "#shared/fit/status.ts";
import type { DiffusionEstimator } from "#shared/models/diffusion-decay.ts";
import { diffusionTensorPlaces as place } from "#shared/models/diffusion-tensor.ts";
import {
  hasReference,
  readNiftiSamples,
  readReferenceJson,
  referencePath,
} from "../shared/fit/curves.ts";
import { bMatrix, tensorSettings, type Vector } from "../shared/fit/tensors.ts";

// Measured diffusion signals with the tensors and ADCs that DIPY's conventions give, and MRtrix3 on the same volumes.

const folder = "dipy-dwi";

interface Mean {
  readonly mean: number;
}

interface Case {
  readonly id: string;
  readonly input: { readonly nifti: string; readonly bval: string; readonly bvec: string };
  readonly mask: { readonly file: string };
  readonly mask_positive_definite: { readonly file: string };
  readonly array_shape: readonly number[];
  readonly reference_maps: Record<string, string>;
  readonly statistics: {
    readonly DTI: Record<
      string,
      Record<"all_positive_signal_voxels" | "positive_definite_voxels", Record<string, Mean>>
    >;
    readonly ADC: Record<string, Mean>;
  };
  readonly gradients_patient_lps?: readonly Vector[];
  readonly probes: readonly {
    readonly nifti_ijk: readonly number[];
    readonly expected: {
      readonly DTI: Record<
        string,
        {
          readonly FA: number;
          readonly eigenvalues: readonly number[];
          readonly V1_image_axes_bvec_frame: readonly number[];
          readonly V1_patient_lps: readonly number[];
        }
      >;
    };
  }[];
}

/** Samples of a NIfTI file, gzipped or not. */
function samplesOf(path: string): Float64Array {
  if (path.endsWith(".gz")) return readNiftiSamples(path);
  const copy = join(mkdtempSync(join(tmpdir(), "dwi-")), "copy.nii.gz");
  writeFileSync(copy, gzipSync(readFileSync(path)));
  const samples = readNiftiSamples(copy);
  rmSync(join(copy, ".."), { recursive: true });
  return samples;
}

function load(id: string) {
  const { cases } = readReferenceJson<{ cases: Case[] }>(folder, "expected.json");
  const one = cases.find((candidate) => candidate.id === id)!;
  const text = (name: string) => readFileSync(referencePath(folder, name), "utf8").trim();
  const bValues = text(one.input.bval).split(/\s+/).map(Number);
  const rows = text(one.input.bvec)
    .split("\n")
    .map((line) => line.trim().split(/\s+/).map(Number));
  const vectors = bValues.map((_, i): Vector => {
    const vector = rows.map((row) => (Number.isFinite(row[i]) ? row[i]! : 0));
    const length = Math.hypot(...vector) || 1;
    return vector.map((value) => value / length) as unknown as Vector;
  });
  const samples = samplesOf(referencePath(folder, one.input.nifti));
  return {
    ...one,
    bValues,
    vectors,
    samples,
    map: (file: string) => samplesOf(referencePath(folder, file)),
  };
}

type Data = ReturnType<typeof load>;

/** Fits every voxel; one array of all voxels per parameter. */
function fitAll(data: Data, settings: FitSettings) {
  const { samples, bValues } = data;
  const n = bValues.length;
  const voxels = samples.length / n;
  const fitter = prepareFit(settings).build();
  const values = fitter.sheet.parameters.map(() => new Float64Array(voxels));
  const status = new Uint8Array(voxels);
  const y = new Float64Array(n);
  for (let v = 0; v < voxels; v++) {
    for (let i = 0; i < n; i++) y[i] = samples[i * voxels + v]!;
    fitter.fit(y, 0, 1);
    status[v] = fitter.result.status;
    for (const [k, row] of values.entries()) row[v] = fitter.result.values[k]!;
  }
  return { values, status };
}

const fitTensors = (data: Data, estimator: DiffusionEstimator, vectors = data.vectors) =>
  fitAll(
    data,
    tensorSettings(
      data.bValues.map((b, i) => bMatrix(b, vectors[i]!)),
      estimator,
    ),
  );

const fitDecays = (data: Data, estimator: DiffusionEstimator) =>
  fitAll(data, {
    model: { name: "diffusion-decay", noise: { kind: "gaussian" }, options: { estimator } },
    abscissae: data.bValues,
    sigma: undefined,
    noiseThreshold: 3,
    solver: "own",
  });

/** Values of a map where a mask is 1. */
const inside = (values: ArrayLike<number>, mask: Float64Array) =>
  Array.from(mask, (m, v) => (m === 1 ? values[v]! : Number.NaN)).filter(
    (value) => !Number.isNaN(value),
  );

const meanOf = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;

/** Largest difference over a mask. */
function difference(
  found: ArrayLike<number>,
  expected: ArrayLike<number>,
  mask: Float64Array,
  relative = false,
): number {
  let largest = 0;
  mask.forEach((m, v) => {
    if (m !== 1) return;
    const d = relative ? found[v]! / expected[v]! - 1 : found[v]! - expected[v]!;
    // A missing value must not hide.
    largest = Number.isNaN(d) ? Number.POSITIVE_INFINITY : Math.max(largest, Math.abs(d));
  });
  return largest;
}

const sets = ["small_64D", "small_25", "small_101D"];
const known = ["ols", "wls"] as const;

describe.skipIf(!hasReference(folder)).each(sets)("%s", (id) => {
  test.each(known)("tensors by %s: MD, FA and S0 of each voxel, and their means", (estimator) => {
    const data = load(id);
    const { values } = fitTensors(data, estimator);
    const name = estimator.toUpperCase();
    const mask = data.map(data.mask_positive_definite.file);
    const reference = (what: string) => data.map(data.reference_maps[`${name}_${what}`]!);
    expect(difference(values[place.MD]!, reference("MD"), mask)).toBeLessThan(1e-12);
    expect(difference(values[place.FA]!, reference("FA"), mask)).toBeLessThan(1e-10);
    expect(difference(values[place.S0]!, reference("S0"), mask, true)).toBeLessThan(1e-10);
    const tensor = reference("tensor_xx_yy_zz_xy_xz_yz");
    const voxels = mask.length;
    for (const [k, element] of (["Dxx", "Dyy", "Dzz", "Dxy", "Dxz", "Dyz"] as const).entries()) {
      const expected = tensor.subarray(k * voxels, (k + 1) * voxels);
      expect(difference(values[place[element]]!, expected, mask)).toBeLessThan(1e-12);
    }
    const positive = data.map(data.mask.file);
    const statistics = data.statistics.DTI[name]!;
    for (const what of ["MD", "FA", "AD", "RD", "S0"] as const) {
      for (const [over, key] of [
        [mask, "positive_definite_voxels"],
        [positive, "all_positive_signal_voxels"],
      ] as const) {
        const expected = statistics[key][what]?.mean;
        if (expected === undefined) continue;
        expect(Math.abs(meanOf(inside(values[place[what]]!, over)) / expected - 1)).toBeLessThan(
          1e-9,
        );
      }
    }
  });

  test.each(known)("tensors by %s: eigenvalues and V1 at the probes", (estimator) => {
    const data = load(id);
    const [nx = 0, ny = 0] = data.array_shape;
    const frames = [[data.vectors, "V1_image_axes_bvec_frame"]] as [readonly Vector[], string][];
    if (data.gradients_patient_lps !== undefined) {
      frames.push([data.gradients_patient_lps, "V1_patient_lps"]);
    }
    for (const [vectors, key] of frames) {
      const { values } = fitTensors(data, estimator, vectors as Vector[]);
      for (const { nifti_ijk, expected } of data.probes) {
        const [i = 0, j = 0, k = 0] = nifti_ijk;
        const v = i + nx * (j + ny * k);
        const one = expected.DTI[estimator.toUpperCase()]!;
        for (const [which, name] of (["L1", "L2", "L3"] as const).entries()) {
          expect(
            Math.abs(values[place[name]]![v]! - Math.max(0, one.eigenvalues[which]!)),
          ).toBeLessThan(1e-9);
        }
        if (!(one.FA > 0.3)) continue;
        const axis = one[key as "V1_patient_lps"];
        const found = [place.V1x, place.V1y, place.V1z].map((row) => values[row]![v]!);
        const along = found.reduce((sum, value, axisIndex) => sum + value * axis[axisIndex]!, 0);
        expect(Math.abs(along)).toBeGreaterThan(0.99999);
        const largest = found.reduce((a, b) => (Math.abs(b) > Math.abs(a) ? b : a));
        expect(largest).toBeGreaterThan(0);
      }
    }
  });

  test("voxels with a zero signal or a negative eigenvalue have a status that says so", () => {
    const data = load(id);
    const mask = data.map(data.mask_positive_definite.file);
    for (const estimator of ["ols", "wls", "iwls", "nlls"] as const) {
      const { values, status } = fitTensors(data, estimator);
      status.forEach((code, v) => {
        expect(code).not.toBe(statusCode.outside);
        if (code === statusCode.ok) expect(values[place.L3]![v]).toBeGreaterThanOrEqual(0);
        if (estimator === "ols" && mask[v] === 1) expect(code).not.toBe(statusCode["lower-bound"]);
        expect(values[place.FA]![v]).toBeGreaterThanOrEqual(0);
        expect(values[place.FA]![v]).toBeLessThanOrEqual(1);
      });
    }
  });

  test.each([
    ["ols", "ADC_OLS", "OLS"],
    ["wls", "ADC_WLS", "WLS_one_step_w_pred2"],
    ["nlls", "ADC_NLLS", "NLLS"],
  ] as const)("ADC by %s of each voxel, and its mean", (estimator, file, key) => {
    const data = load(id);
    const { values, status } = fitDecays(data, estimator);
    const expected = data.map(data.reference_maps[file]!);
    const mask = data.map(data.mask.file);
    // The reference left out what its search did not reach: diffusivities below 0.
    const reached = mask.map((m, v) => (m === 1 && !Number.isNaN(expected[v]!) ? 1 : 0));
    mask.forEach((m, v) => {
      if (m === 1 && reached[v] !== 1) expect(status[v]).toBe(statusCode["lower-bound"]);
    });
    expect(mask.reduce((sum, m, v) => sum + m - reached[v]!, 0)).toBeLessThanOrEqual(5);
    expect(difference(values[0]!, expected, reached)).toBeLessThan(1e-11);
    const mean = data.statistics.ADC[key]!.mean;
    expect(Math.abs(meanOf(inside(values[0]!, reached)) / mean - 1)).toBeLessThan(1e-9);
  });
});

const hasMrtrix = spawnSync("dwi2adc", ["-version"]).error === undefined;

/** Runs a program of MRtrix3 on a volume with unit gradient vectors; the samples it writes. */
function runMrtrix(data: Data, program: string, options: readonly string[]): Float64Array {
  const place = mkdtempSync(join(tmpdir(), "mrtrix-"));
  try {
    const input = readFileSync(referencePath(folder, data.input.nifti));
    const image = data.input.nifti.endsWith(".gz") ? gunzipSync(input) : input;
    writeFileSync(join(place, "dwi.nii"), image);
    writeFileSync(join(place, "bval"), data.bValues.join(" "));
    const rows = [0, 1, 2].map((k) => data.vectors.map((vector) => vector[k]).join(" "));
    writeFileSync(join(place, "bvec"), rows.join("\n"));
    const gradients = ["-fslgrad", join(place, "bvec"), join(place, "bval")];
    const paths = [join(place, "dwi.nii"), join(place, "out.nii")];
    const run = spawnSync(program, [...paths, ...gradients, ...options, "-quiet"], {
      encoding: "utf8",
    });
    if (run.status !== 0) throw new Error(run.stderr);
    return samplesOf(join(place, "out.nii"));
  } finally {
    rmSync(place, { recursive: true });
  }
}

describe.skipIf(!hasReference(folder) || !hasMrtrix).each(sets)("%s by MRtrix3", (id) => {
  test("dwi2adc has the ADC and S0 of the unweighted log-linear fit", () => {
    const data = load(id);
    const mask = data.map(data.mask.file);
    const { values } = fitDecays(data, "ols");
    const out = runMrtrix(data, "dwi2adc", []);
    const voxels = mask.length;
    // MRtrix3 takes logarithms and writes results as 32-bit numbers.
    expect(difference(values[0]!, out.subarray(voxels, 2 * voxels), mask)).toBeLessThan(1e-8);
    expect(difference(values[1]!, out.subarray(0, voxels), mask, true)).toBeLessThan(2e-6);
  });

  test.each([
    ["ols", ["-ols", "-iter", "0"], 1e-9],
    ["iwls", ["-ols", "-iter", "10"], 2e-9],
  ] as const)(
    "dwi2tensor has the trace and the size of the tensor by %s",
    (estimator, options, gate) => {
      const data = load(id);
      const mask = data.map(data.mask.file);
      const { values } = fitTensors(data, estimator);
      const out = runMrtrix(data, "dwi2tensor", options);
      const voxels = mask.length;
      const theirs = (k: number, v: number) => out[k * voxels + v]!;
      const ours = (k: keyof typeof place, v: number) => values[place[k]]![v]!;
      let largest = 0;
      mask.forEach((m, v) => {
        if (m !== 1) return;
        const trace = ours("Dxx", v) + ours("Dyy", v) + ours("Dzz", v);
        const size = Math.hypot(
          ours("Dxx", v),
          ours("Dyy", v),
          ours("Dzz", v),
          Math.SQRT2 * ours("Dxy", v),
          Math.SQRT2 * ours("Dxz", v),
          Math.SQRT2 * ours("Dyz", v),
        );
        const theirTrace = theirs(0, v) + theirs(1, v) + theirs(2, v);
        const theirSize = Math.hypot(
          ...[0, 1, 2].map((k) => theirs(k, v)),
          ...[3, 4, 5].map((k) => Math.SQRT2 * theirs(k, v)),
        );
        const d = Math.max(Math.abs(trace - theirTrace) / 3, Math.abs(size - theirSize));
        largest = Number.isNaN(d) ? Number.POSITIVE_INFINITY : Math.max(largest, d);
      });
      expect(largest).toBeLessThan(gate);
    },
  );
});

interface DecayVector {
  readonly b: number | number[];
  readonly S0?: number;
  readonly ADC?: number;
  readonly signal?: number[];
}

interface TensorVector {
  readonly b: number[];
  readonly directions: Vector[];
  readonly D_tensor_xx_yy_zz_xy_xz_yz: number[];
  readonly signal: number[];
  readonly MD: number;
  readonly FA: number;
  readonly mode: number | null;
  readonly V1: number[] | null;
}

describe.skipIf(!hasReference("synthetic-vectors")).each(["ols", "wls", "iwls", "nlls"] as const)(
  "noise-free vectors by %s",
  (estimator) => {
    test("ADC and S0 to 1e-9", () => {
      const { cases } = readReferenceJson<{ cases: DecayVector[] }>(
        "synthetic-vectors",
        "adc.json",
      );
      const used = cases.filter(({ signal }) => signal !== undefined);
      expect(used.length).toBeGreaterThan(5);
      for (const { b, S0, ADC, signal } of used) {
        const fitter = prepareFit({
          model: { name: "diffusion-decay", noise: { kind: "gaussian" }, options: { estimator } },
          abscissae: b as number[],
          sigma: undefined,
          noiseThreshold: 3,
          solver: "own",
        }).build();
        fitter.fit(Float64Array.from(signal!), 0, 1);
        expect(fitter.result.status).toBe(statusCode.ok);
        expect(Math.abs(fitter.result.values[0]! / ADC! - 1)).toBeLessThan(1e-9);
        expect(Math.abs(fitter.result.values[1]! / S0! - 1)).toBeLessThan(1e-9);
      }
    });

    test("tensor elements to 1e-12 mm²/s, FA to 1e-8, and the first eigenvector", () => {
      const { cases } = readReferenceJson<{ cases: TensorVector[] }>(
        "synthetic-vectors",
        "dti.json",
      );
      for (const one of cases) {
        const matrices = one.b.map((b, i) => bMatrix(b, one.directions[i]!));
        const fitter = prepareFit(tensorSettings(matrices, estimator)).build();
        fitter.fit(Float64Array.from(one.signal), 0, 1);
        const { values } = fitter.result;
        for (const [k, name] of (["Dxx", "Dyy", "Dzz", "Dxy", "Dxz", "Dyz"] as const).entries()) {
          const expected = one.D_tensor_xx_yy_zz_xy_xz_yz[k]!;
          expect(Math.abs(values[place[name]]! - expected)).toBeLessThan(1e-12);
        }
        expect(Math.abs(values[place.FA]! - one.FA)).toBeLessThan(1e-8);
        expect(Math.abs(values[place.MD]! - one.MD)).toBeLessThan(1e-12);
        if (one.mode !== null) expect(values[place.MO]).toBeCloseTo(one.mode, 7);
        if (one.V1 === null) continue;
        const found = [place.V1x, place.V1y, place.V1z].map((k) => values[k]!);
        const along = found.reduce((sum, value, k) => sum + value * one.V1![k]!, 0);
        expect(Math.abs(along)).toBeGreaterThan(1 - 1e-12);
      }
    });
  },
);
