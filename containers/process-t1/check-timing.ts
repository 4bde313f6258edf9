import { InputError } from "#shared/errors.ts";
import { contrastTerms } from "#shared/volume/contrast-terms.ts";
import type { ContrastKeyword, SeriesVolume, Warning } from "#shared/volume/series-volume.ts";
import type { Options } from "./choose-method.ts";
import type { PointChoice } from "./select-points.ts";

/** Values that differ by more are two values (qmri-conventions 7.5.3). */
const agreement = 0.01;

/**
 * A shortest TR of this many times the longest TI leaves little to recover: T1 of up to half the longest TI, which is
 * what a series determines well, is then recovered to 1 - exp(-6).
 */
const longRepetition = 3;

/** The repetition time a fit takes as known, and what there is to say about it. */
export interface Timing {
  /** ms; undefined where full recovery is assumed, or TR is the axis itself. */
  readonly repetitionTimeMs: number | undefined;
  readonly warnings: readonly Warning[];
}

/**
 * The one repetition time of a series, given or stated, once what else varies was found to suit the equation of the
 * method.
 *
 * @throws InputError E-TR-MISMATCH, E-MISSING-TR; E-TR-VARIES, E-TI-VARIES, E-FA-VARIES when something changes from
 *   image to image that the equation takes as constant
 */
export function checkTiming(options: Options, series: SeriesVolume, points: PointChoice): Timing {
  const { keyword } = series.axis;
  const varying = covariatesOf(series, points);
  const repetitionTimes = varying.get("RepetitionTime");
  for (const other of varying.keys()) {
    if (other !== "RepetitionTime" || keyword !== "InversionTime") throw varies(other, keyword);
  }
  if (keyword === "RepetitionTime") return { repetitionTimeMs: undefined, warnings: [] };
  const given = options.tr?.[0];
  if (given !== undefined) requireAgreement(given, options, statedRepetition(series, points));
  else if (repetitionTimes !== undefined) return varyingRecovery(repetitionTimes, points.abscissae);
  const [stated, ...others] = statedRepetition(series, points);
  const repetitionTimeMs = given ?? (others.length === 0 ? stated : undefined);
  if (keyword === "InversionTime") {
    return inversionRepetition(repetitionTimeMs, points.abscissae.at(-1)!);
  }
  if (repetitionTimeMs !== undefined) return { repetitionTimeMs, warnings: [] };
  throw new InputError(
    `E-MISSING-${contrastTerms("RepetitionTime").code}`,
    "The images state no repetition time, without which flip angles tell nothing of T1.",
    "Give --tr, the time from one excitation to the next in ms.",
  );
}

/** What varies besides the axis, with its value at each point. */
function covariatesOf(
  { covariates = {} }: SeriesVolume,
  { contrasts, abscissae }: PointChoice,
): ReadonlyMap<ContrastKeyword, readonly number[]> {
  const entries = Object.entries(covariates) as [ContrastKeyword, readonly number[]][];
  return new Map(
    entries
      .map(([keyword, values]) => {
        const own = abscissae.map((_, point) => values[contrasts[point]!]!);
        return [keyword, own] as const;
      })
      .filter(([, values]) => new Set(values).size > 1),
  );
}

/**
 * Distinct repetition times of the points, ms. RepetitionTimeExcitation is what BIDS calls the time between the pulses of a
 * spoiled gradient echo.
 */
function statedRepetition(
  { acquisition, axis, covariates }: SeriesVolume,
  { contrasts }: PointChoice,
): readonly number[] {
  const listed = covariates?.RepetitionTime;
  if (listed !== undefined) {
    return [...new Set(contrasts.map((index) => listed[index]!))].sort((a, b) => a - b);
  }
  const keywords =
    axis.keyword === "FlipAngle"
      ? ["RepetitionTimeExcitation", "RepetitionTime"]
      : ["RepetitionTime"];
  for (const keyword of keywords) {
    const value = acquisition.find((entry) => entry.keyword === keyword)?.value;
    if (typeof value === "number" && value > 0) return [value];
  }
  return [];
}

function requireAgreement(given: number, options: Options, stated: readonly number[]): void {
  if (options.override.includes("tr")) return;
  if (stated.every((value) => Math.abs(given - value) <= agreement * value)) return;
  throw new InputError(
    `E-${contrastTerms("RepetitionTime").code}-MISMATCH`,
    `--tr says ${given} ms, the images say ${stated.join(", ")} ms: they disagree.`,
    "Leave out --tr, or force it with --override tr.",
  );
}

function inversionRepetition(repetitionTimeMs: number | undefined, longest: number): Timing {
  if (repetitionTimeMs === undefined || repetitionTimeMs > longest) {
    return { repetitionTimeMs, warnings: [] };
  }
  return {
    repetitionTimeMs: undefined,
    warnings: [
      {
        code: "W-TR-IGNORED",
        text: `TR is ${repetitionTimeMs} ms, shorter than the longest inversion time: it is not the time from one inversion to the next. Full recovery is assumed, which M0 and the inversion efficiency depend on, and T1 does not.`,
      },
    ],
  };
}

/**
 * TR that changes with TI. With TR = TI + a constant delay the recovery is still a + b exp(-TI/T1), b being smaller: T1
 * and M0 are right. With TR long throughout its changes do not matter. Anything else is another curve.
 */
function varyingRecovery(
  repetitionTimes: readonly number[],
  inversionTimes: readonly number[],
): Timing {
  const delays = repetitionTimes.map((value, i) => value - inversionTimes[i]!);
  const [least, most] = [Math.min(...delays), Math.max(...delays)];
  const shortest = Math.min(...repetitionTimes);
  const longest = inversionTimes.at(-1)!;
  const range = `TR goes from ${shortest} to ${Math.max(...repetitionTimes)} ms`;
  if (most - least <= agreement * Math.max(...repetitionTimes)) {
    return {
      repetitionTimeMs: undefined,
      warnings: [
        {
          code: "W-TR-VARIES",
          text: `${range} and keeps a distance of ${Math.round(least)} ms from TI: T1 and M0 are right, and the inversion efficiency comes out too small by what was not recovered.`,
        },
      ],
    };
  }
  if (shortest >= longRepetition * longest) {
    return {
      repetitionTimeMs: undefined,
      warnings: [
        {
          code: "W-TR-VARIES",
          text: `${range} while TI varies: T1 of more than about ${Math.round(shortest / 5)} ms, which TR does not let recover, is biased.`,
        },
      ],
    };
  }
  throw new InputError(
    `E-${contrastTerms("RepetitionTime").code}-VARIES`,
    `${range} while TI varies, neither at a constant distance from TI nor longer than ${longRepetition} times the longest TI (${longest} ms): every inversion then starts from another magnetisation, and the recovery is no exponential.`,
    "Choose the images of one TR with --series or --images, or measure with one TR.",
  );
}

function varies(other: ContrastKeyword, axis: ContrastKeyword): InputError {
  const { code, noun, symbol } = contrastTerms(other);
  return new InputError(
    `E-${code}-VARIES`,
    `The ${noun} change together with the ${contrastTerms(axis).noun}, and the equation holds for one ${symbol} only.`,
    `Choose images of one ${symbol}, or another --model.`,
  );
}
