import { expect, test } from "vitest";
import {
  fourthOrderElements,
  kurtosisTensorPlaces,
  kurtosisTensorRows,
  kurtosisTensorSheet,
} from "#shared/models/diffusion-kurtosis-tensor.ts";

test("rows are those of b² n n n n / 6, each element as often as it occurs", () => {
  const [x, y, z] = [0.36, 0.48, 0.8];
  const b = 1700;
  const matrix = [x * x, y * y, z * z, x * y, x * z, y * z].map((value) => b * value);
  const [row = []] = kurtosisTensorRows([matrix]);
  expect(row).toHaveLength(22);
  const n = [x, y, z];
  const counts = [1, 1, 1, 4, 4, 4, 4, 4, 4, 6, 6, 6, 12, 12, 12];
  fourthOrderElements.forEach((element, e) => {
    const product = element.reduce((p, i) => p * n[i]!, 1);
    expect(row[7 + e]! / ((b * b * counts[e]! * product) / 6)).toBeCloseTo(1, 12);
  });
});

test("a b-matrix that is no outer product counts every pairing of its elements", () => {
  const m = [
    [3, 1, 0.5],
    [1, 2, 0.2],
    [0.5, 0.2, 1],
  ];
  const [row = []] = kurtosisTensorRows([[3, 2, 1, 1, 0.5, 0.2]]);
  // A symmetric tensor T = (a a)(a a) + ... contracted directly: sum over all 81 of B(ij) B(kl) T(ijkl).
  const value = (i: number, j: number, k: number, l: number) =>
    [i, j, k, l].sort().reduce((sum, index, at) => sum + (index + 1) * 3 ** at, 0);
  let direct = 0;
  for (let i = 0; i < 3; i++) {
    for (let j = 0; j < 3; j++) {
      for (let k = 0; k < 3; k++) {
        for (let l = 0; l < 3; l++) direct += m[i]![j]! * m[k]![l]! * value(i, j, k, l);
      }
    }
  }
  const found = fourthOrderElements.reduce(
    (sum, [i, j, k, l], e) => sum + row[7 + e]! * value(i, j, k, l),
    0,
  );
  expect(6 * found).toBeCloseTo(direct, 8);
});

test("the sheet has its parameters at their places, and says which have a standard error", () => {
  for (const estimator of ["ols", "wls", "iwls", "nlls"] as const) {
    const sheet = kurtosisTensorSheet(estimator);
    for (const [symbol, place] of Object.entries(kurtosisTensorPlaces)) {
      expect(sheet.parameters[place]?.symbol).toBe(symbol);
    }
    expect(sheet.parameters).toHaveLength(Object.keys(kurtosisTensorPlaces).length);
    expect(sheet.composites?.map(({ name }) => name)).toEqual(["V1"]);
    const main = sheet.parameters.filter((one, k) => k === 0 || one.main === true);
    expect(main.map(({ symbol }) => symbol)).toEqual(["MK", "MD", "FA"]);
  }
});
