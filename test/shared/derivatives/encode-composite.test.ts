import { gunzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import {
  type CompositeToEncode,
  componentTurn,
  encodeComposite,
} from "#shared/derivatives/encode-composite.ts";
import type { Grid } from "#shared/volume/grid.ts";

// Affine and directions of an oblique DICOM series and the bvec that dcm2niix v1.0.20220720 wrote of it
// (dcm_qa_canon_61, 8000_DTI_PA-ALL_20d_enh).
const affineLps = [
  ...[2.66165955, -0.31441194, 1.3478552010256413, -116.61820221],
  ...[0.89200671, 2.62354749, -1.1494860528205129, -133.9434967],
  ...[-1.05824991, 1.42061376, 2.4211501097435897, -42.37743759],
  ...[0, 0, 0, 1],
];
const directions = [
  [0.2938745617866516, -0.9536514282226562, -0.06470060348510742],
  [0.7973076105117798, -0.21071143448352814, 0.5655980110168457],
];
const bvecs = [
  [-1.86265e-8, 0.895421, 0.445221],
  [0.445221, -5.96047e-7, 0.895421],
];
// Two voxels in a row: columns are not turned in files.
const grid: Grid = { shape: [2, 1, 1], affineLps, origin: "dicom" };

const shared = (values: readonly number[]): Float32Array => {
  const samples = new Float32Array(new SharedArrayBuffer(4 * values.length));
  samples.set(values);
  return samples;
};
const pairs = [
  [0, 0],
  [0, 1],
  [0, 2],
  [1, 1],
  [1, 2],
  [2, 2],
] as const;
const outer = (v: readonly number[]) => pairs.map(([a, b]) => v[a]! * v[b]!);

async function encode(
  kind: CompositeToEncode["kind"],
  voxels: readonly (readonly number[])[],
  changes: Partial<CompositeToEncode> = {},
): Promise<number[][]> {
  const components = voxels[0]!.map((_, c) => shared(voxels.map((voxel) => voxel[c]!)));
  const bytes = gunzipSync(
    await encodeComposite.work({
      ...{ grid, kind, components, description: "", acquisition3D: false },
      status: Uint8Array.of(1, 6),
      policy: { outside: "nan", flagged: "value" },
      ...changes,
    }),
  );
  const values = new Float32Array(bytes.buffer.slice(bytes.byteOffset + 352));
  expect([40, 42, 48].map((at) => bytes.readInt16LE(at))).toEqual([4, 2, voxels[0]!.length]);
  return voxels.map((_, v) => voxels[0]!.map((__, c) => values[2 * c + v]!));
}

describe("a vector", () => {
  test("lies in the frame of the bvec file that belongs to the image", async () => {
    const found = await encode("vector", directions);
    found.forEach((vector, v) => {
      vector.forEach((value, axis) => {
        expect(Math.abs(value - bvecs[v]![axis]!)).toBeLessThan(2e-6);
      });
    });
  });

  test("of a flagged voxel goes as the user wants, and nothing becomes 0", async () => {
    const policy = { outside: "zero", flagged: "nan" } as const;
    const [first, second] = await encode("vector", directions, { policy });
    expect(first![1]).toBeCloseTo(0.895421, 5);
    expect(second).toEqual([0, 0, 0]);
  });
});

test("a tensor, xx xy xz yy yz zz, turns as the product of its vectors", async () => {
  const found = await encode("symmetric-tensor", directions.map(outer));
  found.forEach((tensor, v) => {
    outer(bvecs[v]!).forEach((value, c) => {
      expect(Math.abs(tensor[c]! - value)).toBeLessThan(4e-6);
    });
  });
});

test("an unknown component leaves no component", async () => {
  const broken = directions.map((vector, v) => (v === 0 ? [vector[0]!, Number.NaN, 0] : vector));
  const [first, second] = await encode("vector", broken);
  expect(first).toEqual([Number.NaN, Number.NaN, Number.NaN]);
  expect(second!.every(Number.isFinite)).toBe(true);
});

test("turning keeps length and trace, and a reflection of x changes the signs of xy and xz only", () => {
  const reflection = [-1, 0, 0, 0, 1, 0, 0, 0, 1];
  const diagonal = (matrix: readonly (readonly number[])[]) => matrix.map((row, n) => row[n]! + 0);
  expect(diagonal(componentTurn("vector", reflection))).toEqual([-1, 1, 1]);
  expect(diagonal(componentTurn("symmetric-tensor", reflection))).toEqual([1, -1, -1, 1, 1, 1]);
});
