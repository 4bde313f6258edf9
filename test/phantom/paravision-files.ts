import type { ParameterFile } from "#shared/paravision/parameter-file.ts";
import { parseParameterFile } from "#shared/paravision/parse-parameter-file.ts";
import { isSkip } from "#shared/paravision/reconstruction.ts";
import type { Vector3 } from "#shared/volume/grid.ts";

// Parameter files of ParaVision as their grammar has them (JCAMP-DX 4.24 in Bruker's dialect), for a diffusion scan.

/** One diffusion experiment: effective b, s/mm², and its direction along read, phase and slice; 0 0 0 for none. */
export interface Experiment {
  readonly bValue: number;
  readonly vector: Vector3;
}

/** Text of a `method`: effective b, gradient vectors, and slices along `orientation` (rows: read, phase, slice). */
export function methodFile(
  experiments: readonly Experiment[],
  orientation: readonly number[] = [1, 0, 0, 0, 1, 0, 0, 0, 1],
): string {
  const count = experiments.length;
  const unweighted = experiments.filter(({ bValue }) => bValue < 50).length;
  return jcampFile("Parameter List, ParaVision 360 V3.6", [
    ["Method", "<Bruker:DtiEpi>"],
    ["PVM_DwNDiffExp", String(count)],
    ["PVM_DwAoImages", String(unweighted)],
    ["PVM_DwEffBval", `( ${count} )\n${experiments.map(({ bValue }) => bValue).join(" ")}`],
    [
      "PVM_DwGradVec",
      `( ${count}, 3 )\n${experiments.map(({ vector }) => vector.join(" ")).join("\n")}`,
    ],
    ["PVM_SPackArrGradOrient", `( 1, 3, 3 )\n${orientation.join(" ")}`],
  ]);
}

/** Text of a `visu_pars` with the groups of its frames, the first one fastest. */
export function visuFile(slices: number, experiments: number, more: Parameters = []): string {
  const groups = [
    `(${slices}, <FG_SLICE>, <>, 0, 2)`,
    `(${experiments}, <FG_DIFFUSION>, <diffusion>, 2, 1)`,
  ];
  return jcampFile("Parameter List, ParaVision 360 V3.6", [
    ["VisuUid", "( 65 )\n<1.2.3.5>"],
    ["VisuFGOrderDesc", `( ${groups.length} )\n${groups.join(" ")}`],
    ...more,
  ]);
}

type Parameters = readonly (readonly [name: string, value: string])[];

function jcampFile(title: string, parameters: Parameters): string {
  const lines = parameters.map(([name, value]) => `##$${name}=${value}`);
  return [`##TITLE=${title}`, "##JCAMPDX=4.24", ...lines, "##END=", ""].join("\n");
}

/** What our reader makes of a parameter file that holds these lines, `##$Name=...`. */
export function parameterFile(
  body: string,
  title = "Parameter List, ParaVision 6.0.1",
): ParameterFile {
  const bytes = Buffer.from(`##TITLE=${title}\n##JCAMPDX=4.24\n${body}\n##END=\n`);
  const file = parseParameterFile(bytes, "visu_pars");
  if (isSkip(file)) throw new Error(file.text);
  return file;
}
