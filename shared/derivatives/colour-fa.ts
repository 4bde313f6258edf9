import type { VolumeFit } from "#shared/fit/fit-volume.ts";
import type { Composite, ModelSheet } from "#shared/models/signal-model.ts";
import { isFlagged, type ValuePolicy } from "./value-policy.ts";

/** True for a model whose first eigenvector and anisotropy make a colour map. */
export function hasColourFa({ parameters, composites = [] }: ModelSheet): boolean {
  return parameters.some(({ symbol }) => symbol === "FA") && findVector(composites) !== undefined;
}

function findVector(composites: readonly Composite[]): Composite | undefined {
  return composites.find(({ name, kind }) => name === "V1" && kind === "vector");
}

/** How a colour map is to look. */
export interface ColourLook {
  /** FA of full brightness; 1 when left out. */
  readonly fullAt?: number;
  /** Whether flagged voxels have a colour; they have when left out. */
  readonly flagged?: ValuePolicy["flagged"];
}

/**
 * The direction of the first eigenvector as colour, bright where diffusion is anisotropic: |V1| FA in patient axes, red for
 * left-right, green for anterior-posterior, blue for head-feet. Undefined for a fit without V1 and FA.
 *
 * @returns red, green, blue and opacity, shape [nz, ny, nx, 4], on shared memory; transparent where there is no value
 * @see Pajevic S, Pierpaoli C. Color schemes to represent the orientation of anisotropic tissues from diffusion tensor
 *   data. Magn Reson Med 1999;42:526-540, doi:10.1002/(SICI)1522-2594(199909)42:3<526::AID-MRM15>3.0.CO;2-J
 */
export function colourFa(
  { sheet, parameters, status }: VolumeFit,
  { fullAt = 1, flagged = "value" }: ColourLook = {},
): Uint8Array | undefined {
  if (!hasColourFa(sheet)) return undefined;
  const anisotropy = parameters.get("FA")!.samples;
  const [x, y, z] = findVector(sheet.composites!)!.components.map(
    (symbol) => parameters.get(symbol)!.samples,
  ) as [Float32Array, Float32Array, Float32Array];
  const colours = new Uint8Array(new SharedArrayBuffer(4 * status.length));
  for (let v = 0; v < status.length; v++) {
    if (flagged === "nan" && isFlagged(status[v]!)) continue;
    const brightness = Math.min(1, anisotropy[v]! / fullAt);
    if (!Number.isFinite(brightness + x[v]! + y[v]! + z[v]!)) continue;
    colours[4 * v] = Math.round(255 * brightness * Math.abs(x[v]!));
    colours[4 * v + 1] = Math.round(255 * brightness * Math.abs(y[v]!));
    colours[4 * v + 2] = Math.round(255 * brightness * Math.abs(z[v]!));
    colours[4 * v + 3] = 255;
  }
  return colours;
}
