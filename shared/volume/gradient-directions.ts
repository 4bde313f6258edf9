import { isB0 } from "./diffusion-shells.ts";
import type { Vector3 } from "./grid.ts";
import type { DiffusionEncoding } from "./series-volume.ts";
import { dot } from "./vector.ts";

/** Images whose gradient has one direction, its sign aside. */
export interface DirectionGroup {
  /** Of the first of them; a unit vector in patient coordinates (L, P, S). */
  readonly direction: Vector3;
  /** Indices along the contrast axis, in the order given. */
  readonly contrasts: readonly number[];
}

/** Cosine of 1 degree: directions closer than that are one, written with few digits. */
const sameDirection = Math.cos(Math.PI / 180);

/**
 * The distinct gradient directions of some images, in the order in which they first occur. Images of b = 0 and
 * images without a direction belong to none.
 */
export function groupDirections(
  diffusion: DiffusionEncoding,
  contrasts: readonly number[],
): readonly DirectionGroup[] {
  const groups: { direction: Vector3; contrasts: number[] }[] = [];
  for (const contrast of contrasts) {
    const direction = diffusion.directions[contrast];
    if (direction === undefined || isB0(diffusion, contrast)) continue;
    const known = groups.find((group) => Math.abs(dot(group.direction, direction)) > sameDirection);
    if (known === undefined) groups.push({ direction, contrasts: [contrast] });
    else known.contrasts.push(contrast);
  }
  return groups;
}

/**
 * The b-matrix of each of some images: xx, yy, zz, xy, xz, yz, s/mm², patient axes. That of the series with its imaging
 * gradients where there is one, else b g g'; an image without a direction counts as weighted alike in all of them
 * (b/3 on the diagonal).
 */
export function bMatricesOf(
  { bValues, directions, bMatrices }: DiffusionEncoding,
  contrasts: readonly number[],
): readonly (readonly number[])[] {
  return contrasts.map((contrast) => {
    const measured = bMatrices?.[contrast];
    if (measured !== undefined) return measured;
    const b = bValues[contrast]!;
    const direction = directions[contrast];
    if (direction === undefined) return [b / 3, b / 3, b / 3, 0, 0, 0];
    const [x, y, z] = direction;
    return [b * x * x, b * y * y, b * z * z, b * x * y, b * x * z, b * y * z];
  });
}
