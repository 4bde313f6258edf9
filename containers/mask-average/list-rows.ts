import type { MapToMeasure } from "#shared/derivatives/read-maps.ts";
import type { RegionGeometry, RegionRow } from "#shared/stats/region-row.ts";
import type { Vector3 } from "#shared/volume/grid.ts";
import { type PlaneStack, voxelArea } from "#shared/volume/plane-stack.ts";
import type { RegionCurves } from "./fit-mean-curves.ts";
import type { MeasuredRegion } from "./measure-regions.ts";

/** The rows of the table: each region on each map, and after it on the rates of that map. */
export function listRows(
  measured: readonly MeasuredRegion[],
  maps: readonly MapToMeasure[],
  curves: RegionCurves,
): readonly RegionRow[] {
  return measured.flatMap((one) => {
    const map = maps[one.map]!;
    const { collection, roi } = one.region;
    const codes = [...new Set(one.diagnostics.map(({ code }) => code))];
    const row: RegionRow = {
      collection: collection.path,
      roiNumber: roi.number,
      roiName: roi.name,
      roiUid: roi.uid,
      source: collection.kind,
      map: map.name,
      mapVolume: map.volume,
      unit: map.unit,
      status: one.judgement.status,
      geometry: describeGeometry(one, map.planes),
      measurement: one.measurement,
      statusNames: map.status?.names,
      meanCurve: curves.valueOn(one.region, map),
      diagnostics: codes,
    };
    if (one.rates === undefined) return [row];
    const { meanCurve: _, ...others } = row;
    return [row, { ...others, map: rateName(map.name), unit: "1/s", measurement: one.rates }];
  });
}

/** `R2map` for `T2map`. */
export function rateName(name: string): string {
  const rate = name.replace(/T(?=(1|2|2star)([^A-Za-z0-9]|map|$))/, "R");
  return rate === name ? `rate of ${name}` : rate;
}

function describeGeometry({ region, onGrid }: MeasuredRegion, planes: PlaneStack): RegionGeometry {
  const { voxels } = onGrid;
  const [nx, ny] = planes.shape;
  const area = voxelArea(planes);
  const { spacing, thickness } = planes;
  const outlines = region.placed?.outlines;
  const drawnSpacing = region.placed?.reference.planes.spacing;
  const voxelVolumeMm3 = spacing === undefined ? undefined : area * spacing;
  return {
    coverageInsideFovPct: 100 * onGrid.insideShare,
    slices: [...new Set(Array.from(voxels, (voxel) => Math.floor(voxel / (nx * ny))))],
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
