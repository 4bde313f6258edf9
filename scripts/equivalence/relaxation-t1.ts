import { statusCode } from "#shared/fit/status.ts";
import type { ModelChoice } from "#shared/models/model-choice.ts";
import { type CurveCase, compareCurves } from "./compare-curves.ts";
import { compareMaps, type MapCheck } from "./compare-maps.ts";
import type { Comparison } from "./comparison.ts";
import { fitSamples, settingsOf } from "./fit-samples.ts";
import { findCase, readImage, readJson } from "./reference-data.ts";

const noise = { kind: "gaussian" } as const;
const inversion: ModelChoice = {
  name: "inversion-recovery",
  options: { signal: "magnitude" },
  noise,
};
const saturation: ModelChoice = {
  name: "saturation-recovery",
  options: { saturationEfficiency: true },
  noise,
};
const flipAngles = (
  repetitionTimeMs: number,
  method: "linear" | "nonlinear" = "nonlinear",
): ModelChoice => ({ name: "variable-flip-angle", options: { repetitionTimeMs, method }, noise });

/** T1 by three methods against the maps of other programs and against truth. */
export async function compareT1(): Promise<readonly Comparison[]> {
  return [
    ...(await phantom()),
    ...(await playgroundInversion()),
    ...(await playgroundFlipAngles()),
    ...singleVoxels(),
    ...calibration(),
    ...vectors(),
  ];
}

const t1 = (file: string, origin: string, gates: MapCheck["gates"]): MapCheck => ({
  symbol: "T1",
  file: `reference/${file}`,
  origin,
  gates,
});

async function phantom(): Promise<readonly Comparison[]> {
  const dataSet = "qmri-uq-phantom";
  const ofInversion = findCase(dataSet, "t1_inversion_recovery_magnitude").input;
  const ofSaturation = findCase(dataSet, "t1_saturation_recovery_derived").input;
  const mask = "reference/mask_t1.nii.gz";
  const stored = t1("T1map_ms_stored.nii.gz", "stored by the source", {
    "median relative": 1e-6,
    "99th percentile relative": 1e-5,
  });
  return [
    ...(await compareMaps(
      {
        dataSet,
        model: "inversion recovery, magnitude",
        input: ofInversion.nifti,
        mask,
        settings: settingsOf(inversion, ofInversion.values),
      },
      [
        stored,
        {
          ...t1("T1_SE_ms_recomputed.nii.gz", "recomputed with numpy", {
            "99th percentile relative": 1e-4,
          }),
          of: "error",
        },
        {
          ...t1("T1_rmse_recomputed.nii.gz", "recomputed with numpy", {
            "99th percentile relative": 1e-5,
          }),
          of: "rmse",
        },
      ],
    )),
    ...(await compareMaps(
      {
        dataSet,
        model: "saturation recovery, three parameters",
        input: ofSaturation.nifti,
        mask,
        settings: settingsOf(saturation, ofSaturation.values),
      },
      [
        stored,
        {
          symbol: "M0",
          file: "reference/SR_M0_recomputed.nii.gz",
          origin: "recomputed with numpy",
          gates: { "99th percentile relative": 1e-5 },
        },
        {
          symbol: "T1",
          of: "error",
          file: "reference/SR_SE_T1_ms_recomputed.nii.gz",
          origin: "recomputed with numpy",
          gates: { "99th percentile relative": 1e-4 },
        },
      ],
    )),
  ];
}

async function playgroundInversion(): Promise<readonly Comparison[]> {
  const dataSet = "qmrust-playground";
  const { input } = findCase(dataSet, "inversion_recovery");
  const settings = settingsOf(inversion, input.values);
  const model = "inversion recovery, magnitude";
  const maps = await compareMaps(
    { dataSet, model, input: input.nifti, mask: "reference/ir_mask_clean.nii.gz", settings },
    [
      t1("ir_T1_ms_from_nifti.nii.gz", "recomputed with numpy", {
        "median relative": 1e-6,
        "99th percentile relative": 1e-4,
      }),
    ],
  );
  return [...maps, await residuals(dataSet, model, input.nifti, settings)];
}

/** How far the sum of squared residuals is above the reference's, at worst, where the voxel has a sound value. */
async function residuals(
  dataSet: string,
  model: string,
  input: string,
  settings: ReturnType<typeof settingsOf>,
): Promise<Comparison> {
  const images = await readImage(dataSet, input);
  const mask = await readImage(dataSet, "reference/ir_mask.nii.gz");
  const { samples } = await readImage(dataSet, "reference/ir_ssr_from_nifti.nii.gz");
  const fits = fitSamples(settings, images.samples, (voxel) => mask.samples[voxel] === 1);
  const chosen = [...fits.status.keys()].filter((voxel) => fits.status[voxel] === statusCode.ok);
  const ssr = (voxel: number) => fits.rmse[voxel]! ** 2 * fits.samples;
  const middle = (values: number[]) => values.sort((a, b) => a - b)[values.length >> 1]!;
  return {
    dataSet,
    model,
    quantity: "sum of squared residuals",
    origin: "recomputed with numpy",
    count: chosen.length,
    unit: "arbitrary",
    ours: middle(chosen.map(ssr)),
    reference: middle(chosen.map((voxel) => samples[voxel]!)),
    measure: "largest relative excess",
    difference: Math.max(0, ...chosen.map((voxel) => ssr(voxel) / samples[voxel]! - 1)),
    gate: 1e-6,
  };
}

