import { UsageError } from "#shared/errors.ts";
import { hasErrorMap, type ModelSheet } from "#shared/models/signal-model.ts";
import type { Pool } from "#shared/parallel/pool.ts";
import type { Unit } from "#shared/units.ts";
import type { SignalSource } from "#shared/volume/series-volume.ts";
import type { FitSettings } from "./fit-settings.ts";
import { type FitMaps, fitSlabTask } from "./fit-slab.ts";
import { type PreparedFit, prepareFit } from "./prepare-fit.ts";
import { type StatusName, tallyStatus } from "./status.ts";

/** What to fit, where, and how. */
export interface VolumeFitRequest extends FitSettings {
  readonly source: SignalSource;
  /** Indices along the contrast axis, one per sample: of the abscissae, or of real and then imaginary parts. */
  readonly contrasts: readonly number[];
  /** 1 = fit; shape [nz, ny, nx], on shared memory. */
  readonly mask: Uint8Array;
  /** Factor of each voxel on the abscissae (relative B1), shape of the mask, on shared memory. */
  readonly scale?: Float32Array | undefined;
}

/** One parameter of the model in every voxel; NaN where there is no value. */
export interface FittedParameter {
  readonly symbol: string;
  readonly unit: Unit;
  readonly samples: Float32Array;
  /** Undefined for a parameter whose standard error is not kept. */
  readonly standardErrors: Float32Array | undefined;
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
  const { source, contrasts, mask, scale, ...settings } = request;
  const { sheet, samples, slabVoxels } = requireFit(settings);
  const voxels = source.shape[0] * source.shape[1] * source.shape[2];
  if (mask.length !== voxels) throw new Error(`mask of ${mask.length} for ${voxels} voxels`);
  if (contrasts.length !== samples) {
    throw new Error(`${contrasts.length} contrasts for ${samples} samples`);
  }
  const maps = newMaps(sheet, voxels, settings.sigma !== undefined);
  const total = mask.reduce((sum, value) => sum + (value === 1 ? 1 : 0), 0);
  let done = 0;
  const slabs: Promise<void>[] = [];
  for (let first = 0; first < voxels; first += slabVoxels) {
    const count = Math.min(slabVoxels, voxels - first);
    if (!hasMasked(mask, first, count)) continue;
    const slab = { settings, source, contrasts, mask, scale, maps, first, count };
    slabs.push(
      pool.run(fitSlabTask, slab).then((fitted) => {
        done += fitted;
        progress(done, total);
      }),
    );
  }
  await Promise.all(slabs);
  return toVolumeFit(sheet, maps);
}

function requireFit(settings: FitSettings): PreparedFit {
  try {
    return prepareFit(settings);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new UsageError(
      "E-FIT-LIMITS",
      `The model ${settings.model.name} does not suit this series: ${error.message}.`,
      "Choose other limits, other images or another model.",
      error,
    );
  }
}

function newMaps(sheet: ModelSheet, voxels: number, sigmaKnown: boolean): FitMaps {
  const image = () => {
    const samples = new Float32Array(new SharedArrayBuffer(4 * voxels));
    return samples.fill(Number.NaN);
  };
  return {
    values: sheet.parameters.map(image),
    standardErrors: sheet.parameters.map((parameter) =>
      hasErrorMap(parameter) || parameter === sheet.parameters[0] ? image() : undefined,
    ),
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
      standardErrors: maps.standardErrors[k],
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
