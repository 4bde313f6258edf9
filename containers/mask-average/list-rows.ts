import { nameRateMap } from "#shared/stats/rates.ts";
import type { RegionGeometry, RegionRow } from "#shared/stats/region-row.ts";
import type { Vector3 } from "#shared/volume/grid.ts";
import { type PlaneStack, voxelArea } from "#shared/volume/plane-stack.ts";
import type { MeasuredRegion } from "./measure-regions.ts";
import type { Region } from "./region.ts";
import type { Regions } from "./work.ts";

/** The rows of the table. */
export interface RegionRows {
  readonly all: readonly RegionRow[];
  readonly ofRegion: (region: Region) => readonly RegionRow[];
}

/** The rows of the table: each region on each map, and after it on the rates of that map. */
export function listRows(work: RowSources): RegionRows {
  const groups = work.measured.map((one) => ({ region: one.region, rows: rowsOf(one, work) }));
  const byRegion = Map.groupBy(groups, ({ region }) => region);
  return {
    all: groups.flatMap(({ rows }) => rows),
    ofRegion: (region) => (byRegion.get(region) ?? []).flatMap(({ rows }) => rows),
  };
}

type RowSources = Pick<Regions, "measured" | "maps" | "curves" | "references">;

function rowsOf(one: MeasuredRegion, work: RowSources): readonly RegionRow[] {
  const { maps, curves, references } = work;
  const drawn = references.ofCollection[one.region.source]?.series?.planes;
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
    geometry: describeGeometry(one, map.planes, drawn),
    measurement: one.measurement,
    statusNames: map.status?.names,
    meanCurve: curves.valueOn(one.region, map),
    diagnostics: codes,
  };
  if (one.rates === undefined) return [row];
  const { meanCurve: _, ...others } = row;
  const name = nameRateMap(map.name) ?? `1/${map.name}`;
  return [row, { ...others, map: name, unit: "1/s", measurement: one.rates }];
}

function describeGeometry(
  { region, onGrid }: MeasuredRegion,
  planes: PlaneStack,
  drawn: PlaneStack | undefined,
): RegionGeometry {
  const { voxels } = onGrid;
  const [nx, ny] = planes.shape;
  const area = voxelArea(planes);
  const { spacing } = planes;
  const outlines = region.placed?.outlines;
  const drawnSpacing = region.placed?.reference.planes.spacing;
  const thickness = planes.thickness ?? thicknessOfDrawing(spacing, drawn);
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

/** Slices at the distance of those the region was drawn on are taken to be as thick: NIfTI files have no thickness. */
function thicknessOfDrawing(
  spacing: number | undefined,
  drawn: PlaneStack | undefined,
): number | undefined {
  if (spacing === undefined || drawn?.spacing === undefined) return undefined;
  return Math.abs(spacing - drawn.spacing) <= 1e-3 * drawn.spacing ? drawn.thickness : undefined;
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
