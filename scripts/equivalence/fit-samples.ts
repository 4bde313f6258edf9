import type { FitSettings } from "#shared/fit/fit-settings.ts";
import { prepareFit } from "#shared/fit/prepare-fit.ts";
import type { ModelChoice } from "#shared/models/model-choice.ts";

/** The fit of many curves, in double precision; arrays have one entry per curve, NaN where nothing was fitted. */
export interface SampleFits {
  readonly values: ReadonlyMap<string, Float64Array>;
  readonly errors: ReadonlyMap<string, Float64Array>;
  readonly rSquared: Float64Array;
  readonly rmse: Float64Array;
  readonly status: Uint8Array;
  /** Samples of a curve. */
  readonly samples: number;
}

/** Settings of a plain fit: noise unknown, nothing left out. */
export function settingsOf(model: ModelChoice, abscissae: readonly number[]): FitSettings {
  return { model, abscissae, sigma: undefined, noiseThreshold: 0, solver: "own" };
}

/**
 * Fits curves with the code that fits volumes.
 *
 * @param images - shape [samples, curves]
 * @param chosen - which curves; all when left out
 * @param scale - of each curve, see VoxelFitter; 1 when left out
 */
export function fitSamples(
  settings: FitSettings,
  images: Float64Array,
  chosen: (curve: number) => boolean = () => true,
  scale: (curve: number) => number = () => 1,
): SampleFits {
  const { samples: n, build } = prepareFit(settings);
  const fitter = build();
  const { sheet, result } = fitter;
  const curves = images.length / n;
  const empty = () => new Float64Array(curves).fill(Number.NaN);
  const values = sheet.parameters.map(empty);
  const errors = sheet.parameters.map(empty);
  const rSquared = empty();
  const rmse = empty();
  const status = new Uint8Array(curves);
  const y = new Float64Array(n);
  for (let v = 0; v < curves; v++) {
    if (!chosen(v)) continue;
    for (let c = 0; c < n; c++) y[c] = images[c * curves + v]!;
    fitter.fit(y, 0, scale(v));
    sheet.parameters.forEach((_, k) => {
      values[k]![v] = result.values[k]!;
      errors[k]![v] = result.standardErrors[k]!;
    });
    rSquared[v] = result.rSquared;
    rmse[v] = result.rmse;
    status[v] = result.status;
  }
  const bySymbol = (arrays: readonly Float64Array[]) =>
    new Map(sheet.parameters.map(({ symbol }, k) => [symbol, arrays[k]!]));
  return { values: bySymbol(values), errors: bySymbol(errors), rSquared, rmse, status, samples: n };
}
