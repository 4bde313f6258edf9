import { smoothAbscissae } from "./exponential-basis.ts";
import {
  type InversionOptions,
  inversionRecoverySheet,
  plausibleInversion,
} from "./inversion-recovery-sheet.ts";
import { recoveryRate } from "./longitudinal-relaxation.ts";
import {
  fillRecovery,
  liesWithin,
  newRecovery,
  type Recovery,
  recoveryBasis,
  recoveryError,
} from "./recovery-basis.ts";
import { deriveRelaxation } from "./relaxation-quantity.ts";
import type { Plausibility, SignalModel } from "./signal-model.ts";

/**
 * Inversion recovery a + b exp(-TI R) of signals with sign, or (`magnitude`) their magnitudes, at the given inversion
 * times (ms).
 *
 * In the solver's terms: amplitude times -exp(-(TI - TI1) R) plus the constant a, TI1 the first inversion time.
 *
 * @throws RangeError when the inversion times do not ascend, or the repetition time or the limits of T1 are not positive
 */
export function inversionRecovery(abscissae: Float64Array, options: InversionOptions): SignalModel {
  requireInversionTimes(abscissae, options);
  const sheet = inversionRecoverySheet(options);
  const variables = [recoveryRate(abscissae, options)];
  const first = abscissae[0] ?? 0;
  const magnitude = options.signal === "magnitude";
  const recovery = newRecovery();
  const at = (times: Float64Array): SignalModel => ({
    sheet,
    abscissae: times,
    constant: true,
    exponential: false,
    screened: "largest",
    magnitude,
    variables,
    evaluate: recoveryBasis(times, first),
    at,
    drawnAbscissae: () => smoothAbscissae(times),
    deriveParameters: (p, covariance, values, standardErrors) => {
      fillRecovery(p, covariance, first, recovery);
      deriveInversion(recovery, options, values, standardErrors);
      if (!magnitude) return;
      values[values.length - 1] = countNegative(recovery, abscissae);
      standardErrors[values.length - 1] = Number.NaN;
    },
    judge: (values, errors) => judgeInversion(values, errors, options),
  });
  return at(abscissae);
}

/**
 * Throws unless the options and inversion times suit each other.
 *
 * @throws RangeError naming what does not
 */
export function requireInversionTimes(abscissae: Float64Array, options: InversionOptions): void {
  const { repetitionTimeMs } = options;
  if (repetitionTimeMs !== undefined && !(repetitionTimeMs > 0)) {
    throw new RangeError(`${repetitionTimeMs} ms is no repetition time`);
  }
  for (let i = 1; i < abscissae.length; i++) {
    if (!(abscissae[i]! >= abscissae[i - 1]!)) {
      throw new RangeError(`inversion time ${abscissae[i]} ms follows ${abscissae[i - 1]} ms`);
    }
  }
}

/**
 * Writes T1 (ms), R1 (1/s), M0 and the inversion efficiency of a recovery, with their standard errors.
 *
 * With e = exp(-TR R), 0 without a repetition time: M0 = a/(1 + e) and efficiency = -b/(2 M0). Look-Locker instead:
 * T1 = T1* (-b/a - 1) and M0 = a (-b/a - 1), both for a perfect inversion, and no efficiency.
 *
 * @see Deichmann R, Haase A, J Magn Reson 1992;96:608, doi:10.1016/0022-2364(92)90347-A, eq. 12
 */
export function deriveInversion(
  recovery: Recovery,
  { repetitionTimeMs, lookLocker }: InversionOptions,
  values: Float64Array,
  standardErrors: Float64Array,
): void {
  const { asymptote, ratio, rate, held, covariance } = recovery;
  if (lookLocker === true) {
    const factor = ratio - 1;
    const time = factor / rate;
    const error = recoveryError(recovery, 0, 1 / rate, -time / rate);
    values[0] = time;
    values[1] = 1000 / time;
    values[2] = asymptote * factor;
    standardErrors[0] = held ? Number.NaN : error;
    standardErrors[1] = held ? Number.NaN : (1000 * error) / (time * time);
    standardErrors[2] = recoveryError(recovery, factor, asymptote, 0);
    return;
  }
  deriveRelaxation(rate, held ? Number.NaN : covariance[8]!, values, standardErrors);
  const repetition = repetitionTimeMs ?? Number.POSITIVE_INFINITY;
  const e = Math.exp(-repetition * rate);
  const byRate = e === 0 ? 0 : repetition * e;
  const full = 1 + e;
  values[2] = asymptote / full;
  standardErrors[2] = recoveryError(recovery, 1 / full, 0, (asymptote * byRate) / (full * full));
  values[3] = (ratio * full) / 2;
  standardErrors[3] = recoveryError(recovery, 0, full / 2, (-ratio * byRate) / 2);
}

/** Judges T1, M0 and the efficiency as `deriveInversion` writes them. */
export function judgeInversion(
  values: Float64Array,
  standardErrors: Float64Array,
  { lookLocker }: InversionOptions,
): Plausibility {
  if (lookLocker === true) {
    if (!(values[0]! > 0)) return "impossible";
    return values[2]! > 0 ? "plausible" : "unidentified";
  }
  if (!(values[2]! > 0)) return "unidentified";
  return liesWithin(values[3]!, standardErrors[3]!, plausibleInversion)
    ? "plausible"
    : "implausible";
}

/** Inversion times at which the recovery is below 0. */
function countNegative({ asymptote, ratio, rate }: Recovery, times: Float64Array): number {
  let count = 0;
  for (let i = 0; i < times.length; i++) {
    if (asymptote * (1 - ratio * Math.exp(-times[i]! * rate)) < 0) count++;
  }
  return count;
}
