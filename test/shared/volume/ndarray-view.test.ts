import { describe, expect, test } from "vitest";
import type { Grid } from "#shared/volume/grid.ts";
import type { View } from "#shared/volume/ndarray-view.ts";
import {
  averageImages,
  pickPlane,
  summarizeView,
  tilePlanes,
  viewImage,
  viewVolume,
} from "#shared/volume/ndarray-view.ts";
import type { Volume } from "#shared/volume/volume.ts";
import { seriesOf } from "./simulated-series.ts";

const grid: Grid = {
  shape: [4, 3, 2],
  affineLps: [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1],
  origin: "dicom",
};
const volume: Volume = {
  grid,
  samples: Float32Array.from({ length: 24 }, (_, v) => v * v),
  unit: "1",
};

const asAcquired = { width: 4, height: 3, origin: 0, stepRight: 1, stepDown: 4 };

const rows = (view: View): number[][] =>
  Array.from({ length: view.shape[0]! }, (_, y) =>
    Array.from({ length: view.shape[1]! }, (__, x) => view.get(y, x)),
  );

describe("views", () => {
  test("a volume is seen as (i, j, k), without a copy", () => {
    const view = viewVolume(volume);
    for (let k = 0; k < 2; k++)
      for (let j = 0; j < 3; j++)
        for (let i = 0; i < 4; i++) expect(view.get(i, j, k)).toBe((i + 4 * j + 12 * k) ** 2);
    expect(view.data).toBe(volume.samples);
  });

  test("a slice is picked as acquired, mirrored or turned", () => {
    const slice = (numbers: number[][]) => numbers.map((row) => row.map((v) => (v + 12) ** 2));
    expect(rows(pickPlane(volume, 1, asAcquired))).toEqual(
      slice([
        [0, 1, 2, 3],
        [4, 5, 6, 7],
        [8, 9, 10, 11],
      ]),
    );
    const mirrored = { ...asAcquired, origin: 3, stepRight: -1 };
    expect(rows(pickPlane(volume, 1, mirrored))).toEqual(
      slice([
        [3, 2, 1, 0],
        [7, 6, 5, 4],
        [11, 10, 9, 8],
      ]),
    );
    const turned = { width: 3, height: 4, origin: 0, stepRight: 4, stepDown: 1 };
    expect(rows(pickPlane(volume, 1, turned))).toEqual(
      slice([
        [0, 4, 8],
        [1, 5, 9],
        [2, 6, 10],
        [3, 7, 11],
      ]),
    );
  });

  test("least, largest and mean are those of a flat loop", () => {
    const view = pickPlane(volume, 1, asAcquired);
    const flat = [...volume.samples.subarray(12)];
    const mean = flat.reduce((sum, value) => sum + value, 0) / 12;
    expect(summarizeView(view)).toEqual({ min: Math.min(...flat), max: Math.max(...flat), mean });
  });

  test("tiles stand row by row with gaps of NaN", () => {
    const tile = (value: number): View =>
      viewVolume({
        grid: { ...grid, shape: [1, 2, 1] },
        samples: Uint8Array.of(value, value + 1),
        unit: "1",
      })
        .pick(null, null, 0)
        .transpose(1, 0);
    const { width, height, samples } = tilePlanes([tile(1), tile(3), tile(5)], 2, 1);
    expect([width, height]).toEqual([3, 5]);
    const o = Number.NaN;
    expect([...samples]).toEqual([1, o, 3, 2, o, 4, o, o, o, 5, o, o, 6, o, o]);
    expect(tilePlanes([], 3)).toMatchObject({ width: 0, height: 0 });
    expect(() => tilePlanes([tile(1), viewVolume(volume).pick(null, null, 0)], 2)).toThrow("sizes");
  });

  test("the mean of echoes is that of a flat loop, with the scaling of each frame", () => {
    const stored = Int16Array.from({ length: 72 }, (_, n) => 3 * n - 50);
    const series = { ...seriesOf(stored, grid.shape, 3), padding: { low: 40, high: 40 } };
    series.slope.set([1, 2, 0.5, 3, 1, 1]);
    series.intercept.set([0, 10, -4, 1, 0, 2]);
    expect(viewImage(series, 2).get(1, 2, 1)).toBe(stored[2 * 24 + 12 + 8 + 1]);
    const { samples } = averageImages(series, [0, 2]);
    expect(samples.buffer).toBeInstanceOf(SharedArrayBuffer);
    samples.forEach((value, v) => {
      const k = Math.floor(v / 12);
      const [a, b] = [stored[v]!, stored[48 + v]!];
      const mean =
        (a * series.slope[k]! +
          series.intercept[k]! +
          b * series.slope[4 + k]! +
          series.intercept[4 + k]!) /
        2;
      expect(value).toBe(a === 40 || b === 40 ? Number.NaN : Math.fround(mean));
    });
  });
});
