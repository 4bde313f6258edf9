import { compressGzip } from "#shared/nifti/gzip.ts";
import { encodeNifti } from "#shared/nifti/write.ts";
import { defineTask } from "#shared/parallel/pool.ts";
import type { Unit } from "#shared/units.ts";
import { unitFactor } from "#shared/units.ts";
import type { Grid } from "#shared/volume/grid.ts";
import { applyPolicy, type ValuePolicy } from "./value-policy.ts";

/** A map to be written; the arrays lie on shared memory. */
export interface MapToEncode {
  readonly grid: Grid;
  /** Shape [nz, ny, nx], in `unit`; NaN where there is no value. */
  readonly samples: Float32Array;
  /** Shape [nz, ny, nx], codes of shared/fit/status.ts. */
  readonly status: Uint8Array;
  readonly unit: Unit;
  readonly fileUnit: Unit;
  readonly policy: ValuePolicy;
  /** cal_min and cal_max of the file, in the unit of the samples; 0, 0 for none. */
  readonly displayRange: readonly [number, number];
  readonly description: string;
  readonly acquisition3D: boolean;
}

/**
 * One map as .nii.gz on shared memory: policy for voxels without a sound value, unit of the file, NIfTI, gzip.
 * For worker threads.
 */
export const encodeMap = defineTask(
  "encode-map",
  (map: MapToEncode): Uint8Array<SharedArrayBuffer> => {
    const factor = unitFactor(map.unit, map.fileUnit);
    const [low, high] = map.displayRange;
    const encoded = encodeNifti(
      {
        grid: map.grid,
        samples: applyPolicy(map.samples, map.status, map.policy, factor),
        unit: map.fileUnit,
      },
      {
        description: map.description,
        acquisition3D: map.acquisition3D,
        calMin: low * factor,
        calMax: high * factor,
      },
    );
    const packed = compressGzip(encoded);
    const bytes = new Uint8Array(new SharedArrayBuffer(packed.length));
    bytes.set(packed);
    return bytes;
  },
);
