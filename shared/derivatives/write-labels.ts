import { compressNifti } from "#shared/nifti/compress-nifti.ts";
import type { ProgramContext } from "#shared/program/run-program.ts";
import { bidsName } from "./bids-name.ts";
import { describeFile } from "./describe-fit.ts";
import type { FitToWrite } from "./fit-to-write.ts";
import { mapFolder } from "./map-folder.ts";
import { nameMap } from "./map-names.ts";
import { encodeSidecar, isAcquired3D } from "./sidecar.ts";
import { encodeStatusTable, statusNames } from "./status-table.ts";

/** Writes the maps of whole numbers: status with its table, the mask, and parameters that are labels. */
export async function writeLabels(
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
  await writeLabelParameters(work, context, shared, encode);
  const fitted = `${mapFolder}/${bidsName(labels, "mask", "fit")}`;
  await context.output.write(`${fitted}.nii.gz`, await encode(mask.samples, "mask"));
  await context.output.write(
    `${fitted}.json`,
    encodeSidecar({ Type: "ROI", LongName: "Voxels that were to be fitted", ...shared }),
  );
}

/** Label of a voxel without one: 0 may be a label (no sample flipped). */
const noLabel = 255;

async function writeLabelParameters(
  { fit, sheet, labels }: FitToWrite,
  context: ProgramContext,
  shared: Readonly<Record<string, unknown>>,
  encode: (samples: Uint8Array, what: string) => Promise<Uint8Array>,
): Promise<void> {
  for (const parameter of sheet.parameters) {
    const { suffix, description, labels: isLabel } = nameMap(sheet, parameter);
    const fitted = fit.parameters.get(parameter.symbol);
    if (isLabel !== true || fitted === undefined) continue;
    const codes = new Uint8Array(new SharedArrayBuffer(fitted.samples.length));
    for (let v = 0; v < codes.length; v++) {
      const value = fitted.samples[v]!;
      codes[v] = Number.isFinite(value) ? Math.round(value) : noLabel;
    }
    const path = `${mapFolder}/${bidsName(labels, suffix, description)}`;
    await context.output.write(`${path}.nii.gz`, await encode(codes, parameter.symbol));
    await context.output.write(
      `${path}.json`,
      encodeSidecar({
        LongName: parameter.label,
        Labels: { [noLabel]: "no value" },
        ...shared,
      }),
    );
  }
}
