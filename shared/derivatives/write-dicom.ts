import type { DerivedRequest } from "#shared/dicom/derived-object.ts";
import { fitCodes } from "#shared/dicom/quantity.ts";
import { resultOptions } from "#shared/program/provenance.ts";
import type { ProgramContext } from "#shared/program/run-program.ts";
import type { Warning } from "#shared/volume/series-volume.ts";
import { encodeDicomMaps } from "./encode-dicom-maps.ts";
import type { FitToWrite } from "./fit-to-write.ts";
import { nameMap } from "./map-names.ts";
import { mapFolder } from "./write-maps.ts";

/** What writing DICOM did to the numbers. */
export interface WrittenDicom {
  /** Largest rounding of the derived series, in the unit of the main map; undefined without one. */
  readonly largestRounding: number | undefined;
}

/** The remark that DICOM was asked for and cannot be had. */
export function warnWithoutDicom(work: FitToWrite): readonly Warning[] {
  if (work.dicom === "none" || work.series.identity.template !== undefined) return [];
  const text =
    "The input is NIfTI, which names no DICOM study: the maps are written as NIfTI only.";
  return [{ code: "W-NO-DICOM", text }];
}

/** Writes the main map as DICOM, in the forms that `--dicom` asks for, below maps/dicom. */
export async function writeDicom(work: FitToWrite, context: ProgramContext): Promise<WrittenDicom> {
  if (work.dicom === "none" || work.series.identity.template === undefined) {
    return { largestRounding: undefined };
  }
  const { files, largestRounding } = await context.pool.run(encodeDicomMaps, {
    request: describeMainMap(work, context),
    status: work.fit.status,
    // DICOM has a value of its own for voxels without one, whatever the user wants in NIfTI files.
    policy: { ...work.policy, outside: "nan" },
    forms: work.dicom === "both" ? ["derived", "pm"] : [work.dicom],
  });
  for (const { fileName, bytes } of files) {
    await context.output.write(`${mapFolder}/dicom/${fileName}`, bytes);
  }
  return { largestRounding };
}

function describeMainMap(work: FitToWrite, context: ProgramContext): DerivedRequest {
  const { sheet, fit, series, variant } = work;
  const main = sheet.parameters[0]!;
  const { suffix, quantity } = nameMap(main.symbol, main.unit, main.symbol);
  const fitted = fit.parameters.get(main.symbol);
  if (quantity === undefined || fitted === undefined) {
    throw new Error(`no DICOM quantity or no map for ${main.symbol}`);
  }
  return {
    map: { grid: series.grid, samples: fitted.samples, unit: fitted.unit },
    name: suffix,
    variant,
    quantity,
    fittingMethod:
      work.options["solver"] === "reference" ? fitCodes.levenbergMarquardt : fitCodes.leastSquares,
    derivationDescription: `${sheet.label}: ${sheet.equation}`.slice(0, 1024),
    source: { identity: series.identity, axis: series.axis },
    seriesNumberOffset: 1,
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
