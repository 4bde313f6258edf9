import { UsageError } from "#shared/errors.ts";
import { buildSignalModel } from "#shared/models/model-choice.ts";
import type { ModelSheet, SignalModel } from "#shared/models/signal-model.ts";
import type { Pool } from "#shared/parallel/pool.ts";
import type { Unit } from "#shared/units.ts";
import type { SignalSource } from "#shared/volume/series-volume.ts";
import type { FitSettings } from "./fit-settings.ts";
import { type FitMaps, fitSlabTask } from "./fit-slab.ts";
import { type StatusName, tallyStatus } from "./status.ts";

/** What to fit, where, and how. */
export interface VolumeFitRequest extends FitSettings {
  readonly source: SignalSource;
  /** Indices along the contrast axis, one per abscissa. */
  readonly contrasts: readonly number[];
  /** 1 = fit; shape [nz, ny, nx], on shared memory. */
  readonly mask: Uint8Array;
}

/** One parameter of the model in every voxel; NaN where there is no value. */
export interface FittedParameter {
  readonly symbol: string;
  readonly unit: Unit;
  readonly samples: Float32Array;
  readonly standardErrors: Float32Array;
}

/** The fit of a volume; all arrays have shape [nz, ny, nx]. */
export interface VolumeFit {
  readonly sheet: ModelSheet;
  /** By symbol, in the order of the sheet. */
  readonly parameters: ReadonlyMap<string, FittedParameter>;
  /** Coefficient of determination. */
  readonly rSquared: Float32Array;
  /** sqrt(SSR/N), signal units. */
  readonly rmse: Float32Array;
  /** SSR/(sigma^2 (N - p)); only when sigma is known. */
  readonly reducedChiSquare?: Float32Array;
  /** Codes of status.ts. */
  readonly status: Uint8Array;
  readonly tally: Readonly<Record<StatusName, number>>;
}

/**
 * Voxels of a slab. The same for any number of workers, so that the work is cut in the same way; and so few that a
 * slab takes some hundredths of a second, so that threads share evenly and a run can be stopped.
 */
function chooseSlabVoxels(model: SignalModel, solver: FitSettings["solver"]): number {
  if (solver === "reference") return 64;
  return model.variables.length === 1 ? 4096 : 512;
}

/**
 * Parameters, standard errors, fit quality and status of every voxel of a mask.
 *
 * Each voxel is fitted on its own by the same code in every thread: the result is the same, bit for bit, for any
 * number of workers.
 *
 * @param progress - called with masked voxels done and in all
 * @throws UsageError E-FIT-LIMITS when the abscissae or the limits do not suit the model
 */
export async function fitVolume(
  request: VolumeFitRequest,
  pool: Pool,
  progress: (done: number, total: number) => void = () => {},
): Promise<VolumeFit> {
  const { source, contrasts, mask, ...settings } = request;
  const model = requireModel(request);
  const voxels = source.shape[0] * source.shape[1] * source.shape[2];
  if (mask.length !== voxels) throw new Error(`mask of ${mask.length} for ${voxels} voxels`);
  if (contrasts.length !== settings.abscissae.length) {
    throw new Error(`${contrasts.length} contrasts for ${settings.abscissae.length} abscissae`);
  }
  const maps = newMaps(model, voxels, settings.sigma !== undefined);
  const total = mask.reduce((sum, value) => sum + (value === 1 ? 1 : 0), 0);
  const slabVoxels = chooseSlabVoxels(model, settings.solver);
  let done = 0;
  const slabs: Promise<void>[] = [];
  for (let first = 0; first < voxels; first += slabVoxels) {
    const count = Math.min(slabVoxels, voxels - first);
    if (!hasMasked(mask, first, count)) continue;
    const slab = { settings, source, contrasts, mask, maps, first, count };
    slabs.push(
      pool.run(fitSlabTask, slab).then((fitted) => {
        done += fitted;
        progress(done, total);
      }),
    );
  }
  await Promise.all(slabs);
  return toVolumeFit(model.sheet, maps);
}

function requireModel(settings: FitSettings): SignalModel {
  try {
    return buildSignalModel(settings.model, Float64Array.from(settings.abscissae));
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new UsageError(
      "E-FIT-LIMITS",
      `The model ${settings.model.name} does not suit this series: ${error.message}.`,
      "Choose other limits, other echoes or another model.",
      error,
    );
  }
}

function newMaps(model: SignalModel, voxels: number, sigmaKnown: boolean): FitMaps {
  const image = () => {
    const samples = new Float32Array(new SharedArrayBuffer(4 * voxels));
    return samples.fill(Number.NaN);
  };
  return {
    values: model.sheet.parameters.map(image),
    standardErrors: model.sheet.parameters.map(image),
    rSquared: image(),
    rmse: image(),
    reducedChiSquare: sigmaKnown ? image() : undefined,
    status: new Uint8Array(new SharedArrayBuffer(voxels)),
  };
}

function hasMasked(mask: Uint8Array, first: number, count: number): boolean {
  for (let v = first; v < first + count; v++) if (mask[v] === 1) return true;
  return false;
}

function toVolumeFit(sheet: ModelSheet, maps: FitMaps): VolumeFit {
  const parameters = new Map<string, FittedParameter>();
  sheet.parameters.forEach(({ symbol, unit }, k) => {
    parameters.set(symbol, {
      symbol,
      unit,
      samples: maps.values[k]!,
      standardErrors: maps.standardErrors[k]!,
    });
  });
  const { rSquared, rmse, reducedChiSquare, status } = maps;
  return {
    sheet,
    parameters,
    rSquared,
    rmse,
    ...(reducedChiSquare === undefined ? {} : { reducedChiSquare }),
    status,
    tally: tallyStatus(status),
  };
}
