import {
  fourthOrderCounts,
  kurtosisLimits,
  kurtosisTensorPlaces as place,
} from "#shared/models/diffusion-kurtosis-tensor.ts";
import { eigenvalueMeasures, type FittedTensor } from "./eigenvalue-measures.ts";
import { newFourthOrderRotation } from "./fourth-order-tensor.ts";
import { fillKurtosisAverages, newKurtosisAverages } from "./kurtosis-averages.ts";
import type { LinearFormMeasures } from "./linear-form-fitter.ts";
import { standardizeForm } from "./log-linear-fit.ts";
import { statusCode } from "./status.ts";
import type { FittedVoxel } from "./voxel-fitter.ts";

/**
 * Measures of the diffusion and kurtosis tensors that `fit` finds: ln S0, the six elements of D, and the fifteen of
 * V = MD² W (`fourthOrderElements`), with which ln S = ln S0 - b D(n) + b² V(n) / 6.
 *
 * Kurtosis along n is V(n)/D(n)². MK is its average over all directions, AK the value along the first eigenvector of D, RK
 * the average over the directions across it, all exact. Where D has an eigenvalue of 0 or below the kurtosis has no
 * meaning, and its measures are NaN; the status is then lower-bound, as for the tensor.
 *
 * The standard error of MK is that of the delta method: dMK = <dV/D² - 2 V dD/D³> over all directions.
 *
 * @see Tabesh A et al., Magn Reson Med 2011;65:823; Glenn GR et al., NMR Biomed 2015;28:448 (KFA)
 */
