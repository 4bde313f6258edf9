import { expect, test } from "vitest";
import { chooseSampleVoxels } from "#shared/derivatives/sample-voxels.ts";

function choose(samples: number[], errors: number[], status: number[]) {
  return chooseSampleVoxels(
    ...([Float32Array.from(samples), Float32Array.from(errors), Uint8Array.from(status)] as const),
    "T2",
  );
}

test("five voxels from the low to the high end, and the least certain one", () => {
  const samples = Array.from({ length: 101 }, (_, v) => v + 1);
  const errors = samples.map((value) => (value === 31 ? 20 : 0.1));
  const chosen = choose(
    samples,
    errors,
    samples.map(() => 1),
  );
  expect(chosen).toEqual([
    { voxel: 5, label: "5th percentile of T2" },
    { voxel: 25, label: "25th percentile of T2" },
    { voxel: 50, label: "median of T2" },
    { voxel: 75, label: "75th percentile of T2" },
    { voxel: 95, label: "95th percentile of T2" },
    { voxel: 30, label: "largest relative standard error" },
  ]);
});

test("one voxel of each other status of the mask, by name", () => {
  const chosen = choose([5, 0, 9, 9, 7], [1, 1, 1, 1, 1], [1, 0, 6, 6, 2]);
  expect(chosen.filter(({ label }) => label.startsWith("status"))).toEqual([
    { voxel: 4, label: "status 2, noise" },
    { voxel: 2, label: "status 6, upper-bound" },
  ]);
});

test("no voxel is shown twice, and none outside the mask", () => {
  const chosen = choose([40, 40, 40, 40], [1, 1, 1, 1], [1, 1, 0, 1]);
  const voxels = chosen.map(({ voxel }) => voxel);
  expect(new Set(voxels).size).toBe(voxels.length);
  expect([...voxels].sort()).toEqual([0, 1, 3]);
});

test("a fit without a valid voxel shows why", () => {
  expect(choose([Number.NaN, Number.NaN], [0, 0], [2, 3])).toEqual([
    { voxel: 0, label: "status 2, noise" },
    { voxel: 1, label: "status 3, invalid-input" },
  ]);
});

test("a standard error that is no number is not the largest", () => {
  const chosen = choose(
    [1, 2, 3, 4, 5, 6, 7],
    [0.1, Number.NaN, 0.1, 0.1, 0.1, 0.1, 0.1],
    [1, 1, 1, 1, 1, 1, 1],
  );
  expect(chosen.find(({ label }) => label.startsWith("largest"))?.voxel).not.toBe(1);
});
