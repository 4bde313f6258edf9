import { expect, test } from "vitest";
import { scaleImage, viewImage } from "#shared/volume/ndarray-view.ts";
import { seriesOf } from "./simulated-series.ts";

const stored = Int16Array.from({ length: 72 }, (_, n) => 3 * n - 50);
const series = { ...seriesOf(stored, [4, 3, 2], 3), padding: { low: 40, high: 40 } };
series.slope.set([1, 2, 0.5, 3, 1, 1]);
series.intercept.set([0, 10, -4, 1, 0, 2]);

test("an image is seen as (i, j, k) of its contrast, without a copy", () => {
  const view = viewImage(series, 2);
  expect(view.shape).toEqual([4, 3, 2]);
  expect(view.get(1, 2, 1)).toBe(stored[2 * 24 + 12 + 8 + 1]);
  expect(view.data).toBe(series.stored);
});

test.each([0, 1, 2])(
  "image %d in signal units is that of a flat loop, with the scaling of each frame",
  (contrast) => {
    const { samples, unit } = scaleImage(series, contrast);
    expect(unit).toBe("arbitrary");
    expect(samples.buffer).toBeInstanceOf(SharedArrayBuffer);
    expect(samples).toHaveLength(24);
    for (const [v, value] of samples.entries()) {
      const frame = contrast * 2 + Math.floor(v / 12);
      const raw = stored[contrast * 24 + v]!;
      const signal = Math.fround(
        Math.fround(raw * series.slope[frame]!) + series.intercept[frame]!,
      );
      expect(value).toBe(raw === 40 ? Number.NaN : signal);
    }
  },
);
