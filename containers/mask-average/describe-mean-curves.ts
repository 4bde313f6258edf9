import type { MeanCurve as DrawnCurve } from "#shared/report/region-content.ts";
import type { SampleFit } from "#shared/report/report-content.ts";
import { unitEntry, unitFactor } from "#shared/units.ts";
import type { CurveModel } from "./choose-curve-model.ts";
import type { MeanCurve } from "./fit-mean-curve.ts";
import { nameRegion } from "./region.ts";
import type { Regions } from "./work.ts";

/** The mean curves of a run with their fits, beside the mean of the voxel fits of the same quantity. */
export function describeMeanCurves(work: Regions): readonly DrawnCurve[] {
  const { regions, measured, maps, curves, collections } = work;
  const { model, fits } = curves;
  if (model === undefined) return [];
  return regions.flatMap((region, position): DrawnCurve[] => {
    const curve = fits.get(region);
    if (curve === undefined) return [];
    const own = curve.fit.parameters[0]!;
    const comparisons = measured.flatMap((one) => {
      const map = maps[one.map]!;
      const value = curves.valueOn(region, map);
      if (one.region !== region || value === undefined) return [];
      if (unitEntry(own.unit).kind !== unitEntry(map.unit).kind) return [];
      const factor = unitFactor(map.unit, own.unit);
      const { mean, sd, n } = one.measurement.firstOrder;
      return [
        {
          name: model.symbol,
          unit: own.unit,
          curve: curve.value,
          curveStandardError: curve.standardError,
          voxelMean: (mean ?? Number.NaN) * factor,
          voxelStandardDeviation: (sd ?? Number.NaN) * factor,
          voxels: n,
        },
      ];
    });
    const label = nameRegion(region, collections.length);
    return [{ region: position, sample: describeSample(label, curve, model), comparisons }];
  });
}

function describeSample(label: string, curve: MeanCurve, model: CurveModel): SampleFit {
  const { fit } = curve;
  const { abscissae } = model;
  // Of complex signals the samples are all real parts and then all imaginary ones.
  const x = Array.from(curve.signals, (_, n) => abscissae[n % abscissae.length]!);
  return {
    label,
    voxel: undefined,
    status: { code: fit.statusCode, name: fit.status },
    parameters: fit.parameters.map(({ symbol, value, standardError, unit }, n) => ({
      ...{ name: symbol, value, unit },
      standardError: n === 0 ? curve.standardError : standardError * curve.scatter,
    })),
    rSquared: fit.rSquared,
    rmse: fit.rmse,
    abscissa: curve.abscissa,
    ordinate: { label: "mean signal", unit: "arbitrary" },
    measured: { x, y: [...curve.signals], model: [...fit.fitted] },
    curve: drawCurve(curve),
  };
}

function drawCurve({ fit, scatter }: MeanCurve): SampleFit["curve"] {
  if (fit.predict === undefined || !Number.isFinite(fit.rmse)) return undefined;
  const { signal, confidence } = fit.predict(fit.drawnAbscissae);
  return {
    x: [...fit.drawnAbscissae],
    y: [...signal],
    low: [...signal].map((value, n) => value - confidence[n]! * scatter),
    high: [...signal].map((value, n) => value + confidence[n]! * scatter),
  };
}
