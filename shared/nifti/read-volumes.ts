import type { FoundFile } from "#shared/files/list-files.ts";
import type { StoredArray } from "#shared/volume/series-volume.ts";
import type { NiftiFileHeader } from "./read.ts";
import { allocateStored, type NiftiFile, openNifti, readVoxels } from "./read-voxels.ts";

/** Volumes of a file as numbers. */
export interface NiftiVolumes {
  readonly header: NiftiFileHeader;
  /** In the order asked for; the stored numbers with their scaling, shape [nz, ny, nx] in the file's order. */
  readonly samples: readonly (Float32Array | Float64Array)[];
  readonly sha256: string;
}

/**
 * Some volumes of a file, scaled. Unscaled float32 stays what it is, everything else becomes float64, so that no value is rounded.
 *
 * @param choose - 0-based volumes wanted, from the number of volumes there are; may throw
 * @throws InputError, UnsupportedError as openNifti and readVoxels do
 */
export async function readVolumes(
  file: FoundFile | NiftiFile,
  choose: (header: NiftiFileHeader) => readonly number[],
): Promise<NiftiVolumes> {
  const nifti = "header" in file ? file : await openNifti(file);
  const { header } = nifti;
  const wanted = choose(header);
  const size = header.grid.shape[0] * header.grid.shape[1] * header.grid.shape[2];
  const stored = allocateStored(header.datatype, size * wanted.length);
  const slots = Array.from({ length: header.volumes }, (_, volume) => {
    const slot = wanted.indexOf(volume);
    return slot < 0 ? undefined : slot;
  });
  const sha256 = await readVoxels(nifti, stored, slots);
  const samples = wanted.map((_, slot) =>
    scaleValues(stored.subarray(slot * size, (slot + 1) * size), header),
  );
  return { header, samples, sha256 };
}

function scaleValues(
  stored: StoredArray,
  { slope, intercept }: NiftiFileHeader,
): Float32Array | Float64Array {
  if (slope === 1 && intercept === 0) {
    if (stored instanceof Float32Array || stored instanceof Float64Array) return stored;
    return new Float64Array(stored);
  }
  return Float64Array.from(stored, (value) => value * slope + intercept);
}
