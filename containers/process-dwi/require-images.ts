import { InputError } from "#shared/errors.ts";
import { findShells, isB0 } from "#shared/volume/diffusion-shells.ts";
import { encodingRank, kurtosisUnknowns, tensorUnknowns } from "#shared/volume/encoding-rank.ts";
import { bMatricesOf } from "#shared/volume/gradient-directions.ts";
import type { DiffusionEncoding } from "#shared/volume/series-volume.ts";
import type { ModelName } from "./choose-name.ts";

/** Images and shells a model needs. */
const fewestShells: Readonly<Record<ModelName, number>> = {
  adc: 2,
  dti: 2,
  dki: 3,
  kurtosis: 3,
  ivim: 4,
};

const unknowns = { dti: tensorUnknowns, dki: kurtosisUnknowns } as const;

/** Fewest b-values of IVIM below its threshold, b = 0 among them, and from the threshold on. */
const ivimBelow = 4;
const ivimAbove = 2;

/**
 * Refuses images that do not determine the model.
 *
 * @param images - indices along the contrast axis of the images to fit
 * @throws InputError E-FEW, E-FEW-DIRECTIONS
 */
export function requireImages(
  model: ModelName,
  diffusion: DiffusionEncoding,
  images: readonly number[],
  ivimThresholdB: number,
): void {
  const shells = findShells(diffusion, images);
  if (shells.length < fewestShells[model]) {
    throw new InputError(
      "E-FEW",
      `The model ${model} needs at least ${fewestShells[model]} b-values; ${shells.length} found (${listB(shells.map(({ bValue }) => bValue))}).`,
      model === "adc" || model === "dti" ? "Choose a scan with more of them." : "Use --model adc.",
    );
  }
  if (model === "dti" || model === "dki") requireRank(model, diffusion, images);
  if (model === "ivim") {
    requireBothSides(
      shells.map(({ bValue }) => bValue),
      ivimThresholdB,
    );
  }
}

function requireRank(
  model: "dti" | "dki",
  diffusion: DiffusionEncoding,
  images: readonly number[],
): void {
  const needed = unknowns[model];
  const found = encodingRank(bMatricesOf(diffusion, images), needed);
  if (found === needed) return;
  const hasB0 = images.some((index) => isB0(diffusion, index));
  const what = model === "dti" ? "a diffusion tensor" : "a kurtosis tensor";
  const wanted =
    model === "dti"
      ? "at least 6 directions that differ, and b = 0"
      : "at least 15 directions and two b-values above 0";
  throw new InputError(
    "E-FEW-DIRECTIONS",
    `The ${images.length} images determine ${found} of the ${needed} unknowns of ${what}, which needs ${wanted}${hasB0 ? "" : " (no image of b = 0 is used)"}.`,
    model === "dti" ? "Use --model adc." : "Use --model dti or kurtosis.",
  );
}

function requireBothSides(bValues: readonly number[], threshold: number): void {
  const below = bValues.filter((b) => b < threshold).length;
  const above = bValues.length - below;
  if (below >= ivimBelow && above >= ivimAbove) return;
  throw new InputError(
    "E-FEW",
    `IVIM needs at least ${ivimBelow} b-values below --ivim-threshold (${threshold} s/mm²) to see perfusion and ${ivimAbove} from there on for diffusion; the scan has ${below} and ${above} (${listB(bValues)}).`,
    "Use --model adc, with --bmin 150 to leave perfusion out, or another threshold.",
  );
}

function listB(values: readonly number[]): string {
  const shown = values.slice(0, 12).map((value) => Number(value.toPrecision(6)));
  return `${shown.join(", ")}${values.length > 12 ? ", ..." : ""} s/mm²`;
}
