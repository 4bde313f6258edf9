import { type CurveFit, fitCurve } from "#shared/fit/fit-curve.ts";
import type { Unit } from "#shared/units.ts";
import { contrastTerms } from "#shared/volume/contrast-terms.ts";
import { gatherCurves, type SeriesVolume, signalSource } from "#shared/volume/series-volume.ts";
import type { CurveModel } from "./choose-curve-model.ts";

/** The mean signal of a region's voxels at each sample of a model, and what was fitted to it. */
export interface MeanCurve {
  /** Signal units, shape [samples]. */
  readonly signals: Float64Array;
  /** Voxels that have a signal in every image. */
  readonly voxels: number;
  readonly fit: CurveFit;
  /** The main parameter, in its own unit (`unit`), with the 95 % interval that the scatter about the curve gives. */
  readonly value: number;
  readonly standardError: number;
  readonly interval: readonly [number, number];
  /** Factor that brings the errors of the fit to those of the mean curve; 1 where they are so already. */
  readonly scatter: number;
  readonly abscissa: { readonly label: string; readonly unit: Unit };
}

/**
 * The fit of the mean signal curve of some voxels: of the mean, not the mean of fits. In a uniform region the two agree, and the
 * fit of the mean has no bias from the noise of single voxels; where tissues mix they differ, and neither is "the" value.
 *
 * The project's own solver, not ml-levenberg-marquardt: it is the code that made the map, so that the two numbers differ by the
 * averaging alone, and it knows its standard error and the noise floor, which the package does not. The package checks it in
 * the tests.
 *
 * The standard error always comes from the scatter of the mean curve about its fit: the noise of one voxel, which an expected-Rician
 * fit takes its own from, says nothing of a mean over many that are not alike.
 *
 * @param voxels - indices on the grid of the series
 * @returns undefined when no voxel has a signal in every image
 */
export function fitMeanCurve(
  series: SeriesVolume,
  voxels: ArrayLike<number>,
  model: CurveModel,
): MeanCurve | undefined {
  const { means, count } = meanSignals(series, voxels);
  if (count === 0) return undefined;
  const signals = Float64Array.from(model.images, (images) => geometricMean(images, means));
  const { noise } = model.choice;
  const sigma = noise.kind === "rician" ? noise.sigma : undefined;
  const fit = fitCurve(
    { model: model.choice, abscissae: model.abscissae, sigma, noiseThreshold: 0, solver: "own" },
    signals,
  );
  const main = fit.parameters[0]!;
  const scatter = noise.kind === "rician" ? Math.sqrt(fit.reducedChiSquare) : 1;
  const standardError = main.standardError * scatter;
  const { symbol, unit } = contrastTerms(series.axis.keyword);
  const half = ((main.interval[1] - main.interval[0]) / 2) * scatter;
  return {
    signals,
    voxels: count,
    fit,
    value: main.value,
    standardError,
    interval: [main.value - half, main.value + half],
    scatter,
    abscissa: { label: symbol, unit },
  };
}

/** Mean over the voxels of each image, shape [images]; voxels without a number in any image are left out of all. */
function meanSignals(
  series: SeriesVolume,
  voxels: ArrayLike<number>,
): { readonly means: Float64Array; readonly count: number } {
  const all = series.axis.values.map((_, index) => index);
  const source = signalSource(series);
  const curve = new Float64Array(all.length);
  const sums = new Float64Array(all.length);
  let count = 0;
  for (let n = 0; n < voxels.length; n++) {
    gatherCurves(source, all, voxels[n]!, 1, curve);
    if (!curve.every(Number.isFinite)) continue;
    for (let c = 0; c < sums.length; c++) sums[c] = sums[c]! + curve[c]!;
    count++;
  }
  return { means: sums.map((sum) => sum / count), count };
}

/** One image as it is; several of one b-value by the mean of their logarithms, as process-dwi averages directions. */
function geometricMean(images: readonly number[], means: Float64Array): number {
  if (images.length === 1) return means[images[0]!]!;
  let sum = 0;
  for (const image of images) sum += Math.log(means[image]!);
  return Math.exp(sum / images.length);
}
