import {
  hasErrorMap,
  type ModelParameter,
  type ModelSheet,
  mainParameters,
} from "#shared/models/signal-model.ts";
import type { ProgramContext } from "#shared/program/run-program.ts";
import type { Unit } from "#shared/units.ts";
import { bidsName } from "./bids-name.ts";
import type { FitToWrite } from "./fit-to-write.ts";
import { mapFolder } from "./map-folder.ts";
import { isAmplitude, nameMap } from "./map-names.ts";
import { type MapStatistics, summarizeMapTask } from "./map-statistics.ts";

/**
 * What a map is to a reader: a quantity people come for; another fitted one; one computed from the others (R2 = 1/T2); the
 * size of the signal; or a number about the fit.
 */
export type MapRank = "main" | "fitted" | "derived" | "amplitude" | "quality";

/** A map of floating-point values to be written. */
export interface FloatMap {
  /** `T2`, `SE(T2)`, `R²`. */
  readonly name: string;
  readonly label: string;
  readonly kind: "value" | "error" | "quality";
  /** Of the parameter, for its standard error too. */
  readonly rank: MapRank;
  readonly samples: Float32Array;
  readonly unit: Unit;
  readonly fileUnit: Unit;
  readonly suffix: string;
  readonly description: string | undefined;
}

/** A map with the file it goes to. */
export interface NamedMap extends FloatMap {
  /** Path in the output folder. */
  readonly path: string;
  /** Of the valid voxels, in the unit of the samples. */
  readonly statistics: MapStatistics;
}

/** Parameters with a map of their own: neither components of a vector or tensor nor labels. */
export function listScalarParameters(sheet: ModelSheet): readonly ModelParameter[] {
  const components = new Set(sheet.composites?.flatMap((composite) => composite.components));
  return sheet.parameters.filter(
    (parameter) => !components.has(parameter.symbol) && nameMap(sheet, parameter).labels !== true,
  );
}

/**
 * All floating-point maps of a fit: each parameter with its standard error, then the quality of the fit.
 *
 * A derived parameter (R2 = 1/T2) has no map of its standard error unless its sheet says so: it is that of T2 over T2². Nor
 * has the reduced chi-square one: it is RMSE² N / (sigma² (N - p)), and sigma stands in the sidecar.
 */
export function listFloatMaps({ sheet, fit }: FitToWrite): readonly FloatMap[] {
  const mains = new Set(mainParameters(sheet));
  const parameters = listScalarParameters(sheet).flatMap((parameter): FloatMap[] => {
    const fitted = fit.parameters.get(parameter.symbol);
    if (fitted === undefined) throw new Error(`the fit has no ${parameter.symbol}`);
    const { unit, samples, standardErrors } = fitted;
    const name = nameMap(sheet, parameter);
    const { suffix, description, fileUnit } = name;
    const rank = mains.has(parameter)
      ? "main"
      : isAmplitude(name)
        ? "amplitude"
        : parameter.role === "derived"
          ? "derived"
          : "fitted";
    const shared = { unit, fileUnit, suffix, rank } as const;
    const value: FloatMap = {
      ...shared,
      name: parameter.symbol,
      label: parameter.label,
      kind: "value",
      samples,
      description,
    };
    if (standardErrors === undefined || !hasErrorMap(parameter)) return [value];
    return [
      value,
      {
        ...shared,
        name: `SE(${parameter.symbol})`,
        label: `Standard error of ${parameter.symbol}`,
        kind: "error",
        samples: standardErrors,
        description: `stderr${description ?? ""}`,
      },
    ];
  });
  const { suffix } = nameMap(sheet, sheet.parameters[0]!);
  const quality = { kind: "quality", rank: "quality", suffix } as const;
  return [
    ...parameters,
    {
      ...quality,
      name: "R²",
      label: "Coefficient of determination",
      samples: fit.rSquared,
      ...{ unit: "1", fileUnit: "1", description: "rsquared" },
    },
    {
      ...quality,
      name: "RMSE",
      label: "Root mean square residual",
      samples: fit.rmse,
      ...{ unit: "arbitrary", fileUnit: "arbitrary", description: "rmse" },
    },
  ];
}

/** The maps of a fit with their names and statistics. */
export async function nameMaps(
  work: FitToWrite,
  valid: Uint8Array,
  { pool }: ProgramContext,
): Promise<readonly NamedMap[]> {
  return Promise.all(
    listFloatMaps(work).map(async (map) => {
      const statistics = await pool.run(summarizeMapTask, { samples: map.samples, valid });
      return {
        ...map,
        path: `${mapFolder}/${bidsName(work.labels, map.suffix, map.description)}.nii.gz`,
        statistics,
      };
    }),
  );
}

/** Median reduced chi-square of the valid voxels; null when the noise is unknown. */
export async function findMedianChiSquare(
  { fit }: FitToWrite,
  valid: Uint8Array,
  { pool }: ProgramContext,
): Promise<number | null> {
  const samples = fit.reducedChiSquare;
  if (samples === undefined) return null;
  return (await pool.run(summarizeMapTask, { samples, valid })).median;
}