export function kurtosisMeasures(fit: FittedTensor): LinearFormMeasures {
  const eigen = eigenvalueMeasures(fit, place);
  const { eigenvalues, vectors } = eigen;
  const fitted = fit.parameters.subarray(7, 22);
  const { rotate } = newFourthOrderRotation();
  const averages = newKurtosisAverages();
  const { fourth, sixth } = averages;
  /** V along the eigenvectors. */
  const v = new Float64Array(15);
  const ofV = new Float64Array(15);
  const turned = new Float64Array(15);
  const ofD = new Float64Array(9);
  const form = new Float64Array(22);
  const standardized = new Float64Array(22);

  function writeValues(result: FittedVoxel): number {
    eigen.writeValues(result);
    const { values } = result;
    values[place.KFA] = kurtosisAnisotropy();
    const [l1 = 0, l2 = 0, l3 = 0] = eigenvalues;
    if (!(l3 > 0)) {
      values[place.MK] = Number.NaN;
      values[place.AK] = Number.NaN;
      values[place.RK] = Number.NaN;
      return statusCode["lower-bound"];
    }
    rotate(fitted, vectors, false, v);
    fillKurtosisAverages(l1, l2, l3, true, averages);
    let mean = 0;
    for (let i = 0; i < 3; i++) mean += v[i]! * fourth[i]!;
    for (let i = 3; i < 6; i++) mean += 6 * v[6 + i]! * fourth[i]!;
    // Averages over the circle across the first eigenvector, by a = sqrt(l2), b = sqrt(l3):
    // <c⁴/D²> = (2a + b)/(2 a³ (a + b)²), <s⁴/D²> alike, <c² s²/D²> = 1/(2 a b (a + b)²).
    const a = Math.sqrt(l2);
    const b = Math.sqrt(l3);
    const across = 2 * (a + b) ** 2;
    const radial =
      (v[1]! * (2 * a + b)) / (a * l2 * across) +
      (v[2]! * (2 * b + a)) / (b * l3 * across) +
      (6 * v[11]!) / (a * b * across);
    const axial = v[0]! / (l1 * l1);
    values[place.MK] = clip(mean);
    values[place.AK] = clip(axial);
    values[place.RK] = clip(radial);
    if (Math.min(mean, axial, radial) < kurtosisLimits.lowest) return statusCode["lower-bound"];
    if (Math.max(mean, axial, radial) > kurtosisLimits.highest) return statusCode["upper-bound"];
    return statusCode.ok;
  }

  /** |W - mean I| / |W|, I the isotropic tensor; does not depend on the factor MD² or on the axes. */
  function kurtosisAnisotropy(): number {
    const [xxxx = 0, yyyy = 0, zzzz = 0] = fitted;
    const mean = (xxxx + yyyy + zzzz + 2 * (fitted[9]! + fitted[10]! + fitted[11]!)) / 5;
    let whole = 0;
    let rest = 0;
    for (let e = 0; e < 15; e++) {
      const isotropic = e < 3 ? mean : e >= 9 && e < 12 ? mean / 3 : 0;
      whole += fourthOrderCounts[e]! * fitted[e]! ** 2;
      rest += fourthOrderCounts[e]! * (fitted[e]! - isotropic) ** 2;
    }
    return whole > 0 ? Math.min(1, Math.sqrt(rest / whole)) : Number.NaN;
  }

  /** Derivatives of MK by ln S0 (none), D and V in the axes of the images. */
  function fillForm(): void {
    ofV.fill(0);
    for (let i = 0; i < 3; i++) {
      ofV[i] = fourth[i]!;
      ofV[9 + i] = fourth[3 + i]!;
    }
    rotate(ofV, vectors, true, turned);
    for (let e = 0; e < 15; e++) form[7 + e] = fourthOrderCounts[e]! * turned[e]!;
    const [s111, s222, s333, s112, s113] = sixth as unknown as readonly number[];
    const [s122, s223, s133, s233, s123] = sixth.subarray(5) as unknown as readonly number[];
    const [xxxx, yyyy, zzzz, xxxy, xxxz] = v as unknown as readonly number[];
    const [xyyy, yyyz, xzzz, yzzz, xxyy] = v.subarray(5) as unknown as readonly number[];
    const [xxzz, yyzz, xxyz, xyyz, xyzz] = v.subarray(10) as unknown as readonly number[];
    // -2 <V n(i) n(j) / D³> along the eigenvectors.
    ofD[0] = xxxx! * s111! + yyyy! * s122! + zzzz! * s133!;
    ofD[0] += 6 * (xxyy! * s112! + xxzz! * s113! + yyzz! * s123!);
    ofD[4] = xxxx! * s112! + yyyy! * s222! + zzzz! * s233!;
    ofD[4] += 6 * (xxyy! * s122! + xxzz! * s123! + yyzz! * s223!);
    ofD[8] = xxxx! * s113! + yyyy! * s223! + zzzz! * s333!;
    ofD[8] += 6 * (xxyy! * s123! + xxzz! * s133! + yyzz! * s233!);
    ofD[1] = 4 * (xxxy! * s112! + xyyy! * s122!) + 12 * xyzz! * s123!;
    ofD[2] = 4 * (xxxz! * s113! + xzzz! * s133!) + 12 * xyyz! * s123!;
    ofD[5] = 4 * (yyyz! * s223! + yzzz! * s233!) + 12 * xxyz! * s123!;
    ofD[3] = ofD[1]!;
    ofD[6] = ofD[2]!;
    ofD[7] = ofD[5]!;
    form[1] = -2 * turnedBack(0, 0);
    form[2] = -2 * turnedBack(1, 1);
    form[3] = -2 * turnedBack(2, 2);
    form[4] = -4 * turnedBack(0, 1);
    form[5] = -4 * turnedBack(0, 2);
    form[6] = -4 * turnedBack(1, 2);
  }

  /** Element (p, q) of `ofD` in the axes of the images. */
  function turnedBack(p: number, q: number): number {
    let sum = 0;
    for (let i = 0; i < 3; i++) {
      for (let j = 0; j < 3; j++)
        sum += vectors[3 * i + p]! * vectors[3 * j + q]! * ofD[3 * i + j]!;
    }
    return sum;
  }

  function writeErrors(result: FittedVoxel, residualVariance: number): void {
    eigen.writeErrors(result, residualVariance);
    const mean = result.values[place.MK]!;
    result.standardErrors[place.MK] = Number.NaN;
    if (!(mean > kurtosisLimits.lowest && mean < kurtosisLimits.highest)) return;
    fillForm();
    standardizeForm(fit, form, standardized);
    let sum = 0;
    for (let k = 0; k < 22; k++) sum += standardized[k]! * standardized[k]!;
    result.standardErrors[place.MK] = Math.sqrt(residualVariance * sum);
  }

  return { writeValues, writeErrors };
}

function clip(kurtosis: number): number {
  return Math.min(kurtosisLimits.highest, Math.max(kurtosisLimits.lowest, kurtosis));
}
