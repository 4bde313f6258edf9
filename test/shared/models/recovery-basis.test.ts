import { describe, expect, test } from "vitest";
import {
  fillRecovery,
  liesWithin,
  newRecovery,
  recoveryBasis,
  recoveryError,
} from "#shared/models/recovery-basis.ts";

const times = Float64Array.of(50, 120, 400, 1500, 5000);
const empty = () => ({
  value: new Float64Array(5),
  first: new Float64Array(5),
  second: new Float64Array(5),
});

describe("the basis of a recovery", () => {
  test("is minus an exponential counted from the first abscissa", () => {
    const basis = empty();
    recoveryBasis(times, 50)([1 / 900], basis);
    times.forEach((t, i) => {
      expect(basis.value[i]).toBeCloseTo(-Math.exp(-(t - 50) / 900), 15);
    });
  });

  test("has derivatives that agree with finite differences", () => {
    const [at, up, down] = [empty(), empty(), empty()] as const;
    const fill = recoveryBasis(times, 50);
    const rate = 1 / 700;
    const h = 1e-5 * rate;
    fill([rate], at);
    fill([rate + h], up);
    fill([rate - h], down);
    for (let i = 1; i < 5; i++) {
      const first = (up.value[i]! - down.value[i]!) / (2 * h);
      const second = (up.first[i]! - down.first[i]!) / (2 * h);
      expect(at.first[i]! / first).toBeCloseTo(1, 7);
      expect(at.second[i]! / second).toBeCloseTo(1, 6);
    }
  });

  test("does not vanish for a recovery far faster than the first abscissa", () => {
    const basis = empty();
    recoveryBasis(
      times.map((t) => t + 2000),
      2050,
    )([1], basis);
    expect(basis.value[0]).toBe(-1);
  });
});

describe("a recovery from the solver's parameters", () => {
  const p = Float64Array.of(1800, 1000, 1 / 900);
  const covariance = Float64Array.of(
    ...[200, 60, 1e-3],
    ...[60, 150, 2e-3],
    ...[1e-3, 2e-3, 4e-10],
  );
  const recovery = newRecovery();
  fillRecovery(p, covariance, 50, recovery);

  test("has asymptote, ratio -b/a and rate", () => {
    expect(recovery.asymptote).toBe(1000);
    expect(recovery.ratio).toBeCloseTo(1.8 * Math.exp(50 / 900), 12);
    expect(recovery.rate).toBe(1 / 900);
    expect(recovery.held).toBe(false);
  });

  test("carries the full covariance over", () => {
    const quantities = (q: Float64Array) => {
      const other = newRecovery();
      fillRecovery(q, covariance, 50, other);
      return [other.asymptote, other.ratio, other.rate];
    };
    const gradient = Array.from(p, (value, k) => {
      const up = quantities(p.with(k, value * (1 + 1e-6)));
      const down = quantities(p.with(k, value * (1 - 1e-6)));
      return up.map((high, j) => (high - down[j]!) / (2e-6 * value));
    });
    for (let a = 0; a < 3; a++) {
      for (let b = 0; b < 3; b++) {
        let expected = 0;
        for (let j = 0; j < 3; j++) {
          for (let k = 0; k < 3; k++) {
            expected += gradient[j]![a]! * gradient[k]![b]! * covariance[3 * j + k]!;
          }
        }
        expect(recovery.covariance[3 * a + b]! / expected).toBeCloseTo(1, 6);
      }
    }
    expect(recoveryError(recovery, 1, 0, 0)).toBeCloseTo(Math.sqrt(150), 10);
    expect(recoveryError(recovery, 0, 1, 0)).toBeCloseTo(Math.sqrt(recovery.covariance[4]!), 12);
  });

  test("counts a rate held at a bound as known", () => {
    const held = newRecovery();
    fillRecovery(p, covariance.with(8, Number.NaN).with(2, 0).with(5, 0), 50, held);
    expect(held.held).toBe(true);
    expect(held.covariance[8]).toBe(0);
    expect(held.covariance[4]).toBeGreaterThan(0);
  });
});

test("a value outside its limits by noise alone is plausible", () => {
  const limits = { low: 0.5, high: 1.05 };
  expect(liesWithin(1.04, Number.NaN, limits)).toBe(true);
  expect(liesWithin(1.06, Number.NaN, limits)).toBe(false);
  expect(liesWithin(1.06, 0.004, limits)).toBe(false);
  expect(liesWithin(1.06, 0.006, limits)).toBe(true);
  expect(liesWithin(0.45, 0.02, limits)).toBe(false);
  expect(liesWithin(0.45, 0.03, limits)).toBe(true);
});
