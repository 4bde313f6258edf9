import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { foregroundMask, thresholdMask } from "#shared/volume/foreground.ts";
import type { Vector3 } from "#shared/volume/grid.ts";
import { ellipse, type Simulation, seriesOf, simulateSeries } from "./simulated-series.ts";

const shape: Vector3 = [96, 80, 2];
const sigma = 10;
const inMouse = ellipse(shape, 0.35);
const inTube = (i: number, j: number): boolean => (i - 10) ** 2 + (j - 10) ** 2 < 16;
const inLung = (i: number, j: number): boolean => (i - 48) ** 2 + (j - 40) ** 2 < 25;

/** A mouse with a dark lung, and a small tube in the corner. */
const mouse: Simulation["signal"] = (i, j, _k, n) => {
  const te = 11 * (n + 1);
  if (inTube(i, j)) return 1000 * Math.exp(-te / 200);
  return inMouse(i, j) && !inLung(i, j) ? (250 + 150 * Math.sin(i / 5)) * Math.exp(-te / 40) : 0;
};
const truth = (i: number, j: number): boolean => inTube(i, j) || inMouse(i, j);

/** Voxels that are wrongly in or out, as a part of the slice; the two outermost rings of objects are not counted. */
function errors(samples: Uint8Array, expected = truth): number {
  let wrong = 0;
  samples.forEach((inside, at) => {
    const i = at % shape[0];
    const j = Math.floor(at / shape[0]) % shape[1];
    const around = [-2, 0, 2].flatMap((di) => [-2, 0, 2].map((dj) => expected(i + di, j + dj)));
    const clear = around.every((value) => value === around[0]);
    if (clear && inside !== Number(expected(i, j))) wrong++;
  });
  return wrong / samples.length;
}

describe("foregroundMask", () => {
  test.each([
    ["known", sigma],
    ["unknown", undefined],
  ])(
    "with noise %s it holds the animal, its lung and the tube beside it, and nothing else",
    (_, known) => {
      const series = simulateSeries({ shape, signal: mouse });
      const { samples, grid } = foregroundMask(series, { sigma: known, threshold: 3 });
      expect(samples.buffer).toBeInstanceOf(SharedArrayBuffer);
      expect(grid).toBe(series.grid);
      expect(errors(samples)).toBe(0);
      expect(samples[10 + 96 * 10]).toBe(1);
      expect(samples[48 + 96 * 40]).toBe(1);
    },
  );

  test("a few voxels a hundred times brighter change nothing", () => {
    const series = simulateSeries({ shape, signal: mouse });
    for (let n = 0; n < 40; n++) series.stored[48 + 96 * 30 + n * 7] = 1e6;
    expect(errors(foregroundMask(series, { sigma: undefined, threshold: 3 }).samples)).toBe(0);
  });

  test("dim tissue above the noise threshold stays in, although Otsu would cut it", () => {
    const signal: Simulation["signal"] = (i, j) => (inTube(i, j) ? 4000 : inMouse(i, j) ? 90 : 0);
    const { samples } = foregroundMask(simulateSeries({ shape, signal }), { sigma, threshold: 3 });
    expect(errors(samples)).toBeLessThan(0.001);
  });

  test("the image with the most signal decides, whichever it is", () => {
    const recovering: Simulation["signal"] = (i, j, _k, n) => (inMouse(i, j) ? 40 * n : 0);
    const { samples } = foregroundMask(simulateSeries({ shape, signal: recovering }), {
      sigma,
      threshold: 3,
    });
    expect(errors(samples, inMouse)).toBe(0);
  });

  test("an image full of tissue is taken whole", () => {
    const signal: Simulation["signal"] = (i, j) => 500 + 200 * Math.sin(i / 8) * Math.cos(j / 5);
    const { samples } = foregroundMask(simulateSeries({ shape, signal }), {
      sigma: undefined,
      threshold: 3,
    });
    expect(samples.every((inside) => inside === 1)).toBe(true);
  });

  test("noise alone gives an empty mask", () => {
    const { samples } = foregroundMask(simulateSeries({ shape, signal: () => 0 }), {
      sigma,
      threshold: 3,
    });
    expect(samples.includes(1)).toBe(false);
  });

  test("padding and NaN stay out, also inside the animal", () => {
    const series = simulateSeries({ shape, signal: mouse });
    series.stored[30 + 96 * 40] = Number.NaN;
    series.stored[60 + 96 * 40] = -1;
    const padded = { ...series, padding: { low: -1, high: -1 } };
    const { samples } = foregroundMask(padded, { sigma, threshold: 3 });
    expect([samples[30 + 96 * 40], samples[60 + 96 * 40], samples[62 + 96 * 40]]).toEqual([
      0, 0, 1,
    ]);
  });

  test("zeros, constants, NaN and single voxels never crash", () => {
    const options = [
      { sigma: undefined, threshold: 3 },
      { sigma: 1, threshold: 3 },
      { sigma: 0, threshold: 0 },
    ];
    for (const value of [0, 7, Number.NaN, Number.POSITIVE_INFINITY, -5]) {
      for (const option of options) {
        const { samples } = foregroundMask(
          seriesOf(new Float32Array(192).fill(value), [8, 8, 1], 3),
          option,
        );
        expect(samples).toHaveLength(64);
        if (value === 0 || !Number.isFinite(value)) expect(samples.includes(1)).toBe(false);
        foregroundMask(seriesOf(new Float32Array([value]), [1, 1, 1], 1), option);
      }
    }
  });

  const scan = join(
    process.env["XNAT_PIC_DATA"] ?? "../shared/data",
    "bruker/acidocest_pv601/2/pdata/1/2dseq",
  );
  test.skipIf(!existsSync(scan))(
    "a mouse scan with ghosts: the animal is in, the corners are out",
    () => {
      const bytes = readFileSync(scan);
      const stored = new Int16Array(
        bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length),
      );
      const { samples } = foregroundMask(seriesOf(stored, [128, 128, 1], 24), {
        sigma: 60,
        threshold: 3,
      });
      const part = samples.reduce((sum, inside) => sum + inside, 0) / samples.length;
      expect(part).toBeGreaterThan(0.2);
      expect(part).toBeLessThan(0.4);
      expect([samples[2 + 128 * 2], samples[125 + 128 * 125], samples[70 + 128 * 65]]).toEqual([
        0, 0, 1,
      ]);
    },
  );
});

describe("thresholdMask", () => {
  test("keeps what is above a part of the bright end, or above a signal", () => {
    const stored = Float32Array.from({ length: 1000 }, (_, v) => v);
    const series = seriesOf(stored, [100, 10, 1], 1);
    const count = (mask: { samples: Uint8Array }): number =>
      mask.samples.reduce((a, b) => a + b, 0);
    expect(count(thresholdMask(series, { absolute: 899 }))).toBe(100);
    // The 98th percentile is 980.
    expect(count(thresholdMask(series, { fraction: 0.5 }))).toBe(1000 - 491);
    expect(
      count(thresholdMask(seriesOf(new Float32Array(64), [8, 8, 1], 1), { fraction: 0.1 })),
    ).toBe(0);
  });
});
