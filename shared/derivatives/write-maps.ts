import type { ProgramContext } from "#shared/program/run-program.ts";
import { reportUnit } from "#shared/report/format.ts";
import { unitEntry } from "#shared/units.ts";
import { describeFile, describeFit, describeGenerator } from "./describe-fit.ts";
import { encodeMap } from "./encode-map.ts";
import type { FitToWrite } from "./fit-to-write.ts";
import type { FloatMap, NamedMap } from "./float-maps.ts";
import { mapFolder } from "./map-folder.ts";
import { encodeSidecar, isAcquired3D } from "./sidecar.ts";
import { writeComposites } from "./write-composites.ts";
import { writeLabels } from "./write-labels.ts";

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
    writeComposites(work, context, shared),
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

function noteUnit(map: FloatMap): string | undefined {
  const shown = reportUnit(map.unit);
  if (shown === map.fileUnit) return undefined;
  return `${map.name} in ${unitEntry(map.fileUnit).label}; the report shows ${unitEntry(shown).label}`;
}
