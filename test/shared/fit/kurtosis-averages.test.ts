import { expect, test } from "vitest";
import { fillKurtosisAverages, newKurtosisAverages } from "#shared/fit/kurtosis-averages.ts";

/** Average over the sphere: Gauss-Legendre would do, but even steps in the angle and many in z are plain to see. */
function average(f: (x: number, y: number, z: number) => number): number {
  const rows = 400;
  const columns = 200;
  let sum = 0;
  for (let i = 0; i < rows; i++) {
    // Simpson's rule would need its ends; the midpoint rule in theta with weight sin(theta), corrected by its sum.
    const theta = (Math.PI * (i + 0.5)) / rows;
    const weight = Math.sin(theta);
    for (let j = 0; j < columns; j++) {
      const phi = (2 * Math.PI * (j + 0.5)) / columns;
      sum +=
        weight *
        f(Math.sin(theta) * Math.cos(phi), Math.sin(theta) * Math.sin(phi), Math.cos(theta));
    }
  }
  return (sum * Math.PI) / (2 * rows * columns);
}

test.each([
  [1, 1, 1],
  [2, 1, 1],
  [1.7, 1.2, 0.3],
  [3, 3, 0.5],
  [1.5, 0.4, 0.1],
])("agree with averages over directions for eigenvalues %f, %f, %f", (l1, l2, l3) => {
  const { fourth, sixth } = newKurtosisAverages();
  fillKurtosisAverages(l1, l2, l3, true, { fourth, sixth });
  const of = (i: number, j: number, k: number) =>
    average((x, y, z) => {
      const d = l1 * x * x + l2 * y * y + l3 * z * z;
      return ((x * x) ** i * (y * y) ** j * (z * z) ** k) / d ** (i + j + k);
    });
  const check = (found: number, wanted: number) =>
    expect(Math.abs(found / wanted - 1)).toBeLessThan(1e-4);
  [of(2, 0, 0), of(0, 2, 0), of(0, 0, 2), of(1, 1, 0), of(1, 0, 1), of(0, 1, 1)].forEach(
    (wanted, e) => {
      check(fourth[e]!, wanted);
    },
  );
  [
    ...[of(3, 0, 0), of(0, 3, 0), of(0, 0, 3), of(2, 1, 0), of(2, 0, 1)],
    ...[of(1, 2, 0), of(0, 2, 1), of(1, 0, 2), of(0, 1, 2), of(1, 1, 1)],
  ].forEach((wanted, e) => {
    check(sixth[e]!, wanted);
  });
});

test("are exact for equal eigenvalues and obey the identities of a unit vector", () => {
  const averages = newKurtosisAverages();
  const { fourth, sixth } = averages;
  fillKurtosisAverages(1, 1, 1, true, averages);
  expect(fourth[0]).toBeCloseTo(1 / 5, 13);
  expect(fourth[3]).toBeCloseTo(1 / 15, 13);
  expect(sixth[0]).toBeCloseTo(1 / 7, 13);
  expect(sixth[3]).toBeCloseTo(1 / 35, 13);
  expect(sixth[9]).toBeCloseTo(1 / 105, 13);
  // <(D(n)/D(n))²> = 1, whatever the eigenvalues and however different they are.
  for (const [a, b, c] of [
    [2e-3, 1e-3, 1e-4],
    [3e-3, 3e-3, 1e-9],
    [1, 0.999999, 0.5],
  ] as const) {
    fillKurtosisAverages(a, b, c, true, averages);
    const squares = a * a * fourth[0]! + b * b * fourth[1]! + c * c * fourth[2]!;
    const mixed = a * b * fourth[3]! + a * c * fourth[4]! + b * c * fourth[5]!;
    expect(squares + 2 * mixed).toBeCloseTo(1, 11);
    const cubes = a ** 3 * sixth[0]! + b ** 3 * sixth[1]! + c ** 3 * sixth[2]!;
    const pairs =
      a * a * b * sixth[3]! +
      a * a * c * sixth[4]! +
      a * b * b * sixth[5]! +
      b * b * c * sixth[6]! +
      a * c * c * sixth[7]! +
      b * c * c * sixth[8]!;
    expect(cubes + 3 * pairs + 6 * a * b * c * sixth[9]!).toBeCloseTo(1, 11);
  }
});
