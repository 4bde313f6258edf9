import { smoothAbscissae } from "./exponential-basis.ts";
import {
  equilibriumRow,
  type LongitudinalOptions,
  longitudinalRows,
  recoveryBounds,
  recoveryRate,
} from "./longitudinal-relaxation.ts";
import { fillRecovery, liesWithin, newRecovery, recoveryBasis } from "./recovery-basis.ts";
import { deriveRelaxation } from "./relaxation-quantity.ts";
import type { ModelSheet, Plausibility, SignalModel } from "./signal-model.ts";

/** Options of saturation recovery. */
export interface SaturationOptions extends LongitudinalOptions {
  /** True to fit the saturation B as well; false takes every pulse for a perfect 90 degrees. */
  readonly saturationEfficiency: boolean;
}

/** Values of B that a measurement can be expected to have (project rule; 0.8 to 1.1 is usual). */
const plausibleSaturation = { low: 0.5, high: 1.5 } as const;

/** The data sheet of S = M0 (1 - B exp(-TR/T1)), or with B = 1. */
export function saturationRecoverySheet(saturationEfficiency: boolean): ModelSheet {
  const b = saturationEfficiency;
  return {
    name: "saturation-recovery",
    label: `T1 by saturation recovery, ${b ? "three" : "two"} parameters`,
    equation: `S(TR) = M0 (1 - ${b ? "B " : ""}exp(-TR/T1))`,
    mathml: `<mrow><mi>S</mi><mo>(</mo><mi>TR</mi><mo>)</mo><mo>=</mo><msub><mi>M</mi><mn>0</mn></msub><mo>(</mo><mn>1</mn><mo>-</mo>${
      b ? "<mi>B</mi>" : ""
    }<msup><mi>e</mi><mrow><mo>-</mo><mi>TR</mi><mo>/</mo><msub><mi>T</mi><mn>1</mn></msub></mrow></msup><mo>)</mo></mrow>`,
    assumptions: [
      "one compartment",
      b
        ? "every repetition starts from the same fraction 1 - B of the full magnetisation"
        : "every repetition starts from no longitudinal magnetisation: perfect 90 degree pulses, and recovery during all of TR",
      "echo time, gain and scaling are the same at every repetition time",
      "noise has the same spread at every repetition time and mean zero (Gaussian), or the expected-Rician form is chosen",
    ],
    whenNotToUse: [
      ...(b
        ? []
        : [
            "on echo trains with variable TR (RARE-VTR): recovery starts only after the last refocusing pulse, and T1 comes out too long; use three parameters",
          ]),
      "when the longest TR is shorter than about the T1 to be measured: M0 and T1 cannot be told apart",
      "on magnitude signals that reach the noise floor at short TR: use the expected-Rician form",
      "on images whose scaling changes from one TR to the next (automatic receiver gain)",
    ],
    references: [
      {
        text: "Markley JL, Horsley WJ, Klein MP. Spin-lattice relaxation measurements in slowly relaxing complex spectra. J Chem Phys 1971;55:3604-3605",
      },
      {
        text: "Hennig J, Nauerth A, Friedburg H. RARE imaging: a fast imaging method for clinical MR. Magn Reson Med 1986;3:823-833",
        doi: "10.1002/mrm.1910030602",
      },
      {
        text: "Golub GH, Pereyra V. The differentiation of pseudo-inverses and nonlinear least squares problems whose variables separate. SIAM J Numer Anal 1973;10:413-432",
        doi: "10.1137/0710036",
      },
    ],
    abscissa: { keyword: "RepetitionTime", symbol: "TR", label: "Repetition time", unit: "ms" },
    parameters: [
      ...longitudinalRows(recoveryBounds),
      equilibriumRow,
      ...(b
        ? [
            {
              symbol: "saturation",
              label: "Saturation B",
              unit: "1",
              role: "linear",
              bounds: `none; flagged when more than two standard errors outside ${plausibleSaturation.low} to ${plausibleSaturation.high}`,
              boundsSource:
                "project rule: an imperfect pulse or a recovery shorter than TR moves B by a few tenths at most",
            } as const,
          ]
        : []),
    ],
  };
}

/**
 * Saturation recovery at the given repetition times (ms), with two or three parameters.
 *
 * Two: the basis is 1 - exp(-TR R), the amplitude M0. Three: amplitude times -exp(-(TR - TR1) R) plus the constant M0,
 * TR1 the first repetition time; B = amplitude exp(TR1 R) / M0.
 *
 * @throws RangeError when the limits of T1 are not positive and ascending
 */
export function saturationRecovery(
  abscissae: Float64Array,
  options: SaturationOptions,
): SignalModel {
  const sheet = saturationRecoverySheet(options.saturationEfficiency);
  const variables = [recoveryRate(abscissae, options)];
  const shared = { sheet, variables, exponential: false, screened: "largest" } as const;
  if (options.saturationEfficiency) return withSaturation(shared, abscissae);
  const at = (times: Float64Array): SignalModel => ({
    ...shared,
    abscissae: times,
    constant: false,
    evaluate: (theta, { value, first, second }) => {
      const rate = theta[0]!;
      for (let i = 0; i < times.length; i++) {
        const t = times[i]!;
        const e = Math.exp(-t * rate);
        value[i] = -Math.expm1(-t * rate);
        first[i] = t * e;
        second[i] = -t * t * e;
      }
    },
    at,
    drawnAbscissae: () => smoothAbscissae(times),
    deriveParameters: (p, covariance, values, standardErrors) => {
      deriveRelaxation(p[1]!, covariance[3]!, values, standardErrors);
      values[2] = p[0]!;
      standardErrors[2] = Math.sqrt(covariance[0]!);
    },
  });
  return at(abscissae);
}

function withSaturation(
  shared: Pick<SignalModel, "sheet" | "variables" | "exponential" | "screened">,
  abscissae: Float64Array,
): SignalModel {
  const shortest = abscissae.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  const recovery = newRecovery();
  const at = (times: Float64Array): SignalModel => ({
    ...shared,
    abscissae: times,
    constant: true,
    evaluate: recoveryBasis(times, shortest),
    at,
    drawnAbscissae: () => smoothAbscissae(times),
    deriveParameters: (p, covariance, values, standardErrors) => {
      deriveRelaxation(p[2]!, covariance[8]!, values, standardErrors);
      fillRecovery(p, covariance, shortest, recovery);
      values[2] = recovery.asymptote;
      standardErrors[2] = Math.sqrt(recovery.covariance[0]!);
      values[3] = recovery.ratio;
      standardErrors[3] = Math.sqrt(recovery.covariance[4]!);
    },
    judge: judgeSaturation,
  });
  return at(abscissae);
}

function judgeSaturation(values: Float64Array, standardErrors: Float64Array): Plausibility {
  if (!(values[2]! > 0)) return "unidentified";
  const plausible = liesWithin(values[3]!, standardErrors[3]!, plausibleSaturation);
  return plausible ? "plausible" : "implausible";
}
