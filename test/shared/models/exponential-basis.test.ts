import { describe, expect, test } from "vitest";
import { exponentialBasis, smoothAbscissae } from "#shared/models/exponential-basis.ts";

const room = (n: number) => ({
  value: new Float64Array(n),
  first: new Float64Array(n),
  second: new Float64Array(n),
});

describe("the exponential basis", () => {
  test.each([
    [16, 0.275],
    [32, 2.2],
    [128, 2.2],
  ])(
    "%d equally spaced samples, step x rate %d: within 200 units in the last place",
    (n, product) => {
      const abscissae = Float64Array.from({ length: n }, (_, k) => 11 * (k + 1));
      const basis = room(n);
      const rate = product / 11;
      exponentialBasis(abscissae)([rate], basis);
      basis.value.forEach((value, k) => {
        const exact = Math.exp(-abscissae[k]! * rate);
        expect(Math.abs(value / exact - 1) / Number.EPSILON).toBeLessThan(200);
      });
    },
  );

  test.each([
    ["equal", [5, 10, 15, 20, 25]],
    ["unequal", [3, 10, 15, 40, 41]],
  ])("derivatives agree with finite differences at %s spacing", (_, times) => {
    const abscissae = Float64Array.from(times);
    const evaluate = exponentialBasis(abscissae);
    const [at, up, down] = [room(5), room(5), room(5)] as const;
    const h = 1e-6;
    evaluate([0.03], at);
    evaluate([0.03 + h], up);
    evaluate([0.03 - h], down);
    for (let k = 0; k < 5; k++) {
      expect((up.value[k]! - down.value[k]!) / (2 * h) / at.first[k]!).toBeCloseTo(1, 7);
      expect((up.first[k]! - down.first[k]!) / (2 * h) / at.second[k]!).toBeCloseTo(1, 7);
    }
  });

  test("the abscissae of a drawing run from 0 to the last one", () => {
    const drawn = smoothAbscissae(Float64Array.of(12, 24, 48));
    expect([drawn[0], drawn.at(-1)]).toEqual([0, 48]);
  });
});
