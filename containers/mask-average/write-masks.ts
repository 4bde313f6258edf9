import type { MapToMeasure } from "#shared/derivatives/read-maps.ts";
import { encodeSidecar } from "#shared/derivatives/sidecar.ts";
import { compressNifti } from "#shared/nifti/compress-nifti.ts";
import type { ProgramContext } from "#shared/program/run-program.ts";
import type { Grid } from "#shared/volume/grid.ts";
import { voxelCount } from "#shared/volume/grid.ts";
import type { PlaneStack } from "#shared/volume/plane-stack.ts";
import type { LayRegion } from "./lay-regions.ts";
import { makeDistinct, slugOf } from "./name-files.ts";
import type { Region } from "./region.ts";

/** A grid that masks are written on. */
export interface MaskGrid {
  /** Folder below stats/masks: `reference`, `T2map`. */
  readonly folder: string;
  readonly planes: PlaneStack;
}

/** The grids of a run, each once: those of the references, then those of the maps that have another one. */
export function listMaskGrids(
  references: readonly { readonly planes: PlaneStack }[],
  maps: readonly MapToMeasure[],
): readonly MaskGrid[] {
  const named = [
    ...references.map(({ planes }) => ({ name: "reference", planes })),
    ...maps.map(({ name, planes }) => ({ name: slugOf(name), planes })),
  ];
  const distinct: { readonly name: string; readonly planes: PlaneStack }[] = [];
  for (const one of named) {
    if (!distinct.some(({ planes }) => isSameGrid(planes, one.planes))) distinct.push(one);
  }
  const folders = makeDistinct(distinct.map(({ name }) => name || "map"));
  return distinct.map(({ planes }, n) => ({ folder: folders[n]!, planes }));
}

/** Affines of files are stored in 32 bits: voxels whose centres are so near to each other are the same, voxels. */
const storedError = 1e-3;

/** The same voxels in the same order, but for the rounding of stored affines. */
function isSameGrid(one: PlaneStack, other: PlaneStack): boolean {
  const [columns, rows, slices] = one.shape;
  if (other.shape.join() !== one.shape.join()) return false;
  const tolerance =
    storedError * Math.min(Math.hypot(...one.rowStep), Math.hypot(...one.columnStep));
  return Array.from({ length: slices }, (_, k) => k).every((k) =>
    [0, columns - 1].every((i) =>
      [0, rows - 1].every((j) => {
        const [a, b] = [centreOf(one, i, j, k), centreOf(other, i, j, k)];
        return Math.hypot(...a.map((value, axis) => value - b[axis]!)) <= tolerance;
      }),
    ),
  );
}

function centreOf({ rowStep, columnStep, origins }: PlaneStack, i: number, j: number, k: number) {
  return origins[k]!.map((value, axis) => value + i * rowStep[axis]! + j * columnStep[axis]!);
}

/**
 * Writes the masks of each collection on a grid: one file for each region, as regions may overlap, and a label map of all of them
 * with its table. Where regions overlap the label map holds the later one, which its sidecar says.
 *
 * Planes that are not evenly spaced have no affine and are left to the DICOM segmentation: returns false.
 */
