import { expect, test } from "vitest";
import { diffusionDecay } from "#shared/models/diffusion-decay.ts";
import { newBasis } from "#shared/models/signal-model.ts";

const bValues = Float64Array.of(0, 100, 500, 1000);
const model = diffusionDecay(bValues);

test("the search reaches from -0.001 to 0.01 mm²/s, with exact derivatives", () => {
  const { lower, upper } = model.variables[0]!;
  const values = new Float64Array(2);
  for (const [theta, d] of [
    [lower, -1e-3],
    [upper, 1e-2],
  ] as const) {
    model.deriveParameters(Float64Array.of(70, theta), new Float64Array(4), values, values.slice());
    expect(values[0]).toBeCloseTo(d, 15);
    expect(values[1]).toBe(70);
  }
  const [at, up, down] = [newBasis(model), newBasis(model), newBasis(model)] as const;
  const h = 1e-8;
  for (const theta of [lower, 0.5 * (lower + upper), upper]) {
    model.evaluate([theta], at);
    model.evaluate([theta + h], up);
    model.evaluate([theta - h], down);
    bValues.forEach((b, i) => {
      expect(Math.abs(at.first[i]! - (up.value[i]! - down.value[i]!) / (2 * h))).toBeLessThan(
        1e-6 * (1 + b),
      );
      expect(Math.abs(at.second[i]! - (up.first[i]! - down.first[i]!) / (2 * h))).toBeLessThan(
        1e-6 * (1 + b * b),
      );
    });
  }
});

test("errors of the search are those of the diffusivity", () => {
  const errors = new Float64Array(2);
  model.deriveParameters(
    Float64Array.of(70, 3e-3),
    Float64Array.of(4, 0, 0, 9e-10),
    new Float64Array(2),
    errors,
  );
  expect(errors[0]).toBeCloseTo(3e-5, 15);
  expect(errors[1]).toBe(2);
});

test("the same equation is drawn at other b-values from 0 on", () => {
  expect(model.at(Float64Array.of(1, 2)).abscissae).toEqual(Float64Array.of(1, 2));
  const drawn = model.drawnAbscissae();
  expect([drawn[0], drawn.at(-1)]).toEqual([0, 1000]);
});
