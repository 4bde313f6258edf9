import type { RoiOnGrid } from "#shared/roi/placed-roi.ts";
import type { RegionGeometry } from "#shared/stats/region-row.ts";
import type { Vector3 } from "#shared/volume/grid.ts";
import { type PlaneStack, voxelArea } from "#shared/volume/plane-stack.ts";
import type { Region } from "./region.ts";

/**
 * Where a region lies on a grid, and how large it is there.
 *
 * @param drawn - planes of the series it was drawn on, where there is one
 */
export function describeGeometry(
  { placed }: Region,
  { voxels, insideShare }: RoiOnGrid,
  planes: PlaneStack,
  drawn: PlaneStack | undefined,
): RegionGeometry {
  const [nx, ny] = planes.shape;
  const area = voxelArea(planes);
  const { spacing } = planes;
  const outlines = placed?.outlines;
  const drawnSpacing = placed?.reference.planes.spacing;
  const thickness = planes.thickness ?? thicknessOfDrawing(spacing, drawn);
  const voxelVolumeMm3 = spacing === undefined ? undefined : area * spacing;
  return {
    coverageInsideFovPct: 100 * insideShare,
    slices: listSlices(voxels, nx * ny),
    voxelVolumeMm3,
    volumeMm3: voxelVolumeMm3 === undefined ? undefined : voxels.length * voxelVolumeMm3,
    volumeSliceThicknessMm3: thickness === undefined ? undefined : voxels.length * area * thickness,
    areaMm2: voxels.length * area,
    contourAreaMm2: outlines?.contourAreaMm2,
    contourVolumeMm3:
      outlines === undefined || drawnSpacing === undefined
        ? undefined
        : outlines.contourAreaMm2 * drawnSpacing,
    centroid: centroidOf(voxels, planes),
  };
}

/** Slices at the distance of those the region was drawn on are taken to be as thick: NIfTI files have no thickness. */
function thicknessOfDrawing(
  spacing: number | undefined,
  drawn: PlaneStack | undefined,
): number | undefined {
  if (spacing === undefined || drawn?.spacing === undefined) return undefined;
  return Math.abs(spacing - drawn.spacing) <= 1e-3 * drawn.spacing ? drawn.thickness : undefined;
}

/** Planes that hold voxels, ascending as these are. */
function listSlices(voxels: Uint32Array, plane: number): readonly number[] {
  const slices: number[] = [];
  for (const voxel of voxels) {
    const k = Math.floor(voxel / plane);
    if (k !== slices.at(-1)) slices.push(k);
  }
  return slices;
}

/** Mean of the voxel centres, patient coordinates (L, P, S), mm. */
function centroidOf(voxels: Uint32Array, planes: PlaneStack): Vector3 | undefined {
  if (voxels.length === 0) return undefined;
  const { shape, rowStep, columnStep, origins } = planes;
  const [nx, ny] = shape;
  const sum = [0, 0, 0];
  for (const voxel of voxels) {
    const i = voxel % nx;
    const j = Math.floor(voxel / nx) % ny;
    const origin = origins[Math.floor(voxel / (nx * ny))]!;
    for (let axis = 0; axis < 3; axis++) {
      sum[axis]! += origin[axis]! + i * rowStep[axis]! + j * columnStep[axis]!;
    }
  }
  return [sum[0]! / voxels.length, sum[1]! / voxels.length, sum[2]! / voxels.length];
}
