import { expect, test } from "vitest";
import {
  kurtosisPlan,
  perfusionPlan,
  spreadDirections,
  tensorPlan,
} from "#shared/phantom/diffusion-plans.ts";

test("directions are unit vectors, spread so that no two axes are close", () => {
  const directions = spreadDirections(30);
  directions.forEach((g, m) => {
    expect(Math.hypot(...g)).toBeCloseTo(1, 12);
    for (const h of directions.slice(m + 1)) {
      const cosine = Math.abs(g[0] * h[0] + g[1] * h[1] + g[2] * h[2]);
      expect((Math.acos(cosine) * 180) / Math.PI).toBeGreaterThan(12);
    }
  });
  // Second moments of an even spread are a third each, mixed ones nothing.
  for (const r of [0, 1, 2]) {
    for (const c of [0, 1, 2]) {
      const moment = directions.reduce((sum, g) => sum + g[r]! * g[c]!, 0) / 30;
      expect(Math.abs(moment - (r === c ? 1 / 3 : 0))).toBeLessThan(0.02);
    }
  }
});

test("the tensor scan has five images at b 0 between 30 directions, at b of imaging gradients", () => {
  const { contrasts } = tensorPlan();
  expect(contrasts).toHaveLength(35);
  const unweighted = contrasts.flatMap(({ bValue }, n) => (bValue === 0 ? [n] : []));
  expect(unweighted).toEqual([0, 7, 14, 21, 28]);
  const weighted = contrasts.filter(({ bValue = 0 }) => bValue > 0);
  for (const { bValue = 0, direction } of weighted) {
    expect(Math.abs(bValue / 1000 - 1)).toBeLessThan(0.02);
    expect(Math.hypot(...direction!)).toBeCloseTo(1, 12);
  }
  expect(new Set(weighted.map(({ bValue }) => bValue)).size).toBe(30);
});

test("the kurtosis scan has two shells and enough images for its 22 parameters", () => {
  const { contrasts } = kurtosisPlan();
  const shell = (b: number) => contrasts.filter(({ bValue = 0 }) => Math.abs(bValue - b) < 25);
  expect([shell(0), shell(1000), shell(2000)].map(({ length }) => length)).toEqual([5, 30, 30]);
  expect(contrasts).toHaveLength(65);
});

test("the IVIM scan has 12 b-values, each three times", () => {
  const { contrasts } = perfusionPlan();
  const counts = new Map<number, number>();
  for (const { bValue = 0 } of contrasts) counts.set(bValue, (counts.get(bValue) ?? 0) + 1);
  expect([...counts.values()]).toEqual(new Array(12).fill(3));
  // Below 150 blood decays, from 200 on only tissue is left.
  expect([...counts.keys()].filter((b) => b >= 200).length).toBeGreaterThanOrEqual(3);
});
