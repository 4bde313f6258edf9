import type { Composite } from "#shared/models/signal-model.ts";
import type { ProgramContext } from "#shared/program/run-program.ts";
import { type Unit, unitEntry } from "#shared/units.ts";
import { bidsName } from "./bids-name.ts";
import { colourFa, hasColourFa } from "./colour-fa.ts";
import { describeFile } from "./describe-fit.ts";
import { encodeColours } from "./encode-colours.ts";
import { encodeComposite } from "./encode-composite.ts";
import type { FitToWrite } from "./fit-to-write.ts";
import { mapFolder } from "./map-folder.ts";
import { encodeSidecar, isAcquired3D } from "./sidecar.ts";

/** A file beside the floating-point maps, for the lists of report and summary. */
export interface CompositeFile {
  readonly name: string;
  readonly label: string;
  readonly path: string;
  readonly fileUnit: Unit;
  /** What lies along the fourth axis. */
  readonly components: readonly string[];
}

/** The vectors and tensors of a fit with their files, and the colour map where there is one. */
export function listCompositeFiles({ sheet, labels }: FitToWrite): readonly CompositeFile[] {
  const pathOf = (suffix: string) => `${mapFolder}/${bidsName(labels, suffix)}.nii.gz`;
  const composites = (sheet.composites ?? []).map(({ name, label, components }) => {
    const first = sheet.parameters.find(({ symbol }) => symbol === components[0]);
    if (first === undefined) throw new Error(`the sheet has no ${components[0]}`);
    return { name, label, components, path: pathOf(name), fileUnit: first.unit };
  });
  if (!hasColourFa(sheet)) return composites;
  const label = "Direction of V1 in colour, times FA";
  const components = ["red: left-right", "green: anterior-posterior", "blue: head-feet"];
  return [
    ...composites,
    { name: "colFA", label, components, path: pathOf("colFA"), fileUnit: "1" },
  ];
}

/** Writes each vector and tensor of a fit as a 4D file with its sidecar, and the colour map. */
export async function writeComposites(
  work: FitToWrite,
  context: ProgramContext,
  shared: Readonly<Record<string, unknown>>,
): Promise<void> {
  const { sheet, fit, series, policy } = work;
  const acquisition3D = isAcquired3D(series.acquisition);
  const files = listCompositeFiles(work);
  await Promise.all(
    files.map(async ({ name, label, path, fileUnit, components }) => {
      const description = describeFile(name, fileUnit, context);
      const composite = sheet.composites?.find((one) => one.name === name);
      const bytes =
        composite === undefined
          ? await context.pool.run(encodeColours, {
              grid: series.grid,
              colours: colourFa(fit, { flagged: policy.flagged })!,
              options: { description, acquisition3D },
            })
          : await context.pool.run(encodeComposite, {
              ...{ grid: series.grid, kind: composite.kind, description, acquisition3D },
              components: components.map((symbol) => fit.parameters.get(symbol)!.samples),
              ...{ status: fit.status, policy },
            });
      await context.output.write(path, bytes);
      await context.output.write(
        path.replace(/nii\.gz$/, "json"),
        encodeSidecar({
          Units: composite === undefined ? undefined : unitEntry(fileUnit).bids,
          LongName: label,
          ComponentOrder: components,
          OrientationEncoding: composite === undefined ? colourEncoding : encodingOf(composite),
          OrientationNote:
            composite === undefined
              ? "colours by the axes of the patient, whatever the axes of the file"
              : "components along FSL's x, y, z: the axes of the file, the first reversed where they are right-handed",
          ...shared,
        }),
      );
    }),
  );
}

const colourEncoding = { Type: "dec", Reference: "xyz" };

/**
 * How BIDS describes the fourth axis.
 *
 * @see BIDS, "Diffusion derivatives", fields of OrientationEncoding; `bvec` is the frame of bvec files
 */
function encodingOf({ kind }: Composite): Readonly<Record<string, unknown>> {
  const common = { Reference: "bvec", EncodingAxis: 3, AntipodalSymmetry: true };
  return kind === "vector"
    ? { Type: "unit3vector", ...common }
    : { Type: "tensor", TensorRank: 2, ...common };
}
