import type { FitSettings } from "#shared/fit/fit-settings.ts";
import type { ModelChoice } from "#shared/models/model-choice.ts";
import { compareMaps, type MapCheck } from "./compare-maps.ts";
import { type Comparison, quantile } from "./comparison.ts";
import { fitSamples, settingsOf } from "./fit-samples.ts";
import { findCase, readImage } from "./reference-data.ts";

const gaussian = { kind: "gaussian" } as const;
const decay: ModelChoice = { name: "mono-exponential-decay", noise: gaussian };
const offset: ModelChoice = { name: "mono-exponential-offset", noise: gaussian };
const star: ModelChoice = { ...decay, options: { quantity: "T2star" } };

/** T2 and T2* against the maps of other programs and against truth. */
export async function compareT2(): Promise<readonly Comparison[]> {
  return [
    ...(await phantom()),
    ...(await playground()),
    ...(await prostate()),
    ...(await ricianSet()),
    ...(await gradientEchoes()),
  ];
}

const usual: MapCheck["gates"] = { "median relative": 1e-6, "99th percentile relative": 1e-4 };

async function phantom(): Promise<readonly Comparison[]> {
  const dataSet = "qmri-uq-phantom";
  const { input } = findCase(dataSet, "t2_two_parameter");
  const shared = { dataSet, input: input.nifti, mask: "reference/mask_t2.nii.gz" };
  const own = (file: string) => ({ file: `reference/${file}`, origin: "recomputed with numpy" });
  return [
    ...(await compareMaps(
      { ...shared, model: "T2, two parameters", settings: settingsOf(decay, input.values) },
      [
        {
          symbol: "T2",
          file: "reference/T2map_ms_stored.nii.gz",
          origin: "stored by the source",
          gates: { "median relative": 1e-6, "largest relative": 1e-5 },
        },
        {
          symbol: "T2",
          of: "error",
          ...own("T2_SE_ms_recomputed.nii.gz"),
          gates: { "99th percentile relative": 1e-4 },
        },
        { symbol: "S0", ...own("T2_M0_recomputed.nii.gz"), gates: { "largest relative": 1e-5 } },
        {
          symbol: "T2",
          of: "rSquared",
          ...own("T2_Rsquared_recomputed.nii.gz"),
          gates: { "largest relative": 1e-6 },
        },
      ],
    )),
    ...(await compareMaps(
      { ...shared, model: "T2, offset", settings: settingsOf(offset, input.values) },
      [{ symbol: "T2", ...own("T2_offset3p_ms_recomputed.nii.gz"), gates: usual }],
    )),
  ];
}

async function playground(): Promise<readonly Comparison[]> {
  const dataSet = "qmrust-playground";
  const { input } = findCase(dataSet, "mono_t2");
  return compareMaps(
    {
      dataSet,
      model: "T2, two parameters",
      input: input.nifti,
      mask: "reference/mono_t2_mask_below300.nii.gz",
      settings: settingsOf(decay, input.values),
    },
    [
      {
        symbol: "T2",
        file: "reference/mono_t2_T2_ms_from_nifti.nii.gz",
        origin: "recomputed with numpy",
        gates: usual,
      },
    ],
  );
}

async function prostate(): Promise<readonly Comparison[]> {
  const dataSet = "t2map-prostate";
  const { input } = findCase(dataSet, "prostate_t2");
  const check = (file: string, origin: string, median: number): MapCheck => ({
    symbol: "T2",
    file: `reference/${file}`,
    origin,
    gates: { "median relative": median, "99th percentile relative": 1e-4 },
  });
  return compareMaps(
    {
      dataSet,
      model: "T2, two parameters",
      input: input.nifti,
      mask: "reference/mask_t2.nii.gz",
      settings: settingsOf(decay, input.values),
    },
    [
      check("T2map_ms_recomputed.nii.gz", "recomputed with numpy", 1e-6),
      check("T2map_ms_stored.nii.gz", "stored by the source", 2e-6),
    ],
  );
}

/** Bias of the expected-Rician fit, where a plain fit is 4 % off. */
async function ricianSet(): Promise<readonly Comparison[]> {
  const dataSet = "t2map-prostate";
  const { input, noise_sigma: sigma } = findCase(dataSet, "synthetic_rician_t2");
  const images = await readImage(dataSet, input.nifti);
  const truth = (await readImage(dataSet, "reference/synthetic_T2_true_ms.nii.gz")).samples;
  const amplitude = (await readImage(dataSet, "reference/synthetic_S0_true.nii.gz")).samples;
  const settings: FitSettings = {
    ...settingsOf({ ...decay, noise: { kind: "rician", sigma: sigma! } }, input.values),
    sigma,
  };
  const chosen = (v: number) => amplitude[v]! > 0.3 && truth[v]! > 30 && truth[v]! < 300;
  const found = fitSamples(settings, images.samples, chosen).values.get("T2")!;
  const inside = [...found.keys()].filter((v) => chosen(v) && Number.isFinite(found[v]));
  return [
    {
      dataSet,
      model: "T2, expected Rician",
      quantity: "T2",
      origin: "truth of the simulation",
      unit: "ms",
      count: inside.length,
      ours: quantile(
        inside.map((v) => found[v]!),
        0.5,
      ),
      reference: quantile(
        inside.map((v) => truth[v]!),
        0.5,
      ),
      measure: "median bias",
      difference: Math.abs(
        quantile(
          inside.map((v) => found[v]! / truth[v]! - 1),
          0.5,
        ),
      ),
      gate: 0.02,
    },
  ];
}

async function gradientEchoes(): Promise<readonly Comparison[]> {
  const dataSet = "synthetic-phantom-dicom";
  const { input } = findCase(dataSet, "t2star");
  return compareMaps(
    {
      dataSet,
      model: "T2*, two parameters",
      input: input.nifti,
      mask: "reference/mask.nii.gz",
      settings: settingsOf(star, input.values),
    },
    [
      {
        symbol: "T2star",
        file: "reference/T2star_NLLS_ms.nii.gz",
        origin: "recomputed with scipy",
        gates: { "median relative": 1e-6 },
      },
    ],
  );
}
