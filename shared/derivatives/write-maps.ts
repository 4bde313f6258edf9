import { statusCode } from "#shared/fit/status.ts";
import { hasErrorMap } from "#shared/models/signal-model.ts";
import { compressNifti } from "#shared/nifti/compress-nifti.ts";
import { describeProgram, digestInput, resultOptions } from "#shared/program/provenance.ts";
import type { ProgramContext } from "#shared/program/run-program.ts";
import { type Unit, unitEntry } from "#shared/units.ts";
import { bidsName } from "./bids-name.ts";
import { encodeMap } from "./encode-map.ts";
import type { FitToWrite } from "./fit-to-write.ts";
import { nameMap } from "./map-names.ts";
import { type MapStatistics, summarizeMapTask } from "./map-statistics.ts";
import { describeAcquisition, encodeSidecar, isAcquired3D } from "./sidecar.ts";
import { encodeStatusTable, statusNames } from "./status-table.ts";

const ok = statusCode.ok;

/** Folder of the maps in the output. */
export const mapFolder = "maps";

/** A map of floating-point values to be written. */
export interface FloatMap {
  /** `T2`, `SE(T2)`, `R²`. */
  readonly name: string;
  readonly label: string;
  readonly kind: "value" | "error" | "quality";
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
  /** Of the voxels of status ok, in the unit of the samples. */
  readonly statistics: MapStatistics;
}

/**
 * All floating-point maps of a fit: each parameter with its standard error, then the quality of the fit.
 *
 * A derived parameter (R2 = 1/T2) has no map of its standard error: it is that of T2 over T2². Nor has the reduced
 * chi-square one: it is RMSE² N / (sigma² (N - p)), and sigma stands in the sidecar.
 */
export function listFloatMaps({ sheet, fit }: FitToWrite): readonly FloatMap[] {
  const main = sheet.parameters[0]!.symbol;
  const mainSuffix = nameMap(main, "ms", main).suffix;
  const parameters = sheet.parameters.flatMap((parameter): FloatMap[] => {
    const fitted = fit.parameters.get(parameter.symbol);
    if (fitted === undefined) throw new Error(`the fit has no ${parameter.symbol}`);
    const { unit } = fitted;
    const { suffix, description, fileUnit } = nameMap(parameter.symbol, unit, main);
    const shared = { unit, fileUnit, suffix };
    const value: FloatMap = {
      ...shared,
      name: parameter.symbol,
      label: parameter.label,
      kind: "value",
      samples: fitted.samples,
      description,
    };
    if (fitted.standardErrors === undefined || !hasErrorMap(parameter)) return [value];
    return [
      value,
      {
        ...shared,
        name: `SE(${parameter.symbol})`,
        label: `Standard error of ${parameter.symbol}`,
        kind: "error",
        samples: fitted.standardErrors,
        description: `stderr${description ?? ""}`,
      },
    ];
  });
  const quality = (
    name: string,
    label: string,
    samples: Float32Array,
    unit: Unit,
    description: string,
  ): FloatMap => ({
    name,
    label,
    kind: "quality",
    samples,
    unit,
    fileUnit: unit,
    suffix: mainSuffix,
    description,
  });
  return [
    ...parameters,
    quality("R²", "Coefficient of determination", fit.rSquared, "1", "rsquared"),
    quality("RMSE", "Root mean square residual", fit.rmse, "arbitrary", "rmse"),
  ];
}

/** The maps of a fit with their names and statistics. */
export async function nameMaps(
  work: FitToWrite,
  { pool }: ProgramContext,
): Promise<readonly NamedMap[]> {
  return Promise.all(
    listFloatMaps(work).map(async (map) => {
      const { status } = work.fit;
      const statistics = await pool.run(summarizeMapTask, {
        samples: map.samples,
        status,
        wanted: ok,
      });
      return {
        ...map,
        path: `${mapFolder}/${bidsName(work.labels, map.suffix, map.description)}.nii.gz`,
        statistics,
      };
    }),
  );
}

/** Median reduced chi-square of the voxels of status ok; null when the noise is unknown. */
export async function findMedianChiSquare(
  { fit }: FitToWrite,
  { pool }: ProgramContext,
): Promise<number | null> {
  const samples = fit.reducedChiSquare;
  if (samples === undefined) return null;
  return (await pool.run(summarizeMapTask, { samples, status: fit.status, wanted: ok })).median;
}

