import type { Pool } from "#shared/parallel/pool.ts";
import type { SeriesVolume } from "#shared/volume/series-volume.ts";
import { averageShells } from "#shared/volume/shell-average.ts";
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
