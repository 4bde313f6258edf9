import type { OptionsOf } from "#command-json/define-command.ts";
import { UsageError } from "#shared/errors.ts";
import { readInput, type SeriesRequest } from "#shared/program/read-input.ts";
import type { ProgramContext } from "#shared/program/run-program.ts";
import type { DiffusionEncoding, SeriesVolume } from "#shared/volume/series-volume.ts";
import type { command } from "./command.ts";

type Options = OptionsOf<typeof command>;

/**
 * The one diffusion series of the input folder, with what the user gives of its b-values and directions.
 *
 * @throws UsageError E-BVAL-FILE when directions are given without a file of b-values, and all that readInput throws
 */
export async function readDiffusion(
  options: Options,
  { pool, progress }: ProgramContext,
): Promise<{ readonly series: SeriesVolume; readonly diffusion: DiffusionEncoding }> {
  const series = await readInput(
    options.input,
    {
      contrast: "DiffusionBValue",
      atLeast: 2,
      series: options.series,
      ...givenValues(options),
      acceptLegacyGeometry: options["accept-legacy-geometry"],
    },
    pool,
    progress("reading"),
  );
  const { diffusion } = series;
  if (diffusion === undefined) throw new Error("a series of b-values without diffusion encoding");
  if (usesMatrices(options["b-matrix"], diffusion)) return { series, diffusion };
  const { bMatrices: _, ...directed } = diffusion;
  return { series, diffusion: directed };
}

/**
 * Siemens rounds the elements of its b-matrices to whole s/mm² and has none at b = 0: b-value and direction, which have
 * all digits, say more.
 */
function usesMatrices(
  option: Options["b-matrix"],
  { directionSource }: DiffusionEncoding,
): boolean {
  return option === "stated" || (option === "auto" && !directionSource.startsWith("siemens:"));
}

function givenValues({ bvals, bvecs, override }: Options): Partial<SeriesRequest> {
  const wins = override.includes("bvals");
  if (bvals !== undefined && "path" in bvals) {
    return { diffusionTable: { bvalsPath: bvals.path, bvecsPath: bvecs, override: wins } };
  }
  if (bvecs !== undefined) {
    throw new UsageError(
      "E-BVAL-FILE",
      "--bvecs is given without --bvals FILE: the directions belong to b-values in the same order.",
      "Give both files.",
    );
  }
  return { values: bvals, override: wins };
}
