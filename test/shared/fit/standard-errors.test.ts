import { describe, expect, test } from "vitest";
import { fillCovariance, invertSymmetric, newCovarianceWork } from "#shared/fit/standard-errors.ts";

describe("inversion of a symmetric matrix", () => {
  test("times the matrix gives the identity, whatever the units", () => {
    const a = Float64Array.of(4e12, 2e3, 6e5, 2e3, 5e-6, 1e-3, 6e5, 1e-3, 3);
    const inverse = a.slice();
    expect(invertSymmetric(inverse, 3, new Float64Array(3))).toBe(true);
    for (let i = 0; i < 3; i++) {
      for (let j = 0; j < 3; j++) {
        let sum = 0;
        for (let k = 0; k < 3; k++) sum += a[3 * i + k]! * inverse[3 * k + j]!;
        const scale = Math.sqrt(a[4 * i]! / a[4 * j]!);
        expect(sum / scale).toBeCloseTo(i === j ? 1 : 0, 9);
      }
    }
  });

  test.each([
    ["rank one", [1, 2, 2, 4]],
    ["a zero row", [1, 0, 0, 0]],
    ["not a number", [1, 0, 0, Number.NaN]],
  ])("%s is refused", (_, a) => {
    expect(invertSymmetric(Float64Array.from(a), 2, new Float64Array(2))).toBe(false);
  });
});

describe("the covariance of a fit", () => {
  // y = a + b t at t = 0...4: (J'J)^-1 = [[3, -1], [-1, 0.5]] / 5.
  function line() {
    const work = newCovarianceWork(2, 5);
    for (let i = 0; i < 5; i++) {
      work.jacobian[i] = 1;
      work.jacobian[5 + i] = i;
    }
    return work;
  }

  test("of a straight line is the one of the textbook", () => {
    const covariance = new Float64Array(4);
    expect(fillCovariance(line(), covariance)).toBe(true);
    [0.6, -0.2, -0.2, 0.1].forEach((value, k) => {
      expect(covariance[k]).toBeCloseTo(value, 14);
    });
  });

  test("with equal variances the sandwich is the plain one times the variance", () => {
    const covariance = new Float64Array(4);
    fillCovariance(line(), covariance, new Float64Array(5).fill(7));
    [4.2, -1.4, -1.4, 0.7].forEach((value, k) => {
      expect(covariance[k]).toBeCloseTo(value, 13);
    });
  });

  test("a parameter at a bound has none, and the others count it as known", () => {
    const work = line();
    work.free[1] = 0;
    const covariance = new Float64Array(4);
    fillCovariance(work, covariance);
    expect(covariance[0]).toBeCloseTo(0.2, 14);
    expect(Array.from(covariance.subarray(1))).toEqual([0, 0, Number.NaN]);
  });
});
