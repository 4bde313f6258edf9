import { describe, expect, test } from "vitest";
import { fillLogarithms } from "#shared/fit/logarithm.ts";
import { uniformNumbers } from "#shared/phantom/random.ts";

const uniform = uniformNumbers("logarithm");

function logarithmsOf(y: Float64Array): Float64Array {
  const logs = new Float64Array(y.length);
  fillLogarithms(y, 0, y.length, logs);
  return logs;
}

describe("the quick logarithm", () => {
  test.each([
    ["whole numbers as stored", () => Math.ceil(70_000 * uniform())],
    ["signals with a slope", () => 5000 * uniform()],
    ["signals of any size", () => 2 ** (200 * (uniform() - 0.5))],
    ["numbers near 1", () => 1 + 1e-3 * (uniform() - 0.5)],
  ])("agrees with Math.log for %s to 1e-15", (_, draw) => {
    const y = Float64Array.from({ length: 20_000 }, draw);
    const logs = logarithmsOf(y);
    y.forEach((value, i) => {
      const exact = Math.log(value);
      expect(Math.abs(logs[i]! - exact)).toBeLessThanOrEqual(1e-15 * Math.max(1, Math.abs(exact)));
    });
  });

  test("reaches the ends of its table and beyond", () => {
    const ends = [5e-324, 1e-300, 2 ** -33, 2 ** -32, 2 ** 31.999, 2 ** 32, 65535, 65536, 1e300];
    const y = Float64Array.from(ends);
    logarithmsOf(y).forEach((log, i) => {
      expect(log).toBeCloseTo(Math.log(ends[i]!), 12);
    });
  });

  test("writes 0 for samples without logarithm, and counts the others", () => {
    const y = Float64Array.of(99, 2, 0, -3, -0, Math.E);
    const logs = new Float64Array(5);
    expect(fillLogarithms(y, 1, 5, logs)).toBe(2);
    expect(Array.from(logs)).toEqual([Math.log(2), 0, 0, 0, 1]);
  });

  test("sees what is written into an array after its first use", () => {
    const y = Float64Array.of(3.5, 1.25);
    expect(logarithmsOf(y)[0]).toBeCloseTo(Math.log(3.5), 15);
    y[0] = 7.5;
    expect(logarithmsOf(y)[0]).toBeCloseTo(Math.log(7.5), 15);
    expect(logarithmsOf(y.subarray(1))[0]).toBeCloseTo(Math.log(1.25), 15);
  });
});
