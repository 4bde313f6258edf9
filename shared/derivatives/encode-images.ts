import { compressGzip } from "#shared/nifti/gzip.ts";
import { encodeNifti4D } from "#shared/nifti/write.ts";
import { defineTask } from "#shared/parallel/pool.ts";
import { type Grid, voxelCount } from "#shared/volume/grid.ts";
import { gatherCurves, type SignalSource } from "#shared/volume/series-volume.ts";

/** Images of a series to be written as they were measured; the stored values lie on shared memory. */
export interface ImagesToEncode {
  readonly grid: Grid;
  readonly source: SignalSource;
  /** Indices along the contrast axis, in the order of the file. */
  readonly order: readonly number[];
  readonly description: string;
  readonly acquisition3D: boolean;
}

/** Images as 4D .nii.gz of float32 on shared memory: signal units, slope and intercept of each frame applied. For worker threads. */
export const encodeImages = defineTask(
  "encode-images",
  ({
    grid,
    source,
    order,
    description,
    acquisition3D,
  }: ImagesToEncode): Uint8Array<SharedArrayBuffer> => {
    const voxels = voxelCount(grid);
    const signals = new Float64Array(voxels);
    const volumes = order.map((contrast) => {
      gatherCurves(source, [contrast], 0, voxels, signals);
      return Float32Array.from(signals);
    });
    const packed = compressGzip(encodeNifti4D(grid, volumes, { description, acquisition3D }));
    const bytes = new Uint8Array(new SharedArrayBuffer(packed.length));
    bytes.set(packed);
    return bytes;
  },
);
