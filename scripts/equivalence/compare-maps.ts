import type { FitSettings } from "#shared/fit/fit-settings.ts";
import { prepareFit } from "#shared/fit/prepare-fit.ts";
import { hasErrorMap } from "#shared/models/signal-model.ts";
import type { Unit } from "#shared/units.ts";
import { type Comparison, comparePairs, type Measure } from "./comparison.ts";
import { fitSamples, type SampleFits } from "./fit-samples.ts";
import { readImage } from "./reference-data.ts";

/** An image series of a data set and how it is fitted. */
export interface SeriesCase {
  readonly dataSet: string;
  /** `T2, two parameters`. */
  readonly model: string;
  /** Series and mask, paths in the data set. */
  readonly input: string;
  readonly mask: string;
  readonly settings: FitSettings;
  /** Map of the scale of each voxel (relative B1), path in the data set. */
  readonly scale?: string;
}

/** A reference map, and how near ours must come. */
export interface MapCheck {
  readonly symbol: string;
  readonly of?: "value" | "error" | "rSquared" | "rmse";
  /** Path in the data set. */
  readonly file: string;
  readonly origin: string;
  /** Ours times this is in the unit of the reference; default 1. */
  readonly factor?: number;
  readonly gates: { readonly [measure in Measure]?: number };
}

/** Fits a series inside its mask and compares the maps. */
export async function compareMaps(
  one: SeriesCase,
  checks: readonly MapCheck[],
): Promise<readonly Comparison[]> {
  const images = await readImage(one.dataSet, one.input);
  const mask = await readImage(one.dataSet, one.mask);
  const scale = one.scale === undefined ? undefined : await readImage(one.dataSet, one.scale);
  const fits = fitSamples(
    one.settings,
    images.samples,
    (voxel) => mask.samples[voxel] === 1,
    scale === undefined ? undefined : (voxel) => scale.samples[voxel]!,
  );
  const { sheet } = prepareFit(one.settings);
  const comparisons: Comparison[] = [];
  for (const check of checks) {
    const parameter = sheet.parameters.find(({ symbol }) => symbol === check.symbol);
    if (parameter === undefined) throw new Error(`${sheet.name} has no ${check.symbol}`);
    if (check.of === "error" && !hasErrorMap(parameter)) throw new Error(`no SE(${check.symbol})`);
    const { samples } = await readImage(one.dataSet, check.file);
    const found = pick(fits, check);
    const ours: number[] = [];
    const reference: number[] = [];
    mask.samples.forEach((inside, voxel) => {
      if (inside !== 1) return;
      ours.push(found[voxel]! * (check.factor ?? 1));
      reference.push(samples[voxel]!);
    });
    comparisons.push(
      ...comparePairs(
        {
          dataSet: one.dataSet,
          model: one.model,
          quantity: quantityOf(check),
          origin: check.origin,
          unit: unitOf(check, parameter.unit),
        },
        { ours, reference },
        check.gates,
      ),
    );
  }
  return comparisons;
}

function pick(fits: SampleFits, { symbol, of = "value" }: MapCheck): Float64Array {
  switch (of) {
    case "value":
      return fits.values.get(symbol)!;
    case "error":
      return fits.errors.get(symbol)!;
    case "rSquared":
      return fits.rSquared;
    case "rmse":
      return fits.rmse;
  }
}

function quantityOf({ symbol, of = "value" }: MapCheck): string {
  return { value: symbol, error: `SE(${symbol})`, rSquared: "R²", rmse: "RMSE" }[of];
}

function unitOf({ of }: MapCheck, unit: Unit): Unit {
  return of === "rSquared" ? "1" : of === "rmse" ? "arbitrary" : unit;
}
