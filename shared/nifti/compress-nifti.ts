import { defineTask } from "#shared/parallel/pool.ts";
import type { Volume } from "#shared/volume/volume.ts";
import { compressGzip, compressRuns } from "./gzip.ts";
import { encodeNifti, type NiftiOptions } from "./write.ts";

/** What compressNifti takes; samples should lie on shared memory. */
export interface NiftiToCompress {
  readonly volume: Volume;
  readonly options: NiftiOptions;
  /** True for masks and label maps of 8 bit: see compressRuns. Default false. */
  readonly runs?: boolean;
}

/** The last mask before it was packed: masks come by the dozen, and all of one size. */
let room: Uint8Array<ArrayBuffer> | undefined;

/**
 * A volume as gzipped NIfTI (.nii.gz), for worker threads.
 *
 * The bytes lie on shared memory, so that they reach the caller without a copy.
 */
export const compressNifti = defineTask(
  "compress-nifti",
  ({ volume, options, runs }: NiftiToCompress): Uint8Array<SharedArrayBuffer> => {
    const bytes = encodeNifti(volume, options, runs === true ? room : undefined);
    if (runs === true) room = bytes;
    const packed = runs === true ? compressRuns(bytes) : compressGzip(bytes);
    const shared = new Uint8Array(new SharedArrayBuffer(packed.length));
    shared.set(packed);
    return shared;
  },
);
