import {
  hasErrorMap,
  type ModelParameter,
  type ModelSheet,
  mainParameters,
} from "#shared/models/signal-model.ts";
import type { Pool } from "#shared/parallel/pool.ts";
import type { SampleFit } from "#shared/report/report-content.ts";
import type { Vector3 } from "#shared/volume/grid.ts";
import { gatherCurves, signalSource } from "#shared/volume/series-volume.ts";
import type { FitToWrite } from "./fit-to-write.ts";
import { listScalarParameters } from "./float-maps.ts";
import { chooseSampleVoxelsTask, type SampleVoxel } from "./sample-voxels.ts";

/** The voxels whose curves the report shows. */
export async function findSampleVoxels(
  { sheet, fit }: FitToWrite,
  pool: Pool,
): Promise<readonly SampleVoxel[]> {
  const main = fit.parameters.get(sheet.parameters[0]!.symbol);
  if (main === undefined) throw new Error("the fit lacks its main parameter");
  const { samples, standardErrors, symbol } = main;
  return pool.run(chooseSampleVoxelsTask, {
    samples,
    standardErrors: standardErrors!,
    status: fit.status,
    name: symbol,
  });
}

/** The curves of some voxels with what was fitted to them. */
export function describeSampleFits(
  work: FitToWrite,
  voxels: readonly SampleVoxel[],
): readonly SampleFit[] {
  return voxels.map(({ voxel, label }) => describeSample(work, voxel, label));
}

function describeSample(work: FitToWrite, voxel: number, label: string): SampleFit {
  const { series, sheet, contrasts } = work;
  const shown = new Set(listShownParameters(sheet).map(({ symbol }) => symbol));
  const all = series.axis.values.map((_, index) => index);
  const measured = new Float64Array(all.length);
  gatherCurves(signalSource(series), all, voxel, 1, measured);
  const used = Float64Array.from(contrasts, (index) => measured[index]!);
  const curve = work.fitCurve(used, voxel);
  const drawn = Number.isFinite(curve.rmse) ? drawCurve(curve) : undefined;
  const atMeasured = predictAll(curve, series.axis.values, contrasts);
  const hasFit = atMeasured.some(Number.isFinite);
  return {
    label,
    voxel: positionOf(voxel, series.grid.shape),
    status: { code: curve.statusCode, name: curve.status },
    parameters: curve.parameters
      .filter(({ symbol }) => shown.has(symbol))
      .map(({ symbol, value, standardError, unit }) => ({
        name: symbol,
        value,
        standardError,
        unit,
      })),
    rSquared: curve.rSquared,
    rmse: curve.rmse,
    abscissa: { label: sheet.abscissa.symbol, unit: sheet.abscissa.unit },
    ordinate: { label: "signal", unit: "arbitrary" },
    measured: {
      x: series.axis.values,
      y: [...measured],
      used: all.map((index) => contrasts.includes(index)),
      ...(hasFit ? { model: [...atMeasured] } : {}),
      ...(series.parts === undefined ? {} : { parts: series.parts }),
    },
    curve: drawn,
  };
}

/** Numbers that a reader takes in beside a curve. */
const fewParameters = 6;

/** All parameters with a map; where these are many, the main ones and those with a standard error. */
function listShownParameters(sheet: ModelSheet): readonly ModelParameter[] {
  const parameters = listScalarParameters(sheet);
  if (parameters.length <= fewParameters) return parameters;
  const mains = mainParameters(sheet);
  return parameters.filter((parameter) => mains.includes(parameter) || hasErrorMap(parameter));
}

type Curve = ReturnType<FitToWrite["fitCurve"]>;

/** The fitted signal at every image; of unused ones where the abscissa alone decides it, else NaN. */
function predictAll(
  curve: Curve,
  abscissae: readonly number[],
  contrasts: readonly number[],
): Float64Array {
  const all =
    curve.predict?.(abscissae).signal ?? new Float64Array(abscissae.length).fill(Number.NaN);
  contrasts.forEach((index, i) => {
    all[index] = curve.fitted[i]!;
  });
  return all;
}

function drawCurve(curve: Curve): SampleFit["curve"] {
  if (curve.predict === undefined) return undefined;
  const x = curve.drawnAbscissae;
  const { signal, confidence } = curve.predict(x);
  return {
    x: [...x],
    y: [...signal],
    low: [...signal].map((value, i) => value - confidence[i]!),
    high: [...signal].map((value, i) => value + confidence[i]!),
  };
}

function positionOf(voxel: number, [nx, ny]: Vector3): Vector3 {
  const i = voxel % nx;
  const j = Math.floor(voxel / nx) % ny;
  return [i, j, Math.floor(voxel / (nx * ny))];
}
