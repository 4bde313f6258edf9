import type { Composite } from "#shared/models/signal-model.ts";
import { fslFrame } from "#shared/nifti/fsl-frame.ts";
import { compressGzip } from "#shared/nifti/gzip.ts";
import { encodeNifti4D } from "#shared/nifti/write.ts";
import { defineTask } from "#shared/parallel/pool.ts";
import type { Grid, Matrix3 } from "#shared/volume/grid.ts";
import { rotateTensor, rotateVector } from "#shared/volume/rotation.ts";
import { applyPolicy, type ValuePolicy } from "./value-policy.ts";

/** A vector or tensor to be written; the arrays lie on shared memory. */
export interface CompositeToEncode {
  readonly grid: Grid;
  readonly kind: Composite["kind"];
  /**
   * In patient coordinates (L, P, S), shape [nz, ny, nx] each: x, y, z of a vector; xx, xy, xz, yy, yz, zz of a tensor.
   */
  readonly components: readonly Float32Array[];
  /** Shape [nz, ny, nx], codes of shared/fit/status.ts. */
  readonly status: Uint8Array;
  readonly policy: ValuePolicy;
  readonly description: string;
  readonly acquisition3D: boolean;
}

/**
 * A vector or tensor as 4D .nii.gz on shared memory, its components turned to the frame in which FSL keeps gradient
 * directions for the file as written. For worker threads.
 */
export const encodeComposite = defineTask(
  "encode-composite",
  (composite: CompositeToEncode): Uint8Array<SharedArrayBuffer> => {
    const { grid, kind, components, status, policy, description, acquisition3D } = composite;
    const turn = componentTurn(kind, fslFrame(grid, acquisition3D));
    const turned = turnComponents(components, turn).map((samples) =>
      applyPolicy(samples, status, policy),
    );
    const packed = compressGzip(encodeNifti4D(grid, turned, { description, acquisition3D }));
    const bytes = new Uint8Array(new SharedArrayBuffer(packed.length));
    bytes.set(packed);
    return bytes;
  },
);

/** Places of xx, xy, xz, yy, yz, zz in the order xx, yy, zz, xy, xz, yz. */
const tensorPlaces = [0, 3, 4, 1, 5, 2];

/**
 * What a rotation does to the components, which is linear for vectors and tensors alike: component r of the result is the
 * sum of turn[r][c] times component c.
 */
export function componentTurn(
  kind: Composite["kind"],
  frame: Matrix3,
): readonly (readonly number[])[] {
  const count = kind === "vector" ? 3 : 6;
  const columns = Array.from({ length: count }, (_, c): readonly number[] => {
    if (kind === "vector") return rotateVector(frame, [+(c === 0), +(c === 1), +(c === 2)]);
    const unit = Array.from({ length: 6 }, (_, place) => +(place === tensorPlaces[c]));
    const turned = rotateTensor(frame, unit);
    return tensorPlaces.map((place) => turned[place]!);
  });
  return columns.map((_, r) => columns.map((column) => column[r]!));
}

function turnComponents(
  components: readonly Float32Array[],
  turn: readonly (readonly number[])[],
): readonly Float32Array[] {
  return turn.map((row) => {
    const out = new Float32Array(components[0]!.length);
    for (let v = 0; v < out.length; v++) {
      let sum = 0;
      for (let c = 0; c < row.length; c++) sum += row[c]! * components[c]![v]!;
      out[v] = sum;
    }
    return out;
  });
}
