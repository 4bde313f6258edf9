import { compressGzip } from "#shared/nifti/gzip.ts";
import { encodeNiftiColours, type NiftiOptions } from "#shared/nifti/write.ts";
import { defineTask } from "#shared/parallel/pool.ts";
import type { Grid } from "#shared/volume/grid.ts";

/** A colour map to be written. */
export interface ColoursToEncode {
  readonly grid: Grid;
  /** Red, green, blue and opacity, shape [nz, ny, nx, 4], on shared memory. */
  readonly colours: Uint8Array;
  readonly options: NiftiOptions;
}

/** A colour map as .nii.gz of type RGB24 on shared memory; for worker threads. */
export const encodeColours = defineTask(
  "encode-colours",
  ({ grid, colours, options }: ColoursToEncode): Uint8Array<SharedArrayBuffer> => {
    const packed = compressGzip(encodeNiftiColours(grid, colours, options));
    const bytes = new Uint8Array(new SharedArrayBuffer(packed.length));
    bytes.set(packed);
    return bytes;
  },
);
