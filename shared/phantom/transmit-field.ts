import { type Grid, voxelCentre, voxelCount } from "#shared/volume/grid.ts";

/**
 * Relative B1 at each voxel, percent of the nominal flip angle, as a double-angle scan would find it with a coil that
 * fits the mouse: a little too much in the middle, less towards the rim, more on one side. Shape [nz, ny, nx].
 *
 * Rounded to single precision, so that the map in a file is exactly what made the signals. Air has values as well.
 */
export function drawTransmitField(grid: Grid): Float32Array {
  const field = new Float32Array(voxelCount(grid));
  const [nx, ny, nz] = grid.shape;
  let voxel = 0;
  for (let k = 0; k < nz; k++) {
    for (let j = 0; j < ny; j++) {
      for (let i = 0; i < nx; i++, voxel++) {
        const [x, y, z] = voxelCentre(grid, [i, j, k]);
        const fall = 38 * (x / 16) ** 2 + 26 * (y / 16) ** 2 + 30 * (z / 24) ** 2;
        field[voxel] = 107 - fall + 5 * (x / 16) - 4 * (y / 16);
      }
    }
  }
  return field;
}
