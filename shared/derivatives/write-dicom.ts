import type { DerivedRequest } from "#shared/dicom/derived-object.ts";
import { fitCodes } from "#shared/dicom/quantity.ts";
import { type ModelParameter, mainParameters } from "#shared/models/signal-model.ts";
import { resultOptions } from "#shared/program/provenance.ts";
import type { ProgramContext } from "#shared/program/run-program.ts";
import type { Unit } from "#shared/units.ts";
import type { Warning } from "#shared/volume/series-volume.ts";
import { encodeDicomMaps } from "./encode-dicom-maps.ts";
import type { FitToWrite } from "./fit-to-write.ts";
import { mapFolder } from "./map-folder.ts";
import { nameMap } from "./map-names.ts";
import { listSourceBValues } from "./source-b-values.ts";

/** What writing DICOM did to the numbers: of each map with a derived series, by its symbol. */
export type WrittenDicom = Readonly<Record<string, DicomRounding>>;

export interface DicomRounding {
  /** Largest difference between the map and what the derived series holds, in `unit`. */
  readonly largestRounding: number;
  readonly unit: Unit;
}

/** The remark that DICOM was asked for and cannot be had. */
export function warnWithoutDicom(work: FitToWrite): readonly Warning[] {
  if (work.dicom === "none" || work.series.identity.template !== undefined) return [];
  const text =
    "The input is NIfTI, which names no DICOM study: the maps are written as NIfTI only.";
  return [{ code: "W-NO-DICOM", text }];
}

/** Writes each main map as DICOM, in the forms that `--dicom` asks for, below maps/dicom. */
export async function writeDicom(work: FitToWrite, context: ProgramContext): Promise<WrittenDicom> {
  if (work.dicom === "none" || work.series.identity.template === undefined) return {};
  const forms = work.dicom === "both" ? (["derived", "pm"] as const) : [work.dicom];
  const roundings = await Promise.all(
    mainParameters(work.sheet).map(async (parameter, index) => {
      const { files, largestRounding } = await context.pool.run(encodeDicomMaps, {
        request: describeMap(work, parameter, index, context),
        status: work.fit.status,
        // DICOM has a value of its own for voxels without one, whatever the user wants in NIfTI files.
        policy: { ...work.policy, outside: "nan" },
        forms,
      });
      for (const { fileName, bytes } of files) {
        await context.output.write(`${mapFolder}/dicom/${fileName}`, bytes);
      }
      const rounding = { largestRounding, unit: parameter.unit };
      return [parameter.symbol, rounding] as const;
    }),
  );
  return Object.fromEntries(
    roundings.filter((entry): entry is readonly [string, DicomRounding] => {
      return entry[1].largestRounding !== undefined;
    }),
  );
}

function describeMap(
  work: FitToWrite,
  parameter: ModelParameter,
  index: number,
  context: ProgramContext,
): DerivedRequest {
  const { sheet, fit, series, variant } = work;
  const { suffix, quantity } = nameMap(sheet, parameter);
  const fitted = fit.parameters.get(parameter.symbol);
  if (quantity === undefined || fitted === undefined) {
    throw new Error(`no DICOM quantity or no map for ${parameter.symbol}`);
  }
  const { model, fitting = fitCodes.leastSquares } = sheet.concepts ?? {};
  return {
    map: { grid: series.grid, samples: fitted.samples, unit: fitted.unit },
    name: suffix,
    variant,
    quantity,
    ...(model === undefined ? {} : { model }),
    fittingMethod: work.options["solver"] === "reference" ? fitCodes.levenbergMarquardt : fitting,
    bValues: listSourceBValues(work),
    derivationDescription: `${sheet.label}: ${sheet.equation}`.slice(0, 1024),
    source: { identity: series.identity, axis: series.axis },
    // Two for each map: one for the derived series, one for the Parametric Map.
    seriesNumberOffset: 1 + 2 * index,
    tool: { name: context.program.name, version: context.program.version },
    // Values only: an option that is given with its default makes the same series.
    options: JSON.stringify(
      Object.entries(resultOptions(work.options, context.given)).map(([name, { value }]) => [
        name,
        value,
      ]),
    ),
  };
}
