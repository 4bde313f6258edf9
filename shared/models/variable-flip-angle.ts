import {
  equilibriumRow,
  type LongitudinalOptions,
  longitudinalRows,
} from "./longitudinal-relaxation.ts";
import { modelConcepts } from "./model-concepts.ts";
import type { ModelSheet } from "./signal-model.ts";

/** Options of T1 by variable flip angle. */
export interface FlipAngleOptions extends LongitudinalOptions {
  readonly repetitionTimeMs: number;
  /** Least squares on the signal, or on the straight line of S/sin(a) over S/tan(a) (DESPOT1). */
  readonly method: "nonlinear" | "linear";
}

/** Default limits of T1 by variable flip angle, ms. */
const limitsMs = { shortest: 10, longest: 10_000 } as const;

/** Relative B1 (actual over nominal flip angle) that is taken for a measurement (project rule). */
export const plausibleTransmit = { low: 0.3, high: 1.7 } as const;

/** The data sheet of T1 by variable flip angle. */
export function variableFlipAngleSheet(method: FlipAngleOptions["method"]): ModelSheet {
  const linear = method === "linear";
  return {
    name: "variable-flip-angle",
    label: `T1 by variable flip angle, ${linear ? "straight line (DESPOT1)" : "nonlinear"}`,
    equation: `S(FA) = M0 sin(FA) (1 - E)/(1 - E cos(FA)), E = exp(-TR/T1), FA = B1 x nominal flip angle${
      linear ? "; fitted as S/sin(FA) = E S/tan(FA) + M0 (1 - E)" : ""
    }`,
    mathml:
      "<mrow><mi>S</mi><mo>(</mo><mi>α</mi><mo>)</mo><mo>=</mo><msub><mi>M</mi><mn>0</mn></msub><mi>sin</mi><mi>α</mi><mfrac><mrow><mn>1</mn><mo>-</mo><mi>E</mi></mrow><mrow><mn>1</mn><mo>-</mo><mi>E</mi><mi>cos</mi><mi>α</mi></mrow></mfrac><mo>,</mo><mi>E</mi><mo>=</mo><msup><mi>e</mi><mrow><mo>-</mo><mi>TR</mi><mo>/</mo><msub><mi>T</mi><mn>1</mn></msub></mrow></msup></mrow>",
    assumptions: [
      "one compartment in the steady state of a spoiled gradient echo, without transverse magnetisation left over from one repetition to the next",
      "the actual flip angle is the nominal one times the B1 map; without a map B1 is 1 everywhere",
      "echo time, repetition time, gain and scaling are the same at every flip angle",
      linear
        ? "errors of S/sin(FA) have the same spread at every flip angle, which noise of the signal does not give"
        : "noise has the same spread at every flip angle and mean zero",
    ],
    whenNotToUse: [
      "without a B1 map at high field: T1 is wrong by twice the relative error of B1 (B1 of 0.9 ignored: 1500 ms reads 1213 ms at 3 and 20 degrees, TR 15 ms)",
      "where spoiling is imperfect (small gradient spoilers, unsuitable phase increment, long T2): T1 is off by several percent",
      "for thin slices excited with a poor profile: the flip angle varies within the voxel; use 3D",
      "on signals near the noise floor",
      ...(linear
        ? [
            "for noisy signals at more than two flip angles: the line is biased; use the nonlinear method",
          ]
        : []),
    ],
    references: [
      {
        text: "Fram EK, Herfkens RJ, Johnson GA, Glover GH, Karis JP, Shimakawa A, Perkins TG, Pelc NJ. Rapid calculation of T1 using variable flip angle gradient refocused imaging. Magn Reson Imaging 1987;5:201-208",
      },
      {
        text: "Deoni SCL, Rutt BK, Peters TM. Rapid combined T1 and T2 mapping using gradient recalled acquisition in the steady state. Magn Reson Med 2003;49:515-526",
        doi: "10.1002/mrm.10407",
      },
      {
        text: "Chang LC, Koay CG, Basser PJ, Pierpaoli C. Linear least-squares method for unbiased estimation of T1 from SPGR signals. Magn Reson Med 2008;60:496-501",
        doi: "10.1002/mrm.21669",
      },
      {
        text: "Preibisch C, Deichmann R. Influence of RF spoiling on the stability and accuracy of T1 mapping based on spoiled FLASH with varying flip angles. Magn Reson Med 2009;61:125-135",
        doi: "10.1002/mrm.21776",
      },
    ],
    abscissa: { keyword: "FlipAngle", symbol: "FA", label: "Nominal flip angle", unit: "deg" },
    ...(linear ? { algorithm: "straight line through S/sin(FA) over S/tan(FA)" } : {}),
    concepts: { model: modelConcepts.t1ByFlipAngles },
    parameters: [
      ...longitudinalRows(`${limitsMs.shortest} ms to ${limitsMs.longest / 1000} s`),
      equilibriumRow,
    ],
  };
}

/** Limits of T1, ms, that the options ask for. */
export interface FlipAngleLimits {
  readonly shortestMs: number;
  readonly longestMs: number;
}

/**
 * The limits of T1, once options and flip angles (degrees) were found sound.
 *
 * @throws RangeError naming what is not
 */
export function requireFlipAngles(
  abscissae: ArrayLike<number>,
  options: FlipAngleOptions,
): FlipAngleLimits {
  const { repetitionTimeMs, minTimeMs, maxTimeMs } = options;
  if (!(repetitionTimeMs > 0 && repetitionTimeMs < Number.POSITIVE_INFINITY)) {
    throw new RangeError(`${repetitionTimeMs} ms is no repetition time`);
  }
  for (const angle of Array.from(abscissae)) {
    if (!(angle > 0 && angle < 180)) throw new RangeError(`${angle} degrees is no flip angle`);
  }
  const shortestMs = minTimeMs ?? limitsMs.shortest;
  const longestMs = maxTimeMs ?? limitsMs.longest;
  if (!(shortestMs > 0 && longestMs > shortestMs && longestMs < Number.POSITIVE_INFINITY)) {
    throw new RangeError(`no time constant lies between ${shortestMs} ms and ${longestMs} ms`);
  }
  return { shortestMs, longestMs };
}
