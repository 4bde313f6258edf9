import type { FitSettings } from "#shared/fit/fit-settings.ts";
import { prepareFit } from "#shared/fit/prepare-fit.ts";
import type { IvimMethod } from "#shared/models/ivim.ts";
import { uniformNumbers } from "#shared/phantom/random.ts";

// Our IVIM fit among published algorithms, on their own simulation.

/** Quantities of the league, by their symbols in our data sheet. */
export const leagueQuantities = ["D", "f", "Dstar"] as const;
export type LeagueQuantity = (typeof leagueQuantities)[number];

type Numbers = Readonly<Record<LeagueQuantity, number>>;

/** The published table, as `expected.json` of the data set `osipi-ivim` sums it up under `league`. */
export interface PublishedLeague {
  /** b-values, s/mm2. */
  readonly b: readonly number[];
  /** True values of each tissue, mm2/s, and 1 for f. */
  readonly regions_truth: Readonly<Record<string, Numbers>>;
  /** By signal-to-noise ratio at b = 0. */
  readonly summary: Readonly<Record<string, Readonly<Record<LeagueQuantity, PublishedScore>>>>;
}

/** Scores of the published algorithms. */
export interface PublishedScore {
  readonly median_of_algorithms: number;
  readonly best: number;
  readonly best_algorithm: string;
}

/** A score of ours beside those of the published algorithms. */
export interface LeagueRow {
  /** Signal at b = 0 over the noise. */
  readonly snr: number;
  readonly quantity: LeagueQuantity;
  /** Median over the tissues of the root-mean-square error; mm2/s, and 1 for f. */
  readonly ours: number;
  /** The same of the algorithm in the middle, and of the best one. */
  readonly median: number;
  readonly best: number;
  readonly bestAlgorithm: string;
}

/** Noise realisations of each tissue, as many as the published table has. */
export const leagueRealisations = 300;

/** Tissues with less have no D* worth the name, and those with more no D. */
const fractions = { above: 0.03, below: 0.8 } as const;

/** The tissues that count. */
export function leagueRegions(
  league: PublishedLeague,
): readonly (readonly [name: string, truth: Numbers])[] {
  return Object.entries(league.regions_truth).filter(
    ([, { f }]) => f > fractions.above && f < fractions.below,
  );
}

/**
 * Scores of our fit on the simulation of the OSIPI IVIM code collection (TF2.4, 19 algorithms): the same tissues, b-values
 * and kind of noise. The noise is normal in the real channel, and the magnitude of the sum is fitted. Where a fit finds f
 * below 0.03 it gives no D*, and that fit does not count for D*.
 */
export function scoreIvimLeague(league: PublishedLeague, method: IvimMethod): readonly LeagueRow[] {
  const settings: FitSettings = {
    model: { name: "ivim", options: { method }, noise: { kind: "gaussian" } },
    abscissae: league.b,
    sigma: undefined,
    noiseThreshold: 0,
    solver: "own",
  };
  const fitter = prepareFit(settings).build();
  const places = leagueQuantities.map((quantity) =>
    fitter.sheet.parameters.findIndex(({ symbol }) => symbol === quantity),
  );

  /** Root-mean-square error of each quantity in one tissue. */
  function errorsOf(truth: Numbers, sigma: number, seed: string): readonly number[] {
    const normal = normalNumbers(seed);
    const sums = leagueQuantities.map(() => ({ squares: 0, count: 0 }));
    for (let k = 0; k < leagueRealisations; k++) {
      const y = Float64Array.from(league.b, (b) =>
        Math.abs(
          truth.f * Math.exp(-b * truth.Dstar) +
            (1 - truth.f) * Math.exp(-b * truth.D) +
            sigma * normal(),
        ),
      );
      fitter.fit(y, 0, 1);
      leagueQuantities.forEach((quantity, q) => {
        const found = fitter.result.values[places[q]!]!;
        if (!Number.isFinite(found)) return;
        sums[q]!.squares += (found - truth[quantity]) ** 2;
        sums[q]!.count++;
      });
    }
    return sums.map(({ squares, count }) => Math.sqrt(squares / count));
  }

  return Object.entries(league.summary).flatMap(([ratio, published]) => {
    const snr = Number(ratio);
    const errors = leagueRegions(league).map(([name, truth]) =>
      errorsOf(truth, 1 / snr, `${name}, SNR ${snr}`),
    );
    return leagueQuantities.map((quantity, q) => ({
      snr,
      quantity,
      ours: median(errors.map((row) => row[q]!)),
      median: published[quantity].median_of_algorithms,
      best: published[quantity].best,
      bestAlgorithm: published[quantity].best_algorithm,
    }));
  });
}

/** Normal numbers with SD 1, the same ones for the same seed. */
function normalNumbers(seed: string): () => number {
  const uniform = uniformNumbers(seed);
  return () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const half = (sorted.length - 1) / 2;
  return (sorted[Math.floor(half)]! + sorted[Math.ceil(half)]!) / 2;
}
