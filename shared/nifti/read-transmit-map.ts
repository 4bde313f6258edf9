import { existsSync } from "node:fs";
import { basename } from "node:path";
import { InputError, UsageError } from "#shared/errors.ts";
import { type Grid, voxelCount } from "#shared/volume/grid.ts";
import { resampleTrilinear } from "#shared/volume/resample.ts";
import type { Volume } from "#shared/volume/volume.ts";
import { reorderSamples } from "./axis-order.ts";
import { describeGrid, matchGrids } from "./match-grid.ts";
import { allocateStored, openNifti, readVoxels } from "./read-voxels.ts";
import { readSidecar, textField } from "./sidecar.ts";

/** A relative B1 map on the voxels of the images, and where it came from. */
export interface TransmitMap extends Volume<Float32Array> {
  /** For the record: file, unit, and how it came to these voxels. */
  readonly source: string;
}

/** Values of a relative map: actual over nominal flip angle (qmri-models 4.2); in percent a hundred times as much. */
const plausible = { low: 0.3, high: 1.7 } as const;

/** What a sidecar may call the two units (BIDS: TB1map is in percent). */
const percentWords = /^(?:percent|%)$/i;
const relativeWords = /^(?:1|relative\b.*|unitless|ratio|fraction|normali[sz]ed)$/i;
/** Words that do not decide it: "p.u." stands for percent units and for per unit. */
const silentWords = /^(?:|arbitrary|a\.?u\.?|p\.?u\.?|none|n\/a|unknown)$/i;

/**
 * A B1+ map from a NIfTI file, relative (1 = nominal flip angle), on the voxels of `grid`: as it is where the file holds
 * the same voxels, else by trilinear interpolation in patient space; NaN where the file has no value above 0.
 *
 * @throws UsageError E-B1-FILE when there is no such NIfTI file; InputError E-B1-UNIT when unit and values disagree or
 *   the values are no B1, E-B1-GRID when no voxel of `grid` lies inside the map; and as openNifti and readVoxels do
 */
export async function readTransmitMap(path: string, grid: Grid): Promise<TransmitMap> {
  const name = basename(path);
  if (!/\.nii(?:\.gz)?$/i.test(name) || !existsSync(path)) {
    throw new UsageError(
      "E-B1-FILE",
      `--b1-map ${path}: ${existsSync(path) ? "this is no NIfTI file" : "there is no such file"}.`,
      "Give the B1 map as .nii or .nii.gz file; dcm2niix converts a DICOM map.",
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
  const values = Float64Array.from(stored, (value) => {
    const b1 = value * header.slope + header.intercept;
    // Maps are 0 where nothing was measured.
    return b1 > 0 && Number.isFinite(b1) ? b1 : Number.NaN;
  });
  const unit = decideUnit(values, await statedUnit(path), name);
  if (unit === "percent") for (let v = 0; v < values.length; v++) values[v]! /= 100;
  const order = matchGrids(header.grid, grid);
  let samples: Float32Array;
  if (order === undefined) samples = resampleTrilinear(header.grid, values, grid);
  else {
    samples = new Float32Array(new SharedArrayBuffer(4 * values.length));
    reorderSamples(values, header.grid.shape, order, samples);
  }
  if (samples.every(Number.isNaN)) throw elsewhere(name, header.grid, grid);
  const how = order === undefined ? "interpolated to the images" : "on the voxels of the images";
  return { grid, samples, unit: "1", source: `file ${name} (${unit}, ${how})` };
}

async function statedUnit(path: string): Promise<string> {
  const absolutePath = path.replace(/\.nii(?:\.gz)?$/i, ".json");
  if (!existsSync(absolutePath)) return "";
  return textField(
    await readSidecar({ path: basename(absolutePath), absolutePath }),
    "Units",
  ).trim();
}

function decideUnit(values: Float64Array, stated: string, name: string): "relative" | "percent" {
  const sorted = values.filter((value) => !Number.isNaN(value)).sort();
  const median = sorted[sorted.length >> 1] ?? Number.NaN;
  const { low, high } = plausible;
  const found =
    median >= low && median <= high
      ? "relative"
      : median >= 100 * low && median <= 100 * high
        ? "percent"
        : undefined;
  const said = percentWords.test(stated)
    ? "percent"
    : relativeWords.test(stated)
      ? "relative"
      : undefined;
  const known = said !== undefined || silentWords.test(stated);
  if (known && found !== undefined && (said === undefined || said === found)) return found;
  const unit = stated === "" ? "its sidecar states no Units" : `its sidecar says Units "${stated}"`;
  throw new InputError(
    "E-B1-UNIT",
    `The B1 map ${name} has a median of ${Number(median.toPrecision(4))}, and ${unit}: that is neither B1 relative to the nominal flip angle (about 1) nor in percent of it (about 100).`,
    'Write the map in percent with "Units": "percent" in its sidecar, or relative with "Units": "1".',
  );
}

function elsewhere(name: string, map: Grid, images: Grid): InputError {
  return new InputError(
    "E-B1-GRID",
    `The B1 map ${name} does not cover the images. Map: ${describeGrid(map)}. Images: ${describeGrid(images)}.`,
    "Give the B1 map of the same examination, in the same patient coordinates.",
  );
}
