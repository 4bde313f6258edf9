import { statSync } from "node:fs";
import { basename } from "node:path";
import type { PathValue } from "#command-json/inputs.ts";
import { readDicomVolume } from "#shared/dicom/read-volume.ts";
import { InputError } from "#shared/errors.ts";
import { listFiles } from "#shared/files/list-files.ts";
import { describeGrid } from "#shared/nifti/match-grid.ts";
import { readTransmitMap } from "#shared/nifti/read-transmit-map.ts";
import type { Pool } from "#shared/parallel/pool.ts";
import type { Grid } from "#shared/volume/grid.ts";
import { resampleTrilinear } from "#shared/volume/resample.ts";
import type { SeriesVolume, Warning } from "#shared/volume/series-volume.ts";
import { makeRelative } from "#shared/volume/transmit-unit.ts";

/** The B1 of each voxel, and what there is to say about it. */
export interface TransmitChoice {
  /** Relative B1 (1 = nominal flip angle), shape [nz, ny, nx], on shared memory; undefined without a map. */
  readonly samples: Float32Array | undefined;
  /** Where it came from; empty without a map. */
  readonly source: string;
  readonly warnings: readonly Warning[];
}

/** BIDS 1.10, quantitative MRI: TB1map is the relative transmit field. */
const mapName = /(^|[/_])TB1map\.nii(\.gz)?$/;

/** Share of the masked voxels that must have a B1 for a map to be that of the scan. */
const leastCover = 0.5;

/** Field from which on nominal flip angles are well off in most objects, tesla (human brain at 3 T: 10 to 20 %). */
const highField = 3;

/**
 * The B1 map that `--b1-map` asks for, on the voxels of the series.
 *
 * @param input - folder of the images, where a map is looked for
 * @param mask - shape [nz, ny, nx], 1 = fit
 * @throws InputError E-B1-GRID when it covers less than half of the mask, E-B1-SEVERAL; and as readTransmitMap, readDicomVolume and
 *   makeRelative do
 */
export async function chooseTransmit(
  option: "auto" | "none" | PathValue,
  input: string,
  series: SeriesVolume,
  mask: Uint8Array,
  pool: Pool,
): Promise<TransmitChoice> {
  const isUsed = series.axis.keyword === "FlipAngle";
  if (!isUsed) {
    const isGiven = typeof option === "object";
    return { samples: undefined, source: "", warnings: isGiven ? [unused()] : [] };
  }
  const path =
    option === "none" ? undefined : option === "auto" ? await findMap(input) : option.path;
  if (path === undefined) return { samples: undefined, source: "", warnings: [withoutMap(series)] };
  const { samples, source } = await readMap(path, series.grid, pool);
  let masked = 0;
  let covered = 0;
  for (let v = 0; v < mask.length; v++) {
    if (mask[v] !== 1) continue;
    masked++;
    if (!Number.isNaN(samples[v]!)) covered++;
  }
  if (covered < leastCover * masked) {
    throw new InputError(
      "E-B1-GRID",
      `The B1 map ${basename(path)} covers ${covered} of the ${masked} voxels in the mask. Images: ${describeGrid(series.grid)}.`,
      "Give the B1 map of this examination, or fit without one.",
    );
  }
  return { samples, source, warnings: covered === masked ? [] : [incomplete(masked - covered)] };
}

/**
 * The B1 map that lies beside the images, named as BIDS names it; undefined when there is none. In XNAT, where nobody
 * can name a path, it is uploaded to the resource of the scan's images.
 *
 * @throws InputError E-B1-SEVERAL
 */
async function findMap(input: string): Promise<string | undefined> {
  const found = (await listFiles(input)).filter(({ path }) => mapName.test(path));
  if (found.length < 2) return found[0]?.absolutePath;
  throw new InputError(
    "E-B1-SEVERAL",
    `The input folder holds ${found.length} B1 maps (${found.map(({ path }) => path).join(", ")}).`,
    "Choose one with --b1-map, or take nominal flip angles with --b1-map none.",
  );
}

/** From a NIfTI file, or from a folder with the DICOM images of the map. */
async function readMap(
  path: string,
  grid: Grid,
  pool: Pool,
): Promise<{ readonly samples: Float32Array; readonly source: string }> {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() !== true) {
    return readTransmitMap(path, grid);
  }
  const name = basename(path);
  const map = await readDicomVolume(name, await listFiles(path), pool);
  const unit = makeRelative(map.values, map.unit, name);
  const samples = resampleTrilinear(map.grid, map.values, grid);
  return { samples, source: `DICOM folder ${name} (${unit}, interpolated to the images)` };
}

function withoutMap({ acquisition }: SeriesVolume): Warning {
  const field = acquisition.find(({ keyword }) => keyword === "MagneticFieldStrength")?.value;
  const here = typeof field === "number" && field >= highField ? ` at ${field} T` : "";
  return {
    code: "W-NO-B1",
    text: `Flip angles are taken as nominal${here}: a B1 10 % too low makes T1 about 20 % too short. Give a B1 map with --b1-map.`,
  };
}

function unused(): Warning {
  return {
    code: "W-B1-UNUSED",
    text: "The B1 map is not used: only variable flip angles depend on it.",
  };
}

function incomplete(count: number): Warning {
  return {
    code: "W-B1-COVER",
    text: `${count} voxels in the mask have no B1 and get no T1 (status invalid-input).`,
  };
}
