import { deriveInversion, judgeInversion } from "#shared/models/inversion-recovery.ts";
import type { InversionOptions } from "#shared/models/inversion-recovery-sheet.ts";
import { newRecovery, type Recovery } from "#shared/models/recovery-basis.ts";
import type { SignalModel } from "#shared/models/signal-model.ts";
import { complexRateSearch } from "./complex-rate-search.ts";
import { judgeFit, qualityRules } from "./fit-quality.ts";
import type { FitSettings } from "./fit-settings.ts";
import { fillCovariance, newCovarianceWork } from "./standard-errors.ts";
import { hasNoValue, statusCode } from "./status.ts";
import { boundStatus } from "./variable-projection.ts";
import { clearFittedVoxel, newFittedVoxel, type VoxelFitter } from "./voxel-fitter.ts";

/** Free parameters: a and b, complex, and the rate. */
const parameters = 5;

/**
 * A fitter of complex recoveries a + b exp(-TI R), a and b complex: 2N samples, all real parts, then all imaginary parts.
 *
 * Four linear parameters are eliminated; the rate maximises the correlation with both channels at once
 * (`complexRateSearch`). No polarity has to be found, and the noise has mean zero. Only the part of b in line with a is
 * recovery: M0 and efficiency come from |a| and Re(-b/a).
 *
 * @param model - the recovery with a constant, at the inversion times
 * @see Barral JK et al., Magn Reson Med 2010;64:1057, doi:10.1002/mrm.22497 (five-parameter model)
 */
export function buildComplexRecovery(
  settings: FitSettings,
  model: SignalModel,
  options: InversionOptions,
): VoxelFitter {
  const times = model.abscissae.length;
  const n = 2 * times;
  const first = model.abscissae[0] ?? 0;
  const rules = qualityRules(settings, n, parameters);
  const enough = new Set(settings.abscissae).size >= 3;
  const result = newFittedVoxel(model.sheet);
  const { values, standardErrors } = result;
  const search = complexRateSearch(model);
  const work = newCovarianceWork(parameters, n);
  const covariance = new Float64Array(parameters * parameters);
  const recovery = newRecovery();
  const { best } = search;
  // Derivatives by Re c0, Im c0, Re a, Im a and R; those by a never change.
  work.jacobian.fill(1, 2 * n, 2 * n + times).fill(1, 3 * n + times, 4 * n);

  function fillJacobian(): number {
    const { jacobian } = work;
    const { value, first: slope } = search.basis;
    let ssr = 0;
    for (let i = 0; i < times; i++) {
      jacobian[i] = value[i]!;
      jacobian[n + times + i] = value[i]!;
      jacobian[4 * n + i] = best.amplitudeReal * slope[i]!;
      jacobian[4 * n + times + i] = best.amplitudeImaginary * slope[i]!;
      ssr += best.residuals[i]! ** 2 + best.residuals[times + i]! ** 2;
    }
    return ssr;
  }

  function solve(): number {
    const ssr = fillJacobian();
    const { end } = best;
    const inverse = model.variables[0]!.inverse;
    const status = end === undefined ? statusCode.ok : boundStatus(inverse, end);
    work.free[4] = end === undefined ? 1 : 0;
    const free = end === undefined ? parameters : parameters - 1;
    if (!fillCovariance(work, covariance)) return statusCode["not-converged"];
    const variance = n > free ? ssr / (n - free) : Number.NaN;
    for (let k = 0; k < covariance.length; k++) covariance[k] = covariance[k]! * variance;
    result.freedom = n - free;
    fillComplexRecovery(recovery, first, best, covariance);
    deriveInversion(recovery, options, values, standardErrors);
    const plausibility = judgeInversion(values, standardErrors, options);
    return judgeFit(rules, result, ssr, best.total, status, plausibility);
  }

  function fit(y: Float64Array, offset: number): void {
    let status: number = statusCode["invalid-input"];
    const brightest = brightestOf(y, offset, times);
    if (enough && Number.isFinite(brightest)) {
      if (brightest < rules.noiseFloor) status = statusCode.noise;
      else if (search.find(y, offset)) status = solve();
    }
    result.status = status;
    if (hasNoValue(status)) clearFittedVoxel(result);
  }

  return {
    sheet: model.sheet,
    samples: n,
    result,
    fit,
    predictSamples: (out) => {
      const { value } = search.basis;
      const hasFit = Number.isFinite(values[0]!);
      for (let i = 0; i < times; i++) {
        out[i] = hasFit ? best.amplitudeReal * value[i]! + best.constantReal : Number.NaN;
        out[times + i] = hasFit
          ? best.amplitudeImaginary * value[i]! + best.constantImaginary
          : Number.NaN;
      }
    },
    // Each inversion time has two samples.
    predict: undefined,
    drawnAbscissae: model.drawnAbscissae(),
  };
}

/** Largest magnitude; NaN when a sample is no finite number. */
function brightestOf(y: Float64Array, offset: number, times: number): number {
  let largest = 0;
  for (let i = 0; i < times; i++) {
    largest = Math.max(largest, Math.hypot(y[offset + i]!, y[offset + times + i]!));
  }
  return largest;
}

/** Coefficients of a complex recovery c0 phi + a, c0 = -b exp(-first R). */
interface ComplexCoefficients {
  readonly amplitudeReal: number;
  readonly amplitudeImaginary: number;
  readonly constantReal: number;
  readonly constantImaginary: number;
  readonly rate: number;
}

/** Derivatives of asymptote, ratio and rate by the five parameters, shape [3, 5]; the others stay 0. */
const gradients = new Float64Array(3 * parameters);

/**
 * Fills asymptote |a|, ratio Re(-b/a) and rate with their covariance, from that of [Re c0, Im c0, Re a, Im a, R].
 */
function fillComplexRecovery(
  recovery: Recovery,
  first: number,
  c: ComplexCoefficients,
  covariance: Float64Array,
): void {
  const growth = Math.exp(first * c.rate);
  const re = c.constantReal;
  const im = c.constantImaginary;
  const squared = re * re + im * im;
  const size = Math.sqrt(squared);
  const ratio = (growth * (c.amplitudeReal * re + c.amplitudeImaginary * im)) / squared;
  gradients[2] = re / size;
  gradients[3] = im / size;
  gradients[5] = (growth * re) / squared;
  gradients[6] = (growth * im) / squared;
  gradients[7] = (growth * c.amplitudeReal - 2 * ratio * re) / squared;
  gradients[8] = (growth * c.amplitudeImaginary - 2 * ratio * im) / squared;
  gradients[9] = first * ratio;
  gradients[14] = 1;
  recovery.asymptote = size;
  recovery.ratio = ratio;
  recovery.rate = c.rate;
  recovery.held = Number.isNaN(covariance[24]!) && !Number.isNaN(covariance[0]!);
  for (let row = 0; row < 3; row++) {
    for (let column = 0; column < 3; column++) {
      let sum = 0;
      for (let i = 0; i < parameters; i++) {
        for (let j = 0; j < parameters; j++) {
          const factor = gradients[row * parameters + i]! * gradients[column * parameters + j]!;
          if (factor !== 0) sum += factor * heldAsKnown(covariance, i, j, recovery.held);
        }
      }
      recovery.covariance[row * 3 + column] = sum;
    }
  }
}

function heldAsKnown(covariance: Float64Array, i: number, j: number, held: boolean): number {
  return held && (i === 4 || j === 4) ? 0 : covariance[i * parameters + j]!;
}
