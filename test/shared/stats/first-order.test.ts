import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type FirstOrder, summarizeSorted } from "#shared/stats/first-order.ts";

const summarize = (values: Iterable<number>) => summarizeSorted(Float64Array.from(values).sort());

describe("first-order statistics", () => {
  test("of 1, 2, 3, 4 are those worked out by hand", () => {
    const s = summarize([3, 1, 4, 2]);
    expect(s).toEqual({
      n: 4,
      mean: 2.5,
      sd: expect.closeTo(Math.sqrt(1.25), 14),
      sdSample: expect.closeTo(Math.sqrt(5 / 3), 14),
      sem: expect.closeTo(Math.sqrt(5 / 12), 14),
      median: 2.5,
      variance: expect.closeTo(1.25, 14),
      min: 1,
      max: 4,
      range: 3,
      p5: expect.closeTo(1.15, 14),
      p10: expect.closeTo(1.3, 14),
      p25: 1.75,
      p75: 3.25,
      p90: expect.closeTo(3.7, 14),
      p95: expect.closeTo(3.85, 14),
      iqr: 1.5,
      cov: expect.closeTo(Math.sqrt(1.25) / 2.5, 14),
      qcod: expect.closeTo(0.3, 14),
      skewness: expect.closeTo(0, 14),
      // m4 = (2 x 1.5^4 + 2 x 0.5^4) / 4 = 2.5625
      excessKurtosis: expect.closeTo(2.5625 / 1.5625 - 3, 13),
      mad: 1,
      // Only 2 and 3 lie from p10 to p90.
      rmad: 0.5,
      medad: 1,
      energy: 30,
      rms: expect.closeTo(Math.sqrt(7.5), 14),
    });
  });

  test("of no values are all null", () => {
    const { n, ...rest } = summarize([]);
    expect(n).toBe(0);
    expect(new Set(Object.values(rest))).toEqual(new Set([null]));
  });

  test("of one value have no sample deviation, no shape, and a spread of 0", () => {
    const s = summarize([-3.5]);
    expect(s).toMatchObject({ mean: -3.5, median: -3.5, sd: 0, variance: 0, range: 0, mad: 0 });
    expect([s.sdSample, s.sem, s.skewness, s.excessKurtosis]).toEqual([null, null, null, null]);
  });

  test("of equal values have exactly no variance, whatever the value", () => {
    for (const value of [0.1, 1 / 3, 1e9 + 0.1, -7e-12]) {
      const s = summarize(Array(1001).fill(value));
      expect(s).toMatchObject({ mean: value, variance: 0, sd: 0, skewness: null, mad: 0, rmad: 0 });
      expect(s.excessKurtosis).toBeNull();
    }
  });

  test("with mean 0 have no coefficient of variation, with opposite quartiles no quartile coefficient", () => {
    expect(summarize([-2, -1, 1, 2])).toMatchObject({ mean: 0, cov: null, qcod: null });
  });

  test("have no robust deviation when no value lies from p10 to p90", () => {
    expect(summarize([0, 10])).toMatchObject({ p10: 1, p90: 9, rmad: null });
  });

  test("negative values and zeros are values like others", () => {
    expect(summarize([-1, 0, 4])).toMatchObject({ n: 3, mean: 1, min: -1, median: 0 });
  });

  test("far from 0 the spread and shape are the same, to 12 digits", () => {
    // Eighths are exact on top of a billion.
    const near = Array.from({ length: 4000 }, (_, i) => ((i * i * 37) % 1009) / 8);
    const a = summarize(near);
    const b = summarize(near.map((value) => value + 1e9));
    expect(b.mean! - 1e9).toBeCloseTo(a.mean!, 6);
    for (const key of ["sd", "sdSample", "skewness", "excessKurtosis", "mad", "rmad"] as const) {
      expect(b[key]! / a[key]!).toBeCloseTo(1, 12);
    }
  });

  test("tiny and huge values keep their shape", () => {
    const values = [1, 2, 3, 4, 10];
    const { skewness, excessKurtosis } = summarize(values);
    for (const factor of [2 ** -500, 2 ** 500]) {
      const s = summarize(values.map((value) => value * factor));
      expect(s).toMatchObject({ skewness, excessKurtosis, mean: 4 * factor });
    }
  });

  test("what cannot be held is null and not infinite", () => {
    expect(summarize([-1.7e308, 1.7e308])).toMatchObject({ range: null, energy: null });
  });

  const number = fc.tuple(fc.integer({ min: -1e9, max: 1e9 }), fc.integer({ min: -9, max: 9 }));
  const list = fc.array(
    number.map(([digits, exponent]) => digits * 10 ** exponent),
    { minLength: 2 },
  );
  const ofUnit: (keyof FirstOrder)[] = ["sd", "sdSample", "sem", "iqr", "range", "mad", "rmad"];

  test("any order of the values gives the same bits", () => {
    fc.assert(
      fc.property(list, fc.nat(), (values, seed) => {
        const turned = values.map((_, i) => values[(i + seed) % values.length]!).reverse();
        expect(summarize(turned)).toEqual(summarize(values));
      }),
    );
  });

  test("doubling the values doubles what has their unit and keeps what has none", () => {
    fc.assert(
      fc.property(list, (values) => {
        const one = summarize(values);
        const two = summarize(values.map((value) => 2 * value));
        for (const key of [...ofUnit, "mean", "median", "p10", "rms"] as const) {
          expect(two[key]).toBe(one[key] === null ? null : 2 * one[key]);
        }
        expect(two.skewness).toBe(one.skewness);
      }),
    );
  });

  test("statistics keep their order: min, percentiles, max; median deviation is the least", () => {
    fc.assert(
      fc.property(list, (values) => {
        const s = summarize(values);
        const rising = [s.min, s.p5, s.p10, s.p25, s.median, s.p75, s.p90, s.p95, s.max];
        for (let i = 1; i < rising.length; i++) {
          expect(rising[i]! - rising[i - 1]!).toBeGreaterThanOrEqual(-1e-12 * Math.abs(rising[i]!));
        }
        expect(s.medad!).toBeLessThanOrEqual(s.mad! * (1 + 1e-12));
        expect(s.mad!).toBeLessThanOrEqual(s.sd! * (1 + 1e-12));
      }),
    );
  });
});
