import { existsSync } from "node:fs";
import { basename } from "node:path";
import { InputError, UsageError } from "#shared/errors.ts";
import { type Grid, voxelCount } from "#shared/volume/grid.ts";
import { resampleTrilinear } from "#shared/volume/resample.ts";
import { makeRelative } from "#shared/volume/transmit-unit.ts";
import type { Volume } from "#shared/volume/volume.ts";
import { reorderSamples } from "./axis-order.ts";
import { matchGrids } from "./match-grid.ts";
import { allocateStored, openNifti, readVoxels } from "./read-voxels.ts";
import { readSidecar, textField } from "./sidecar.ts";

/** A relative B1 map on the voxels of the images, and where it came from. */
export interface TransmitMap extends Volume<Float32Array> {
  /** For the record: file, unit, and how it came to these voxels. */
  readonly source: string;
}

/**
 * A B1+ map from a NIfTI file, relative (1 = nominal flip angle), on the voxels of `grid`: as it is where the file holds
 * the same voxels, else by trilinear interpolation in patient space; NaN where the file has no value above 0.
 *
 * @throws UsageError E-B1-FILE when there is no such NIfTI file; InputError E-B1-UNIT as makeRelative does, E-B1-GRID
 *   when the file holds several volumes; and as openNifti and readVoxels do
 */
export async function readTransmitMap(path: string, grid: Grid): Promise<TransmitMap> {
  const name = basename(path);
  if (!/\.nii(?:\.gz)?$/i.test(name) || !existsSync(path)) {
    throw new UsageError(
      "E-B1-FILE",
      `--b1-map ${path}: ${existsSync(path) ? "this is no NIfTI file" : "there is no such file"}.`,
      "Give the B1 map as .nii or .nii.gz file, or the folder of its DICOM images.",
    );
  }
  const nifti = await openNifti({ path: name, absolutePath: path });
  const { header } = nifti;
  if (header.volumes !== 1) {
    throw new InputError(
      "E-B1-GRID",
      `The B1 map ${name} holds ${header.volumes} volumes; a map has one.`,
      "Give the map alone, not the images it was made from.",
    );
  }
  const stored = allocateStored(header.datatype, voxelCount(header.grid));
  await readVoxels(nifti, stored, [0]);
  const values = Float64Array.from(stored, (value) => value * header.slope + header.intercept);
  const unit = makeRelative(values, await statedUnit(path), name);
  const order = matchGrids(header.grid, grid);
  if (order === undefined) {
    const samples = resampleTrilinear(header.grid, values, grid);
    const source = `file ${name} (${unit}, interpolated to the images)`;
    return { grid, samples, unit: "1", source };
  }
  const samples = new Float32Array(new SharedArrayBuffer(4 * values.length));
  reorderSamples(values, header.grid.shape, order, samples);
  const source = `file ${name} (${unit}, on the voxels of the images)`;
  return { grid, samples, unit: "1", source };
}

async function statedUnit(path: string): Promise<string> {
  const absolutePath = path.replace(/\.nii(?:\.gz)?$/i, ".json");
  if (!existsSync(absolutePath)) return "";
  return textField(
    await readSidecar({ path: basename(absolutePath), absolutePath }),
    "Units",
  ).trim();
}
