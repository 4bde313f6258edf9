import { describe, expect, test } from "vitest";
import { affineFromAxes } from "#shared/volume/affine.ts";
import { type Grid, type Vector3, voxelCentre, voxelCount } from "#shared/volume/grid.ts";
import { resampleTrilinear } from "#shared/volume/resample.ts";

const source: Grid = {
  shape: [9, 8, 7],
  affineLps: affineFromAxes([2, 0, 0], [0, 2.5, 0], [0, 0, 3], [-8, -9, -9]),
  origin: "nifti",
};

/** Trilinear interpolation reproduces what is linear in space, whatever the grids. */
const linear = ([x, y, z]: Vector3) => 1 + 0.01 * x - 0.02 * y + 0.005 * z;

function sampled(grid: Grid, value: (centre: Vector3) => number): Float64Array {
  const samples = new Float64Array(voxelCount(grid));
  let at = 0;
  for (let k = 0; k < grid.shape[2]; k++)
    for (let j = 0; j < grid.shape[1]; j++)
      for (let i = 0; i < grid.shape[0]; i++) samples[at++] = value(voxelCentre(grid, [i, j, k]));
  return samples;
}

/** Oblique, finer, inside the source. */
const oblique: Grid = {
  shape: [10, 9, 4],
  affineLps: affineFromAxes([0.48, 0.36, 0], [-0.3, 0.4, 0], [0.1, 0, 1.1], [-2, -3, -2]),
  origin: "dicom",
};

test("what is linear in space is met exactly on an oblique grid", () => {
  const resampled = resampleTrilinear(source, sampled(source, linear), oblique);
  const truth = sampled(oblique, linear);
  expect(resampled.buffer).toBeInstanceOf(SharedArrayBuffer);
  truth.forEach((value, v) => {
    expect(resampled[v]).toBeCloseTo(value, 6);
  });
});

test("onto its own grid an image is itself", () => {
  const samples = sampled(source, ([x, y, z]) => Math.fround(Math.sin(x * 3 + y * 7 + z)));
  expect(resampleTrilinear(source, samples, source)).toEqual(Float32Array.from(samples));
});

describe("outside", () => {
  const shifted = (x: number): Grid => ({
    shape: [1, 1, 1],
    affineLps: affineFromAxes([1, 0, 0], [0, 1, 0], [0, 0, 1], [x, 0, 0]),
    origin: "dicom",
  });
  const samples = sampled(source, linear);

  test("there is no value, from half a voxel beyond the last centre on", () => {
    expect(resampleTrilinear(source, samples, shifted(9.1))[0]).toBeNaN();
    expect(resampleTrilinear(source, samples, shifted(-9.1))[0]).toBeNaN();
    expect(resampleTrilinear(source, samples, shifted(8.9))[0]).toBeCloseTo(linear([8, 0, 0]), 6);
  });

  test("a single slice reaches as far as it is thick", () => {
    const slice: Grid = { ...source, shape: [9, 8, 1] };
    const values = sampled(slice, linear);
    const at = (z: number): Grid => ({
      ...oblique,
      shape: [1, 1, 1],
      affineLps: affineFromAxes([1, 0, 0], [0, 1, 0], [0, 0, 1], [0, 0, z]),
    });
    expect(resampleTrilinear(slice, values, at(-7.6))[0]).toBeCloseTo(linear([0, 0, -9]), 6);
    expect(resampleTrilinear(slice, values, at(-7.4))[0]).toBeNaN();
  });
});

test("neighbours without value do not count; where most have none there is none", () => {
  const samples = sampled(source, () => 2);
  samples[0] = Number.NaN;
  const near = (x: number): Grid => ({
    ...oblique,
    shape: [1, 1, 1],
    affineLps: affineFromAxes([1, 0, 0], [0, 1, 0], [0, 0, 1], [x, -9, -9]),
  });
  expect(resampleTrilinear(source, samples, near(-6.5))[0]).toBe(2);
  expect(resampleTrilinear(source, samples, near(-7.5))[0]).toBeNaN();
});
