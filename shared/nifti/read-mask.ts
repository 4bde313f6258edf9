import { basename } from "node:path";
import { InputError } from "#shared/errors.ts";
import { type Grid, voxelCount } from "#shared/volume/grid.ts";
import type { Volume } from "#shared/volume/volume.ts";
import { reorderSamples } from "./axis-order.ts";
import { describeGrid, matchGrids } from "./match-grid.ts";
import { allocateStored, openNifti, readVoxels } from "./read-voxels.ts";

/**
 * A mask given by the user, on the voxels of `grid`: 1 inside, 0 outside, shape [nz, ny, nx], on shared memory.
 *
 * The file must hold the same voxels; their order and the direction of its axes are free, because
 * converters choose them differently. Non-zero and finite means inside.
 *
 * @throws InputError E-MASK-GRID when its voxels are others, E-MASK-EMPTY when no voxel is inside, and
 * as openNifti and readVoxels do
 */
export async function readMaskOnGrid(path: string, grid: Grid): Promise<Volume<Uint8Array>> {
  const nifti = await openNifti({ path: basename(path), absolutePath: path });
  const { header } = nifti;
  const order = header.volumes === 1 ? matchGrids(header.grid, grid) : undefined;
  if (order === undefined) {
    const volumes = header.volumes === 1 ? "" : `${header.volumes} volumes of `;
    throw new InputError(
      "E-MASK-GRID",
      `The mask ${basename(path)} does not lie on the voxels of the images. Mask: ${volumes}${describeGrid(header.grid)}. Images: ${describeGrid(grid)}.`,
      "Draw the mask on these images, or resample it to them.",
    );
  }
  const stored = allocateStored(header.datatype, voxelCount(header.grid));
  await readVoxels(nifti, stored, [0]);
  const inside = new Uint8Array(stored.length);
  let count = 0;
  for (let voxel = 0; voxel < stored.length; voxel++) {
    const value = stored[voxel]! * header.slope + header.intercept;
    if (value === 0 || !Number.isFinite(value)) continue;
    inside[voxel] = 1;
    count++;
  }
  if (count === 0) {
    throw new InputError(
      "E-MASK-EMPTY",
      `The mask ${basename(path)} has no voxel inside: all are zero or not finite.`,
      "Draw it again, or use another mask.",
    );
  }
  const samples = new Uint8Array(new SharedArrayBuffer(inside.length));
  reorderSamples(inside, header.grid.shape, order, samples);
  return { grid, samples, unit: "1" };
}
