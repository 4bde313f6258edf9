import { describe, expect, test } from "vitest";
import { buildCurveFitter } from "#shared/fit/curve-fitter.ts";
import { cpmgEchoTrain } from "#shared/models/cpmg-echo-train.ts";
import { addRicianNoise, uniformNumbers } from "#shared/phantom/random.ts";
import { gaussian, normalNumbers, rician, steps } from "./curves.ts";

const times = steps(10, 10, 12);
const uneven = [10, 15, 22, 30, 41, 50, 60, 75, 90, 100, 115, 130];

describe("our solvers against ml-levenberg-marquardt", () => {
  test.each([
    gaussian("mono-exponential-decay", times),
    gaussian("mono-exponential-decay", uneven),
    gaussian("mono-exponential-offset", times),
    gaussian("mono-exponential-offset", uneven),
    rician("mono-exponential-decay", times, 20),
    gaussian("extended-phase-graph", times),
  ])(
    "$model.name, $model.noise.kind, $abscissae: never a larger sum, and the same values and errors",
    (settings) => {
      const own = buildCurveFitter(settings);
      const other = buildCurveFitter({ ...settings, solver: "reference" });
      const uniform = uniformNumbers("differential");
      const random = normalNumbers("differential");
      const isTrain = settings.model.name === "extended-phase-graph";
      let compared = 0;
      for (let k = 0; k < (isTrain ? 12 : 40); k++) {
        const t2 = 25 + 50 * uniform();
        const train = cpmgEchoTrain({
          t2Ms: t2,
          t1Ms: 1500,
          echoSpacingMs: 10,
          refocusingDeg: 110 + 50 * uniform(),
          echoes: 12,
        });
        const y = Float64Array.from(settings.abscissae, (t, i) => {
          const clean = isTrain ? 1000 * train[i]! : 1000 * Math.exp(-t / t2);
          return settings.model.noise.kind === "rician"
            ? addRicianNoise(clean, 20, uniform)
            : clean + 10 * random();
        });
        own.fit(y, 0);
        other.fit(y, 0);
        if (other.result.status !== 1) continue;
        compared++;
        expect(own.result.rmse).toBeLessThanOrEqual(other.result.rmse * (1 + 1e-9));
        own.result.values.forEach((value, j) => {
          const error = own.result.standardErrors[j]!;
          expect(Math.abs(other.result.values[j]! - value) / error).toBeLessThan(1e-4);
          expect(Math.abs(other.result.standardErrors[j]! / error - 1)).toBeLessThan(1e-3);
        });
      }
      expect(compared).toBeGreaterThan(isTrain ? 9 : 35);
    },
  );

  test("the reference solver has the same rules for what it cannot fit", () => {
    const other = buildCurveFitter({
      ...gaussian("mono-exponential-decay", times),
      solver: "reference",
    });
    const status = (y: readonly number[]) => {
      other.fit(Float64Array.from(y), 0);
      return other.result.status;
    };
    expect(status(times.map(() => Number.NaN))).toBe(3);
    expect(status(times.map(() => 5))).toBe(3);
    expect(status(times.map((t) => -Math.exp(-t / 30)))).toBe(9);
    expect(status(times.map((t) => 100 + t))).toBe(6);
  });
});
