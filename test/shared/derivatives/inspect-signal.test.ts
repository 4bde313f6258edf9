import { expect, test } from "vitest";
import { inspectSignal } from "#shared/derivatives/inspect-signal.ts";
import { seriesOf, simulateSeries } from "#test/shared/volume/simulated-series.ts";

test("counts the masked voxels and takes the median of their first image", () => {
  const stored = Float32Array.of(5, 1, 3, 100, 4, 2, 2, 2);
  const series = seriesOf(stored, [4, 1, 1], 2);
  const inspection = inspectSignal(series, [0, 1], Uint8Array.of(1, 1, 1, 0));
  expect(inspection).toMatchObject({ voxels: 3, medianFirst: 3, rising: 1 });
});

test("only the images used count", () => {
  const series = seriesOf(Float32Array.of(9, 9, 1, 1, 5, 5), [2, 1, 1], 3);
  const mask = Uint8Array.of(1, 1);
  expect(inspectSignal(series, [1, 2], mask)).toMatchObject({ rising: 2, largest: 5 });
  expect(inspectSignal(series, [0, 1], mask)).toMatchObject({ rising: 0, largest: 9 });
});

test("many voxels at the largest value are clipped, a single maximum is not", () => {
  const shape = [40, 40, 1] as const;
  const signal = (i: number, j: number) => 1000 + 10 * i + j;
  const clipped = simulateSeries({ shape, images: 3, sigma: 1, signal: () => 5000 });
  const at4095 = clipped.stored.map((value) => Math.min(4095, value)) as Float32Array;
  const mask = new Uint8Array(1600).fill(1);
  const found = inspectSignal({ ...clipped, stored: at4095 }, [0, 1, 2], mask);
  expect(found).toMatchObject({ saturated: 1600, largest: 4095 });
  const sound = simulateSeries({ shape, images: 3, sigma: 1, signal });
  expect(inspectSignal(sound, [0, 1, 2], mask).saturated).toBe(0);
});

test("an empty mask has no median, and a voxel without a number no part in it", () => {
  const series = seriesOf(Float32Array.of(Number.NaN, 4, 1, 1), [2, 1, 1], 2);
  expect(inspectSignal(series, [0, 1], Uint8Array.of(0, 0))).toMatchObject({
    ...{ voxels: 0, medianFirst: Number.NaN, saturated: 0 },
  });
  expect(inspectSignal(series, [0, 1], Uint8Array.of(1, 1)).medianFirst).toBe(4);
});
