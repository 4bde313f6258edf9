import { expect, test } from "vitest";
import { prepareFit } from "#shared/fit/prepare-fit.ts";

const ring = (count: number) =>
  Array.from({ length: count }, (_, k) => {
    const z = (k + 0.5) / count;
    const phi = 2.4 * k;
    const r = Math.sqrt(1 - z * z);
    return [r * Math.cos(phi), r * Math.sin(phi), z] as const;
  });

const encode = (b: number, [x, y, z]: readonly [number, number, number]) => [
  ...[b * x * x, b * y * y, b * z * z, b * x * y, b * x * z, b * y * z],
];

const prepare = (
  bMatrices: number[][],
  images = bMatrices.length,
  solver: "own" | "reference" = "own",
) =>
  prepareFit({
    model: {
      name: "diffusion-kurtosis-tensor",
      noise: { kind: "gaussian" },
      options: { estimator: "wls", bMatrices },
    },
    abscissae: Array.from({ length: images }, (_, i) => i),
    sigma: undefined,
    noiseThreshold: 3,
    solver,
  });

const shells = (count: number, ...bValues: number[]) => [
  encode(0, [1, 0, 0]),
  ...bValues.flatMap((b) => ring(count).map((n) => encode(b, n))),
];

test("15 directions at two b-values and an image without are enough", () => {
  expect(prepare(shells(15, 1000, 2000)).samples).toBe(31);
});

test.each([
  ["14 directions", shells(14, 1000, 2000)],
  ["one b-value, whatever the number of directions", shells(60, 2000)],
  ["b-values that are almost one", shells(60, 1990, 2010)],
  ["no images but one", [encode(0, [1, 0, 0])]],
])("%s are refused with what they determine", (_, bMatrices) => {
  expect(() => prepare(bMatrices)).toThrow(RangeError);
  expect(() => prepare(bMatrices)).toThrow(/determine \d+ of the 22 unknowns/);
});

test("b-matrices that do not suit are refused", () => {
  expect(() => prepare(shells(15, 1000, 2000), 5)).toThrow(/31 b-matrices for 5 images/);
  expect(() => prepare([[1, 2, 3]])).toThrow(/six numbers/);
  expect(() => prepare(shells(15, 1000, 2000), 31, "reference")).toThrow(/reference solver/);
});
