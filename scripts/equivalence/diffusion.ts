import { readFileSync } from "node:fs";
import type { ModelChoice } from "#shared/models/model-choice.ts";
import { parseBvalBvec } from "#shared/nifti/bval-bvec.ts";
import { compareCurves } from "./compare-curves.ts";
import { compareMaps, type MapCheck } from "./compare-maps.ts";
import type { Comparison } from "./comparison.ts";
import { settingsOf } from "./fit-samples.ts";
import { findCase, readJson, referencePath } from "./reference-data.ts";

const noise = { kind: "gaussian" } as const;
type Estimator = "ols" | "wls" | "nlls";

const adc = (estimator: Estimator): ModelChoice => ({
  name: "diffusion-decay",
  options: { estimator },
  noise,
});

/** ADC, tensor and kurtosis against other programs and against truth. */
export async function compareDiffusion(): Promise<readonly Comparison[]> {
  const blocks = ["small_64D", "small_25", "small_101D"];
  const comparisons: Comparison[] = [];
  for (const block of blocks) comparisons.push(...(await compareBlock(block)));
  comparisons.push(...(await compareKurtosis()), ...(await comparePhantom()), ...calibration());
  return comparisons;
}

/** b-values and b-matrices of a block, in the axes of its image: turning them changes no number compared here. */
function readTable(dataSet: string, block: string) {
  const paths = { bval: `${block}.bval`, bvec: `${block}.bvec` };
  const text = (path: string) => readFileSync(referencePath(dataSet, "nifti", path), "utf8");
  const { bValues, directions } = parseBvalBvec(text(paths.bval), text(paths.bvec), paths);
  const bMatrices = bValues.map((b, n) => {
    const [x, y, z] = directions![n]!;
    return [b * x * x, b * y * y, b * z * z, b * x * y, b * x * z, b * y * z];
  });
  return { bValues, bMatrices };
}

/** What both tensors are held to. */
const tensorGates = { MD: { "largest absolute": 1e-9 }, FA: { "largest absolute": 1e-6 } };

/** A tensor model, the files of its reference maps, and how far each map may be off. */
interface TensorReference {
  readonly model: ModelChoice;
  readonly label: string;
  readonly prefix: string;
  readonly mask: string;
  readonly gates: Readonly<Record<string, MapCheck["gates"]>>;
}

async function compareTensor(
  block: string,
  { model, label, prefix, mask, gates }: TensorReference,
): Promise<readonly Comparison[]> {
  const dataSet = "dipy-dwi";
  return compareMaps(
    {
      dataSet,
      model: label,
      input: findCase(dataSet, block).input.nifti,
      mask: `reference/${mask}.nii.gz`,
      settings: settingsOf(model, readTable(dataSet, block).bValues),
    },
    Object.entries(gates).map(([symbol, allowed]) => ({
      symbol,
      file: `reference/${prefix}_${symbol}.nii.gz`,
      origin: "recomputed with numpy, agrees with dipy 1.6",
      gates: allowed,
    })),
  );
}

async function compareBlock(block: string): Promise<readonly Comparison[]> {
  const dataSet = "dipy-dwi";
  const { input } = findCase(dataSet, block);
  const { bValues, bMatrices } = readTable(dataSet, block);
  const comparisons: Comparison[] = [];
  for (const estimator of ["ols", "wls"] as const) {
    const upper = estimator.toUpperCase();
    comparisons.push(
      ...(await compareTensor(block, {
        model: { name: "diffusion-tensor", options: { estimator, bMatrices }, noise },
        label: `tensor, ${upper}, ${block}`,
        prefix: `${block}_${upper}`,
        mask: `${block}_mask_positive_definite`,
        gates: { ...tensorGates, S0: { "largest relative": 1e-7 } },
      })),
    );
  }
  for (const estimator of ["ols", "wls", "nlls"] as const) {
    const upper = estimator.toUpperCase();
    comparisons.push(
      ...(await compareMaps(
        {
          dataSet,
          model: `ADC, ${upper}, ${block}`,
          input: input.nifti,
          mask: `reference/${block}_mask_positive.nii.gz`,
          settings: settingsOf(adc(estimator), bValues),
        },
        [
          {
            symbol: "ADC",
            file: `reference/${block}_ADC_${upper}.nii.gz`,
            origin: "recomputed with numpy",
            gates: { "largest absolute": 1e-9 },
          },
        ],
      )),
    );
  }
  return comparisons;
}

async function compareKurtosis(): Promise<readonly Comparison[]> {
  const block = "small_101D";
  const { bMatrices } = readTable("dipy-dwi", block);
  const comparisons: Comparison[] = [];
  for (const estimator of ["ols", "wls"] as const) {
    const upper = estimator.toUpperCase();
    comparisons.push(
      ...(await compareTensor(block, {
        model: { name: "diffusion-kurtosis-tensor", options: { estimator, bMatrices }, noise },
        label: `kurtosis tensor, ${upper}, ${block}`,
        prefix: `${block}_DKI_${upper}`,
        mask: `${block}_DKI_${upper}_mask`,
        gates: {
          ...tensorGates,
          MK: { "median absolute": 1e-4, "99th percentile absolute": 1e-2 },
        },
      })),
    );
  }
  return comparisons;
}

async function comparePhantom(): Promise<readonly Comparison[]> {
  const dataSet = "synthetic-phantom-dicom";
  const { input } = findCase(dataSet, "adc");
  return compareMaps(
    {
      dataSet,
      model: "ADC, NLLS",
      input: input.nifti,
      mask: "reference/mask.nii.gz",
      settings: settingsOf(adc("nlls"), input.values),
    },
    [
      {
        symbol: "ADC",
        file: "reference/ADC_NLLS.nii.gz",
        origin: "recomputed with scipy",
        gates: { "median relative": 1e-6 },
      },
    ],
  );
}

interface CurveWithTruth {
  readonly id: string;
  readonly b: readonly number[];
  readonly signal: readonly number[];
  readonly truth: Readonly<Record<string, number>>;
}

function calibration(): readonly Comparison[] {
  const dataSet = "madym-calibration";
  const { cases } = readJson<{ cases: readonly CurveWithTruth[] }>(dataSet, "expected.json");
  const ofAdc = cases.find(({ id }) => id === "dwi_adc")!;
  const ofIvim = cases.find(({ id }) => id === "dwi_ivim")!;
  const ivim: ModelChoice = { name: "ivim", options: { method: "nlls" }, noise };
  const subject = { dataSet, origin: "truth" };
  const gates = { "largest relative": 1e-6 };
  const curve = ({ b, signal, truth }: CurveWithTruth, model: ModelChoice) => [
    { settings: settingsOf(model, b), signal, expected: truth },
  ];
  return [
    ...(["ols", "nlls"] as const).flatMap((estimator) =>
      compareCurves(
        { ...subject, model: `ADC, ${estimator.toUpperCase()}` },
        "ADC",
        curve(ofAdc, adc(estimator)),
        gates,
      ),
    ),
    ...["D", "f", "Dstar", "S0"].flatMap((symbol) =>
      compareCurves({ ...subject, model: "IVIM" }, symbol, curve(ofIvim, ivim), gates),
    ),
  ];
}
