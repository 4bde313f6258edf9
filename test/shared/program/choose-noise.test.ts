import { expect, test } from "vitest";
import { chooseNoise } from "#shared/program/choose-noise.ts";
import { ellipse, simulateSeries } from "#test/shared/volume/simulated-series.ts";

const shape = [96, 80, 2] as const;
const body = ellipse(shape, 0.3);
const series = simulateSeries({
  ...{ shape, sigma: 10 },
  signal: (i, j, _, n) => (body(i, j) ? 900 * Math.exp(-(n + 1) / 4) : 0),
});

test("auto measures the background", () => {
  const { sigma, source } = chooseNoise("auto", series);
  expect(sigma! / 10).toBeGreaterThan(0.97);
  expect(sigma! / 10).toBeLessThan(1.03);
  expect(source).toContain("background");
});

test("auto without a background leaves the noise unknown, and says so", () => {
  const full = simulateSeries({ shape, sigma: 10, signal: () => 900 });
  const { sigma, source } = chooseNoise("auto", full);
  expect(sigma).toBeUndefined();
  expect(source).not.toBe("");
});

test("a number is taken as it is, none is unknown; both say who said it", () => {
  expect(chooseNoise(12.5, series)).toEqual({ sigma: 12.5, source: "given by the user (--noise)" });
  expect(chooseNoise("none", series)).toMatchObject({ sigma: undefined });
  expect(chooseNoise("none", series).source).toContain("--noise none");
});
