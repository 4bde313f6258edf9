import { percentile } from "#shared/volume/sort-samples.ts";
import { defined, sumTerms } from "./compensated-sum.ts";

/**
 * First-order statistics of the values of a region, in the unit of the values unless stated; null where undefined.
 * Names in capitals are the codes of the IBSI reference manual (arXiv:1612.07003).
 */
export interface FirstOrder {
  readonly n: number;
  /** Q4LE. */
  readonly mean: number | null;
  /** Population standard deviation, divided by n. */
  readonly sd: number | null;
  /** Divided by n - 1; null for fewer than two values. */
  readonly sdSample: number | null;
  /** Standard error of the mean from the scatter of the values: sdSample / sqrt(n). Voxels are not independent. */
  readonly sem: number | null;
  /** Y12H. */
  readonly median: number | null;
  /** Divided by n, unit squared; ECT3. */
  readonly variance: number | null;
  /** 1GSF. */
  readonly min: number | null;
  /** 84IY. */
  readonly max: number | null;
  /** 2OJQ. */
  readonly range: number | null;
  readonly p5: number | null;
  /** QG58. */
  readonly p10: number | null;
  readonly p25: number | null;
  readonly p75: number | null;
  /** 8DWT. */
  readonly p90: number | null;
  readonly p95: number | null;
  /** p75 - p25; SALO. */
  readonly iqr: number | null;
  /** sd / mean, no unit; null for mean 0; 7TET. */
  readonly cov: number | null;
  /** (p75 - p25) / (p75 + p25), no unit; 9S40. */
  readonly qcod: number | null;
  /** m3 / m2^1.5, no unit; null for equal values; KE2M. */
  readonly skewness: number | null;
  /** m4 / m2² - 3, no unit; null for equal values; IPH6. */
  readonly excessKurtosis: number | null;
  /** Mean absolute deviation from the mean; 4FUA. */
  readonly mad: number | null;
  /** The same of the values from p10 to p90; 1128. */
  readonly rmad: number | null;
  /** Mean absolute deviation from the median; N72L. */
  readonly medad: number | null;
  /** Sum of squares, unit squared; N8CA. */
  readonly energy: number | null;
  /** Root of the mean of squares; 5ZWQ. */
  readonly rms: number | null;
}

/**
 * First-order statistics of ascending values, which the order of voxels cannot change.
 *
 * Differences from the median, which are exact for values that lie close to each other, keep the moments sound for values far from 0.
 *
 * @param sorted - ascending, finite
 */
export function summarizeSorted(sorted: Float64Array): FirstOrder {
  const n = sorted.length;
  const at = (percent: number) => percentile(sorted, percent);
  const median = at(50);
  const { shift, variance, skewness, excessKurtosis } = measureMoments(sorted, median);
  const mean = median + shift;
  const sd = Math.sqrt(variance);
  const sdSample = n > 1 ? sd * Math.sqrt(n / (n - 1)) : Number.NaN;
  const energy = n > 0 ? sumTerms(n, (i) => sorted[i]! ** 2) : Number.NaN;
  const [p10, p25, p75, p90] = [at(10), at(25), at(75), at(90)];
  const [min, max] = [sorted[0] ?? Number.NaN, sorted[n - 1] ?? Number.NaN];
  const statistics = {
    mean,
    sd,
    sdSample,
    sem: sdSample / Math.sqrt(n),
    median,
    variance,
    min,
    max,
    range: max - min,
    p5: at(5),
    p10,
    p25,
    p75,
    p90,
    p95: at(95),
    iqr: p75 - p25,
    cov: sd / mean,
    qcod: (p75 - p25) / (p75 + p25),
    skewness,
    excessKurtosis,
    mad: meanDeviation(sorted, median, shift),
    rmad: robustDeviation(sorted, p10, p90),
    medad: meanDeviation(sorted, median, 0),
    energy,
    rms: Math.sqrt(energy / n),
  };
  const entries = Object.entries(statistics).map(([name, value]) => [name, defined(value)]);
  return { n, ...(Object.fromEntries(entries) as Record<keyof typeof statistics, number | null>) };
}

/** The mean, less the pivot: added to it, the mean of values far from 0 loses digits that their spread needs. */
function shiftOf(sorted: Float64Array, pivot: number): number {
  return sumTerms(sorted.length, (i) => sorted[i]! - pivot) / sorted.length;
}

/** Mean and central moments; the deviations are scaled to 1, so that their fourth powers neither vanish nor overflow. */
function measureMoments(sorted: Float64Array, pivot: number) {
  const n = sorted.length;
  const shift = shiftOf(sorted, pivot);
  const deviation = (i: number) => sorted[i]! - pivot - shift;
  const scale = n > 0 ? Math.max(-deviation(0), deviation(n - 1)) : Number.NaN;
  if (scale === 0) {
    return { shift, variance: 0, skewness: Number.NaN, excessKurtosis: Number.NaN };
  }
  const moment = (order: number) => sumTerms(n, (i) => (deviation(i) / scale) ** order) / n;
  const m2 = moment(2);
  return {
    shift,
    variance: m2 * scale ** 2,
    skewness: moment(3) / m2 ** 1.5,
    excessKurtosis: moment(4) / m2 ** 2 - 3,
  };
}

/** Mean absolute deviation from `pivot` + `shift`. */
function meanDeviation(sorted: Float64Array, pivot: number, shift: number): number {
  return sumTerms(sorted.length, (i) => Math.abs(sorted[i]! - pivot - shift)) / sorted.length;
}

/** Mean absolute deviation of the values from `low` to `high` (both included) from their own mean. */
function robustDeviation(sorted: Float64Array, low: number, high: number): number {
  const kept = sorted.filter((value) => value >= low && value <= high);
  const pivot = percentile(kept, 50);
  return meanDeviation(kept, pivot, shiftOf(kept, pivot));
}
