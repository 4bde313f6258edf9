import type { VolumeFit } from "#shared/fit/fit-volume.ts";
import type { Pool } from "#shared/parallel/pool.ts";
import type { SeriesVolume } from "#shared/volume/series-volume.ts";
import { averageShells } from "#shared/volume/shell-average.ts";
import type { ChosenModel } from "./choose-model.ts";
import type { SampleChoice } from "./choose-samples.ts";

/** What a model is fitted to: the series, or one with an image for each b-value. */
export interface FittedSeries {
  readonly series: SeriesVolume;
  /** Indices along its contrast axis, one for each sample of the model. */
  readonly contrasts: readonly number[];
}

/** The series with the samples of a model. */
export async function reduceSeries(
  series: SeriesVolume,
  { averaged, images }: SampleChoice,
  pool: Pool,
): Promise<FittedSeries> {
  if (averaged === undefined) return { series, contrasts: images };
  return {
    series: await averageShells(series, averaged, pool),
    contrasts: averaged.map((_, shell) => shell),
  };
}

/**
 * The fit without its reduced chi-square where the noise of the samples is not that of the images: in averages, unless the model
 * weighs each by its images.
 */
export function withKnownChiSquare(fit: VolumeFit, { samples, choice }: ChosenModel): VolumeFit {
  if (samples.averaged === undefined || choice.name === "diffusion-decay") return fit;
  const { reducedChiSquare: _, ...rest } = fit;
  return rest;
}
