import { existsSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { allocateStored, openNifti, readVoxels } from "#shared/nifti/read-voxels.ts";
import { voxelCount } from "#shared/volume/grid.ts";

const root = join(import.meta.dirname, "../..");

/** Folder of the reference data sets (they lie outside the repository, for their licences), or a file in it. */
export function referencePath(...path: readonly string[]): string {
  return join(process.env["XNAT_PIC_DATA"] ?? join(root, "../shared/data"), "qmri", ...path);
}

/** True when the reference data sets are at hand. */
export function hasReferenceData(): boolean {
  return existsSync(referencePath("README.md"));
}

/** A JSON file of a data set. */
export function readJson<T>(...path: readonly string[]): T {
  return JSON.parse(readFileSync(referencePath(...path), "utf8")) as T;
}

/** A series of a data set, as its expected.json describes it. */
export interface ExpectedSeries {
  readonly id: string;
  readonly input: { readonly nifti: string; readonly values: readonly number[] };
  readonly noise_sigma?: number;
}

/** A series case of a data set's expected.json. */
export function findCase(dataSet: string, id: string): ExpectedSeries {
  const { cases } = readJson<{ cases: readonly ExpectedSeries[] }>(dataSet, "expected.json");
  const found = cases.find((one) => one.id === id);
  if (found === undefined) throw new Error(`${dataSet} has no case ${id}`);
  return found;
}

/** Voxel values of a NIfTI file. */
export interface ReferenceImage {
  /** Voxels of one volume. */
  readonly voxels: number;
  readonly volumes: number;
  /** Shape [volumes, voxels], scaling applied, in the order of the file. */
  readonly samples: Float64Array;
}

/** A NIfTI image of a data set, in double precision. */
export async function readImage(...path: readonly string[]): Promise<ReferenceImage> {
  const absolutePath = referencePath(...path);
  const nifti = await openNifti({ path: basename(absolutePath), absolutePath });
  const { header } = nifti;
  const voxels = voxelCount(header.grid);
  const stored = allocateStored(header.datatype, voxels * header.volumes);
  await readVoxels(
    nifti,
    stored,
    Array.from({ length: header.volumes }, (_, volume) => volume),
  );
  const samples = Float64Array.from(stored, (value) => value * header.slope + header.intercept);
  return { voxels, volumes: header.volumes, samples };
}