/** Writes every map of a fit as NIfTI with its sidecar, the status map with its table, and the mask. */
export async function writeMaps(
  work: FitToWrite,
  maps: readonly NamedMap[],
  context: ProgramContext,
): Promise<void> {
  const { fit, series, policy } = work;
  const { pool, output } = context;
  const progress = context.progress("writing maps");
  const shared = describeFit(work, context);
  let done = 0;
  await Promise.all([
    writeLabels(work, context, shared),
    ...maps.map(async (map) => {
      const { p1, p99 } = map.statistics;
      const bytes = await pool.run(encodeMap, {
        grid: series.grid,
        samples: map.samples,
        status: fit.status,
        unit: map.unit,
        fileUnit: map.fileUnit,
        policy,
        displayRange: [p1 ?? 0, p99 ?? 0],
        description: describeFile(map.name, map.fileUnit, context),
        acquisition3D: isAcquired3D(work.series.acquisition),
      });
      await output.write(map.path, bytes);
      await output.write(
        map.path.replace(/nii\.gz$/, "json"),
        encodeSidecar({
          Units: unitEntry(map.fileUnit).bids,
          LongName: map.label,
          QuantityNote: noteUnit(map),
          ...shared,
        }),
      );
      progress(++done, maps.length);
    }),
  ]);
  const uid = series.identity.seriesInstanceUID;
  await output.write(
    `${mapFolder}/dataset_description.json`,
    encodeSidecar({
      Name: `${work.title} by ${context.program.name}`,
      BIDSVersion: "1.10.0",
      DatasetType: "derivative",
      GeneratedBy: [describeGenerator(context)],
      SourceDatasets: uid === "" ? undefined : [{ URL: `urn:oid:${uid}` }],
    }),
  );
}

async function writeLabels(
  work: FitToWrite,
  context: ProgramContext,
  shared: Readonly<Record<string, unknown>>,
): Promise<void> {
  const { fit, mask, series, labels } = work;
  const encode = (samples: Uint8Array, what: string) =>
    context.pool.run(compressNifti, {
      volume: { grid: series.grid, samples, unit: "1" as const },
      options: {
        description: describeFile(what, "1", context),
        acquisition3D: isAcquired3D(work.series.acquisition),
      },
    });
  const status = `${mapFolder}/${bidsName(labels, "dseg", "status")}`;
  await context.output.write(`${status}.nii.gz`, await encode(fit.status, "status"));
  await context.output.write(`${status}.tsv`, encodeStatusTable());
  await context.output.write(
    `${status}.json`,
    encodeSidecar({
      LongName: "Status of the fit of each voxel",
      Labels: statusNames(),
      ...shared,
    }),
  );
  const fitted = `${mapFolder}/${bidsName(labels, "mask", "fit")}`;
  await context.output.write(`${fitted}.nii.gz`, await encode(mask.samples, "mask"));
  await context.output.write(
    `${fitted}.json`,
    encodeSidecar({ Type: "ROI", LongName: "Voxels that were to be fitted", ...shared }),
  );
}

/** What every sidecar of a fit says: program, source, acquisition, model, noise, counts. */
function describeFit(work: FitToWrite, context: ProgramContext): Record<string, unknown> {
  const { series, sheet, fit, labels, noise, mask } = work;
  const { identity } = series;
  return {
    GeneratedBy: [describeGenerator(context)],
    SourceFiles: identity.files.length,
    SourceDigest: digestInput(identity),
    SourceLabels: labels,
    SeriesInstanceUID: identity.seriesInstanceUID,
    SeriesDescription: identity.seriesDescription,
    ...describeAcquisition(series.acquisition),
    UsedIndices: work.contrasts.map((index) => index + 1),
    Model: sheet.name,
    ModelEquation: sheet.equation,
    ModelReason: work.modelReason,
    EstimationAlgorithm: `${sheet.label}; variable projection with a global search of the rate`,
    EstimationReference: sheet.references.map((reference) => reference.doi ?? reference.text),
    Parameters: sheet.parameters.map(({ symbol, label, unit, bounds }) => ({
      symbol,
      label,
      unit,
      bounds,
    })),
    FixedParameters: work.fixed,
    NoiseSigma: noise.sigma,
    NoiseSigmaSource: noise.source,
    Mask: mask.source,
    VoxelCounts: fit.tally,
    Warnings: work.warnings,
    Options: Object.fromEntries(
      Object.entries(resultOptions(work.options, context.given)).map(([name, { value }]) => [
        name,
        value,
      ]),
    ),
  };
}

function describeGenerator(context: ProgramContext): Record<string, unknown> {
  const { name, version, commit, node, containerImage } = describeProgram(context);
  const container =
    typeof containerImage === "string"
      ? { Container: { Type: "docker", Tag: containerImage } }
      : {};
  return { Name: name, Version: version, Commit: commit, NodeVersion: node, ...container };
}

function describeFile(name: string, unit: Unit, { program }: ProgramContext): string {
  const ascii = name.replace("²", "2");
  return `Map ${ascii} [${unitEntry(unit).bids}] ${program.name} ${program.version}`.slice(0, 79);
}

function noteUnit(map: FloatMap): string | undefined {
  if (map.unit === map.fileUnit) return undefined;
  return `${map.name} in ${unitEntry(map.fileUnit).label}; the report shows ${unitEntry(map.unit).label}`;
}
