import { expect, test } from "vitest";
import { openPool } from "#shared/parallel/pool.ts";
import { chooseNoise } from "#shared/program/choose-noise.ts";
import { ellipse, simulateSeries } from "#test/shared/volume/simulated-series.ts";

const pool = openPool(1, "");

const shape = [96, 80, 2] as const;
const body = ellipse(shape, 0.3);
const series = simulateSeries({
  ...{ shape, sigma: 10 },
  signal: (i, j, _, n) => (body(i, j) ? 900 * Math.exp(-(n + 1) / 4) : 0),
});

test("auto measures the background", async () => {
  const { sigma, source } = await chooseNoise("auto", series, pool);
  expect(sigma! / 10).toBeGreaterThan(0.97);
  expect(sigma! / 10).toBeLessThan(1.03);
  expect(source).toContain("background");
});

test("auto without a background leaves the noise unknown, and says so", async () => {
  const full = simulateSeries({ shape, sigma: 10, signal: () => 900 });
  const { sigma, source } = await chooseNoise("auto", full, pool);
  expect(sigma).toBeUndefined();
  expect(source).not.toBe("");
});

test("a number is taken as it is, none is unknown; both say who said it", async () => {
  expect(await chooseNoise(12.5, series, pool)).toEqual({
    sigma: 12.5,
    source: "given by the user (--noise)",
  });
  expect(await chooseNoise("none", series, pool)).toMatchObject({ sigma: undefined });
  expect((await chooseNoise("none", series, pool)).source).toContain("--noise none");
});
