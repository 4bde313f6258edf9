import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Vector3 } from "#shared/volume/grid.ts";
import { estimateNoise } from "#shared/volume/noise.ts";
import { ellipse, type Simulation, seriesOf, simulateSeries } from "./simulated-series.ts";

const shape: Vector3 = [96, 80, 2];
const sigma = 10;

/** Tissue with T2 of 15 to 65 ms and an uneven coil, SNR around `snr` before decay. */
function tissue(part: number, snr = 40): Simulation["signal"] {
  const inside = ellipse(shape, part);
  return (i, j, k, n) => {
    if (!inside(i, j)) return 0;
    const t2 = 40 + 25 * Math.sin(i / 9) * Math.cos(j / 7 + k);
    return snr * sigma * (1 + 0.6 * Math.sin(i / 5 + j / 11)) * Math.exp((-11 * (n + 1)) / t2);
  };
}

function relativeError(simulation: Simulation): number {
  const { sigma: found, source } = estimateNoise(simulateSeries({ shape, ...simulation }));
  expect(found, source).toBeDefined();
  return Math.abs(found! / (simulation.sigma ?? sigma) - 1);
}

function refusal(simulation: Simulation): string {
  const { sigma: found, source } = estimateNoise(simulateSeries({ shape, ...simulation }));
  expect(found, source).toBeUndefined();
  return source;
}

describe("estimateNoise", () => {
  const parts = [0.2, 0.4, 0.6, 0.8];
  test.each(parts.flatMap((part) => [2, 3, 6, 16].map((images) => [part, images] as const)))(
    "finds sigma within 5 % when the animal fills %s of the field of view, %s images",
    (part, images) => {
      expect(relativeError({ images, signal: tissue(part) })).toBeLessThan(0.05);
    },
  );

  test.each([0.01, 0.03, 0.06, 0.1])("ghosts of %s of the signal do not disturb it", (strength) => {
    const inside = ellipse(shape, 0.5);
    const body = tissue(0.5);
    const signal: Simulation["signal"] = (i, j, k, n) =>
      !inside(i, j) && Math.abs(i - shape[0] / 2) < 0.3 * shape[0]
        ? strength * 40 * sigma * Math.exp((-11 * (n + 1)) / 50)
        : body(i, j, k, n);
    expect(relativeError({ images: 16, signal })).toBeLessThan(0.05);
  });

  test("noise that a receiver filter took away at the edges does not pull it down", () => {
    const edge = (i: number): number => Math.min(i, shape[0] - 1 - i);
    const level = (i: number): number => Math.min(1, 0.7 + 0.08 * edge(i));
    expect(relativeError({ images: 16, signal: tissue(0.4), level })).toBeLessThan(0.05);
  });

  test("a homogeneous tube is not taken for background", () => {
    const inside = ellipse(shape, 0.6);
    for (const images of [2, 4, 10]) {
      const signal = (i: number, j: number, _k: number, n: number) =>
        inside(i, j) ? 300 * Math.exp(-n / 10) : 0;
      expect(relativeError({ images, signal })).toBeLessThan(0.05);
    }
  });

  test.each([1.5, 2, 3, 10])(
    "noise of %s counts in whole numbers is found within a twentieth",
    (counts) => {
      const signal: Simulation["signal"] = (...at) => (tissue(0.5)(...at) * counts) / sigma;
      for (const images of [3, 10]) {
        expect(relativeError({ images, sigma: counts, signal, stored: Uint16Array })).toBeLessThan(
          0.05,
        );
      }
    },
  );

  test("noise below the step of the stored values is refused", () => {
    const signal = tissue(0.5);
    for (const counts of [0.3, 0.7]) refusal({ sigma: counts, signal, stored: Int16Array });
  });

  test("slope and intercept of the frames count", () => {
    const series = simulateSeries({ shape, signal: tissue(0.5) });
    series.slope.fill(0.25);
    expect(estimateNoise(series).sigma! / (sigma / 4)).toBeCloseTo(1, 1);
  });

  test("an image full of tissue gives no estimate", () => {
    for (const images of [2, 3, 5, 16]) refusal({ images, signal: tissue(2) });
    for (const images of [2, 4, 10]) refusal({ images, signal: () => 50 });
    refusal({ images: 10, signal: (_i, _j, _k, n) => 60 * Math.exp(-n / 12) });
  });

  test("coils combined by sum of squares give no estimate, as their background is not Rayleigh's", () => {
    for (const channels of [2, 4]) {
      for (const images of [2, 4, 10]) refusal({ images, channels, signal: tissue(0.5) });
    }
  });

  test("a background set to zero gives no estimate and says so", () => {
    const inside = ellipse(shape, 0.6);
    const series = simulateSeries({ shape, signal: tissue(0.6) });
    const plane = shape[0] * shape[1];
    series.stored.forEach((_, at) => {
      const voxel = at % plane;
      if (!inside(voxel % shape[0], Math.floor(voxel / shape[0]))) series.stored[at] = 0;
    });
    expect(estimateNoise(series)).toEqual({
      sigma: undefined,
      source: "no estimate: the background was set to zero",
    });
  });

  test("nothing, constants, NaN, padding and single images give no estimate and no crash", () => {
    const cases = [
      new Float32Array(640),
      new Float32Array(640).fill(7),
      new Float32Array(640).fill(Number.NaN),
      new Float32Array(640).fill(Number.POSITIVE_INFINITY),
      new Int16Array(640).fill(-5),
    ];
    for (const stored of cases) {
      expect(estimateNoise(seriesOf(stored, [8, 8, 1], 10)).sigma).toBeUndefined();
      const padded = { ...seriesOf(stored, [8, 8, 1], 10), padding: { low: -10, high: 10 } };
      expect(estimateNoise(padded).sigma).toBeUndefined();
    }
    expect(estimateNoise(seriesOf(new Float32Array(1), [1, 1, 1], 1)).sigma).toBeUndefined();
    expect(estimateNoise(seriesOf(new Float32Array(10), [1, 1, 1], 10)).sigma).toBeUndefined();
  });

  test("the same series gives the same number", () => {
    const series = simulateSeries({ shape, signal: tissue(0.5) });
    expect(estimateNoise(series)).toEqual(estimateNoise(series));
  });

  const scan = join(
    process.env["XNAT_PIC_DATA"] ?? "../shared/data",
    "bruker/acidocest_pv601/5/pdata/1/2dseq",
  );
  test.skipIf(!existsSync(scan))(
    "a mouse scan at 7 T agrees with its clear background columns",
    () => {
      const bytes = readFileSync(scan);
      const stored = new Int16Array(
        bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length),
      );
      const [width, images] = [64, 264];
      // Columns 6 to 12 of the first and last eight rows hold no animal, no ghost and no filter edge.
      let sum = 0;
      let count = 0;
      for (let n = 0; n < images; n++) {
        for (const j of [0, 1, 2, 3, 4, 5, 6, 7, 56, 57, 58, 59, 60, 61, 62, 63]) {
          for (let i = 6; i <= 12; i++, count++)
            sum += stored[n * width ** 2 + j * width + i]! ** 2;
        }
      }
      const rayleigh = Math.sqrt(sum / count / 2);
      const found = estimateNoise(seriesOf(stored, [width, width, 1], images)).sigma!;
      expect(Math.abs(found / rayleigh - 1)).toBeLessThan(0.05);
    },
  );
});