async function playgroundFlipAngles(): Promise<readonly Comparison[]> {
  const dataSet = "qmrust-playground";
  const { input } = findCase(dataSet, "vfa_t1");
  const comparisons: Comparison[] = [];
  for (const method of ["linear", "nonlinear"] as const) {
    const settings = settingsOf(flipAngles(15, method), input.values);
    comparisons.push(
      ...(await compareMaps(
        {
          dataSet,
          model: `flip angles with B1, ${method}`,
          input: input.nifti,
          mask: "reference/vfa_mask.nii.gz",
          scale: "nifti/vfa_t1_B1map.nii.gz",
          settings,
        },
        [
          t1("vfa_T1_ms_from_nifti.nii.gz", "recomputed with numpy", {
            "largest relative": 1e-9,
          }),
        ],
      )),
    );
  }
  return comparisons;
}

interface SingleVoxel {
  readonly flip_angles_deg: readonly number[];
  readonly TR_ms: number;
  readonly signal: readonly number[];
  readonly B1_relative?: number;
  readonly nls: { readonly T1_ms: number };
  readonly nls_b1?: { readonly T1_ms: number };
  readonly reference: Readonly<Record<string, number>>;
}

/** Single voxels of three sites: against our reading of the equation elsewhere, and the sites' own values. */
function singleVoxels(): readonly Comparison[] {
  const dataSet = "osipi-t1-vfa";
  const { cases } = readJson<{
    cases: readonly { id: string; cases: readonly SingleVoxel[] }[];
  }>(dataSet, "expected.json");
  /** The site's own value, and how far the sites are from the least-squares optimum. */
  const sites: Readonly<Record<string, readonly [column: string, origin: string, gate: number]>> = {
    brain: ["T1_ms", "Edinburgh, in vivo", 1e-4],
    prostate: ["T1_ms_nonlinear", "Netherlands Cancer Institute, in vivo", 1e-5],
    quiba: ["T1_ms", "truth of the QIBA object, noisy signals", 4e-3],
  };
  return cases.flatMap(({ id, cases: voxels }) => {
    const [column, origin, gate] = sites[id]!;
    const curves = (expected: (voxel: SingleVoxel) => number, withB1: boolean): CurveCase[] =>
      voxels.map((voxel) => ({
        settings: settingsOf(flipAngles(voxel.TR_ms), voxel.flip_angles_deg),
        signal: voxel.signal,
        expected: { T1: expected(voxel) },
        ...(withB1 ? { scale: voxel.B1_relative! } : {}),
      }));
    const model = `flip angles, ${id}`;
    return [
      ...compareCurves(
        { dataSet, model, origin: "recomputed with scipy" },
        "T1",
        curves((voxel) => voxel.nls.T1_ms, false),
        { "largest relative": 1e-6 },
      ),
      ...(voxels[0]!.nls_b1 === undefined
        ? []
        : compareCurves(
            { dataSet, model: `${model}, B1`, origin: "recomputed with scipy" },
            "T1",
            curves((voxel) => voxel.nls_b1!.T1_ms, true),
            { "largest relative": 1e-6 },
          )),
      ...compareCurves(
        { dataSet, model, origin },
        "T1",
        curves((voxel) => voxel.reference[column]!, false),
        { "median relative": gate },
      ),
    ];
  });
}

interface CalibrationCase {
  readonly id: string;
  readonly signal: readonly number[];
  readonly TI_ms?: readonly number[];
  readonly flip_angles_deg?: readonly number[];
  readonly TR_ms: number;
  readonly truth: { readonly T1_ms: number };
}

function calibration(): readonly Comparison[] {
  const dataSet = "madym-calibration";
  const { cases } = readJson<{ cases: readonly CalibrationCase[] }>(dataSet, "expected.json");
  const settings = {
    vfa_t1: (one: CalibrationCase) => settingsOf(flipAngles(one.TR_ms), one.flip_angles_deg!),
    ir_t1: (one: CalibrationCase) => settingsOf(inversion, one.TI_ms!),
  };
  return Object.entries(settings).flatMap(([id, settingsFor]) => {
    const one = cases.find((candidate) => candidate.id === id)!;
    const curve = {
      settings: settingsFor(one),
      signal: one.signal,
      expected: { T1: one.truth.T1_ms },
    };
    const model = id === "vfa_t1" ? "flip angles" : "inversion recovery, magnitude";
    return compareCurves({ dataSet, model, origin: "truth" }, "T1", [curve], {
      "largest relative": 1e-6,
    });
  });
}

interface VectorCase {
  readonly TR_ms: readonly number[];
  readonly T1_ms: number;
  readonly M0: number;
  readonly signal: readonly number[];
}

function vectors(): readonly Comparison[] {
  const dataSet = "synthetic-vectors";
  const { cases } = readJson<{ cases: readonly VectorCase[] }>(dataSet, "saturation_recovery.json");
  const curves = cases.map((one) => ({
    settings: settingsOf(saturation, one.TR_ms),
    signal: one.signal,
    expected: { T1: one.T1_ms, M0: one.M0 },
  }));
  return ["T1", "M0"].flatMap((symbol) =>
    compareCurves(
      { dataSet, model: "saturation recovery, three parameters", origin: "truth" },
      symbol,
      curves,
      { "largest relative": 1e-6 },
    ),
  );
}
