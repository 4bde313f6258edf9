import type { ParameterFile } from "#shared/paravision/parameter-file.ts";
import { readVisu } from "#shared/paravision/read-visu.ts";
import { isSkip } from "#shared/paravision/reconstruction.ts";
import type { Visu } from "#shared/paravision/visu.ts";
import { parameterFile } from "./paravision-files.ts";

// visu_pars of one kind each, as text: everything has a plain default, any parameter can have another value.

/** Values of parameters, as they stand after `##$Name=`; undefined leaves one out. */
export type VisuChanges = Readonly<Record<string, string | undefined>>;

const plain: VisuChanges = {
  VisuCreatorVersion: "( 65 )\n<6.0.1>",
  VisuCoreFrameCount: "1",
  VisuCoreDim: "2",
  VisuCoreSize: "( 2 )\n4 3",
  VisuCoreDimDesc: "( 2 )\nspatial spatial",
  VisuCoreExtent: "( 2 )\n2 1.2",
  VisuCoreFrameThickness: "( 1 )\n1",
  VisuCoreUnits: "( 2, 65 )\n<mm> <mm>",
  VisuCoreOrientation: "( 1, 9 )\n1 0 0 0 1 0 0 0 1",
  VisuCorePosition: "( 1, 3 )\n-1 -0.6 5",
  VisuCoreDataOffs: "( 1 )\n0",
  VisuCoreDataSlope: "( 1 )\n1",
  VisuCoreWordType: "_16BIT_SGN_INT",
  VisuCoreByteOrder: "littleEndian",
};

/** A frame of 4 x 3 pixels of 0.5 x 0.4 mm. */
export function visuFileWith(changes: VisuChanges = {}): ParameterFile {
  const lines = Object.entries({ ...plain, ...changes }).flatMap(([name, value]) =>
    value === undefined ? [] : [`##$${name}=${value}`],
  );
  return parameterFile(lines.join("\n"));
}

/** What our reader makes of it. */
export function visuWith(changes: VisuChanges = {}): Visu {
  const visu = readVisu(visuFileWith(changes));
  if (isSkip(visu)) throw new Error(visu.text);
  return visu;
}

/** An array of numbers as ParaVision writes it. */
export function array(values: readonly (number | string)[], ...shape: readonly number[]): string {
  return `( ${(shape.length === 0 ? [values.length] : shape).join(", ")} )\n${values.join(" ")}`;
}

/** Slices at these heights, axial: the values of frames, groups, positions and orientations. */
export function axialSlices(heights: readonly number[]): VisuChanges {
  const count = heights.length;
  return {
    VisuCoreFrameCount: String(count),
    VisuFGOrderDesc: `( 1 )\n(${count}, <FG_SLICE>, <>, 0, 2)`,
    VisuGroupDepVals: "( 2 )\n(<VisuCoreOrientation>, 0) (<VisuCorePosition>, 0)",
    VisuCoreOrientation: array(
      heights.flatMap(() => [1, 0, 0, 0, 1, 0, 0, 0, 1]),
      count,
      9,
    ),
    VisuCorePosition: array(
      heights.flatMap((z) => [-1, -0.6, z]),
      count,
      3,
    ),
  };
}