export async function writeMasks(
  { folder, planes }: MaskGrid,
  regions: readonly Region[],
  lay: LayRegion,
  legacy: boolean,
  context: Pick<ProgramContext, "output" | "pool" | "program">,
): Promise<boolean> {
  const { grid } = planes;
  if (grid === undefined) return false;
  const bySource = Map.groupBy(regions, ({ source }) => source);
  // One mask at a time: fifty of a large series would fill the memory.
  const mask = newBytes(grid);
  for (const [source, members] of bySource) {
    const place = `stats/masks/${folder}/${collectionFolder(source, members[0]!)}`;
    const largest = members.reduce((most, { index }) => Math.max(most, index + 1), 0);
    const labels =
      largest < 256 ? newBytes(grid) : new Uint16Array(new SharedArrayBuffer(2 * voxelCount(grid)));
    const legacyNames = makeDistinct(
      members.map(({ roi, fileName }) => `mask_${slugOf(roi.name) || fileName}`),
    );
    let shared = 0;
    for (const [n, region] of members.entries()) {
      const { voxels } = lay(region, planes);
      mask.fill(0);
      for (const voxel of voxels) {
        mask[voxel] = 1;
        if (labels[voxel] !== 0) shared++;
        labels[voxel] = region.index + 1;
      }
      if (voxels.length === 0) continue;
      await writeImage(`${place}/${region.fileName}.nii.gz`, grid, mask, region.fileName, context);
      if (!legacy) continue;
      const old = `${place}/${legacyNames[n]}.nii.gz`;
      for (const voxel of voxels) mask[voxel] = 255;
      await writeImage(old, grid, mask, region.fileName, context);
    }
    await writeImage(`${place}/labels_dseg.nii.gz`, grid, labels, "labels", context);
    await context.output.write(`${place}/labels_dseg.tsv`, encodeLabelTable(members));
    const fields = {
      LongName: `Regions of ${members[0]!.collection.path}`,
      OverlapRule: "where regions overlap, the one later in the table",
      VoxelsInSeveralRegions: shared,
    };
    await context.output.write(`${place}/labels_dseg.json`, encodeSidecar(fields));
  }
  return true;
}

/** Folder of a collection: its number and name. */
export function collectionFolder(source: number, { collection }: Region): string {
  const name = slugOf(collection.name) || slugOf(collection.path.split("/").at(-1) ?? "");
  return [`${source + 1}`, name].filter((part) => part !== "").join("_");
}

/** BIDS table of labels: index in the label map, name as stored, colour. */
function encodeLabelTable(regions: readonly Region[]): string {
  const clean = (text: string) => text.replace(/[\t\r\n]+/g, " ") || "n/a";
  const hex = (value: number) => Math.round(value).toString(16).padStart(2, "0");
  const lines = regions.map(({ index, roi }) => {
    const colour = roi.colour === undefined ? "n/a" : `#${roi.colour.map(hex).join("")}`;
    return [index + 1, clean(roi.name), roi.number, colour].join("\t");
  });
  return ["index\tname\troi_number\tcolor", ...lines, ""].join("\n");
}

/**
 * Writes a map with the values of the voxels in any region only: not a number outside, or 0.
 *
 * @returns the path; undefined for a map without an affine
 */
export async function writeMaskedMap(
  map: MapToMeasure,
  name: string,
  regions: readonly Region[],
  lay: LayRegion,
  outside: "nan" | "zero",
  context: Pick<ProgramContext, "output" | "pool" | "program">,
): Promise<string | undefined> {
  const { grid } = map.planes;
  if (grid === undefined) return undefined;
  const samples = new Float32Array(new SharedArrayBuffer(4 * voxelCount(grid)));
  samples.fill(outside === "nan" ? Number.NaN : 0);
  for (const region of regions) {
    for (const voxel of lay(region, map.planes).voxels) samples[voxel] = map.samples[voxel]!;
  }
  const path = `stats/maps/${name}_masked.nii.gz`;
  await writeImage(path, grid, samples, `${map.name} in regions`, context);
  return path;
}

function newBytes(grid: Grid): Uint8Array {
  return new Uint8Array(new SharedArrayBuffer(voxelCount(grid)));
}

async function writeImage(
  path: string,
  grid: Grid,
  samples: Uint8Array | Uint16Array | Float32Array,
  what: string,
  { output, pool, program }: Pick<ProgramContext, "output" | "pool" | "program">,
): Promise<void> {
  const description = `${what.slice(0, 40)} ${program.name} ${program.version}`.slice(0, 79);
  const bytes = await pool.run(compressNifti, {
    volume: { grid, samples, unit: "1" },
    options: { description },
    runs: samples instanceof Uint8Array,
  });
  await output.write(path, bytes);
}
