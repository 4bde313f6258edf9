import { describe, expect, test } from "vitest";
import { openPool } from "#shared/parallel/pool.ts";
import { findShells } from "#shared/volume/diffusion-shells.ts";
import type { SeriesVolume } from "#shared/volume/series-volume.ts";
import { averageShells } from "#shared/volume/shell-average.ts";
import { seriesOf, simulateSeries } from "./simulated-series.ts";

/** A series of `bValues.length` images of the given voxels, image after image. */
function seriesWith(
  bValues: readonly number[],
  images: readonly (readonly number[])[],
  changes: Partial<SeriesVolume> = {},
): SeriesVolume {
  const voxels = images[0]!.length;
  const stored = new Float64Array(new SharedArrayBuffer(8 * voxels * images.length));
  stored.set(images.flat());
  const series = seriesOf(stored, [voxels, 1, 1], images.length);
  return { ...series, axis: { ...series.axis, values: bValues }, ...changes };
}

const average = (series: SeriesVolume) =>
  averageShells(series, findShells({ bValues: series.axis.values }), openPool(1, ""));

describe("the geometric mean of a shell", () => {
  test("decays with a third of the trace, where the arithmetic mean does not", async () => {
    // D = (1.4, 0.9, 0.6)e-3 mm²/s, b = 1000: third of the trace 0.96667e-3.
    const signals = [1.4, 0.9, 0.6].map((d) => 1000 * Math.exp(-d));
    const averaged = await average(
      seriesWith([0, 1000, 1000, 1000], [[1000], ...signals.map((s) => [s])]),
    );
    expect(averaged.axis.values).toEqual([0, 1000]);
    const [s0, s1] = averaged.stored;
    expect(Math.log(s0! / s1!)).toBeCloseTo(2.9 / 3, 6);
    const arithmetic = signals.reduce((sum, s) => sum + s, 0) / 3;
    expect(Math.log(1000 / arithmetic)).toBeCloseTo(0.91464, 5);
  });

  test("is exact at the mean b-value, when the b-values of a shell scatter", async () => {
    const bValues = [0, 989, 995, 1004];
    const images = bValues.map((b) => [500 * Math.exp(-b * 8e-4)]);
    const averaged = await average(seriesWith(bValues, images));
    expect(averaged.axis.values[1]).toBeCloseTo(996, 10);
    expect(averaged.stored[1]).toBeCloseTo(500 * Math.exp(-996 * 8e-4), 4);
  });

  test("leaves samples out that have no logarithm; without any the voxel has no value", async () => {
    const images = [
      [4, 0, Number.NaN, -1],
      [9, 5, 7, 0],
    ];
    const averaged = await average(seriesWith([1000, 1000], images));
    expect([...averaged.stored]).toEqual([6, 5, 7, Number.NaN]);
  });

  test("is of signals, not of stored numbers, and padding is no signal", async () => {
    const series = seriesWith(
      [500, 500],
      [
        [1, 9],
        [2, 9],
      ],
      {
        slope: Float64Array.of(2, 9),
        intercept: Float64Array.of(0, 0),
        padding: { low: 9, high: 9 },
      },
    );
    const averaged = await average(series);
    expect(averaged.stored[0]).toBe(6);
    expect(averaged.stored[1]).toBeNaN();
    expect(averaged.padding).toBeUndefined();
    expect([...averaged.slope]).toEqual([1]);
  });

  test("of a thousand large or tiny signals neither overflows nor vanishes", async () => {
    const images = Array.from({ length: 1000 }, (_, n) => [n % 2 ? 1e30 : 4e30, 1e-30]);
    const averaged = await average(
      seriesWith(
        images.map(() => 800),
        images,
      ),
    );
    expect(averaged.stored[0]! / 2e30).toBeCloseTo(1, 6);
    expect(averaged.stored[1]! / 1e-30).toBeCloseTo(1, 6);
  });

  test("of noise at twice sigma lies 2 % above the signal, where the magnitude lies 14 % above", async () => {
    const [sigma, signal, images] = [10, 20, 400];
    const noisy = simulateSeries({ shape: [40, 20, 1], images, sigma, signal: () => signal });
    const shared = new Float32Array(new SharedArrayBuffer(noisy.stored.byteLength));
    shared.set(noisy.stored);
    const series = {
      ...noisy,
      stored: shared,
      axis: { ...noisy.axis, values: shared.subarray(0, images) },
    };
    const shell = { ...findShells({ bValues: [1000] })[0]!, contrasts: [...Array(images).keys()] };
    const averaged = await averageShells(
      series as unknown as SeriesVolume,
      [shell],
      openPool(1, ""),
    );
    const mean = (values: ArrayLike<number>) =>
      Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;
    // ln A + E1(A²/2σ²)/2 with E1(2) = 0.0489005; mean of the Rice distribution 2.27239 σ.
    expect(mean(averaged.stored) / signal).toBeCloseTo(Math.exp(0.0489005 / 2), 2);
    expect(mean(shared) / signal).toBeCloseTo(2.27239 / 2, 2);
  });

  test("keeps the identity and the grid, and lies on shared memory", async () => {
    const series = seriesWith([0, 0, 1000], [[1], [1], [1]]);
    const averaged = await average(series);
    expect(averaged.identity).toBe(series.identity);
    expect(averaged.grid).toBe(series.grid);
    expect(averaged.stored.buffer).toBeInstanceOf(SharedArrayBuffer);
    expect(averaged.diffusion).toBeUndefined();
  });
});
