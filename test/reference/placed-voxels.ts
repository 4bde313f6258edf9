import { existsSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { allocateStored, openNifti, readVoxels } from "#shared/nifti/read-voxels.ts";
import type { VoxelShape } from "#shared/roi/roi.ts";
import { invertAffine } from "#shared/volume/affine.ts";
import { type Grid, voxelCount } from "#shared/volume/grid.ts";

// Voxels of regions compared by where they lie in the patient, never by index.

const root = fileURLToPath(new URL("../../", import.meta.url));

/** Folder of a dataset of regions, or undefined when the reference data are not here. */
export function findRegions(name: string): string | undefined {
  const base = process.env["XNAT_PIC_DATA"] ?? join(root, "../shared/data");
  const folder = join(base, "roi", name);
  return existsSync(folder) ? folder : undefined;
}

/** A NIfTI file, its values scaled. */
export async function readImage(path: string): Promise<{ grid: Grid; values: Float64Array }> {
  const nifti = await openNifti({ path: basename(path), absolutePath: path });
  const { grid, slope, intercept, datatype } = nifti.header;
  const stored = allocateStored(datatype, voxelCount(grid));
  await readVoxels(nifti, stored, [0]);
  return { grid, values: Float64Array.from(stored, (value) => value * slope + intercept) };
}

/** Calls `take` with the place (L, P, S; mm) and the share of each voxel that is not 0. */
export function eachVoxel(
  { planes, shares }: VoxelShape,
  take: (place: readonly [number, number, number], share: number) => void,
): void {
  const { shape, origins, rowStep: r, columnStep: c } = planes;
  let at = 0;
  for (const [x, y, z] of origins) {
    for (let j = 0; j < shape[1]; j++) {
      for (let i = 0; i < shape[0]; i++, at++) {
        const share = shares[at]!;
        if (share === 0) continue;
        const place = [x + i * r[0] + j * c[0], y + i * r[1] + j * c[1], z + i * r[2] + j * c[2]];
        take(place as unknown as readonly [number, number, number], share);
      }
    }
  }
}

/**
 * The shares of a region on the voxels of a grid.
 *
 * @throws Error for a voxel that lies elsewhere than a voxel of the grid, by more than 2 % of one
 */
export function putOnGrid(shape: VoxelShape, grid: Grid): Float64Array {
  const inverse = invertAffine(grid.affineLps);
  const shares = new Float64Array(voxelCount(grid));
  const [nx, ny] = grid.shape;
  eachVoxel(shape, ([x, y, z], share) => {
    const index = [0, 4, 8].map(
      (row) =>
        inverse[row]! * x + inverse[row + 1]! * y + inverse[row + 2]! * z + inverse[row + 3]!,
    );
    const near = index.map(Math.round) as [number, number, number];
    const off = Math.max(...index.map((value, axis) => Math.abs(value - near[axis]!)));
    const outside = near.some((value, axis) => value < 0 || value >= grid.shape[axis]!);
    if (off > 0.02 || outside) throw new Error(`voxel at index ${index.join(", ")} of the grid`);
    shares[near[0] + nx * (near[1] + ny * near[2])] = share;
  });
  return shares;
}
