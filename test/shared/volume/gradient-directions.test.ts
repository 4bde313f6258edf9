import { expect, test } from "vitest";
import { bMatricesOf, groupDirections } from "#shared/volume/gradient-directions.ts";
import { encodingOf } from "./gradients.ts";

const all = (count: number) => Array.from({ length: count }, (_, index) => index);

test("opposite directions are one, and b-values share theirs", () => {
  const encoding = encodingOf(
    1,
    [500, 1000],
    [
      [1, 0, 0],
      [0, 1, 0],
      [-1, 0, 0],
    ],
  );
  const groups = groupDirections(encoding, all(7));
  expect(groups.map(({ contrasts }) => contrasts)).toEqual([
    [1, 3, 4, 6],
    [2, 5],
  ]);
});

test("directions written with three digits are the same as with six; two degrees apart they differ", () => {
  const [sine, cosine] = [Math.sin(Math.PI / 90), Math.cos(Math.PI / 90)];
  const encoding = encodingOf(
    0,
    [1000],
    [
      [0.577, 0.577, 0.578],
      [0.57735, 0.57735, 0.57735],
      [1, 0, 0],
      [cosine, sine, 0],
    ],
  );
  expect(groupDirections(encoding, all(4))).toHaveLength(3);
});

test("a direction of b = 0 means nothing", () => {
  const encoding = encodingOf(0, [0.002, 1000], [[0.6, 0, 0.8]]);
  expect(groupDirections(encoding, all(2)).map(({ contrasts }) => contrasts)).toEqual([[1]]);
});

test("b-matrices are those of the series where there are any, else b g g'", () => {
  const encoding = encodingOf(1, [1000], [[0.6, 0, 0.8], undefined]);
  const [b0, weighted, trace] = bMatricesOf(encoding, all(3));
  expect(b0).toEqual([0, 0, 0, 0, 0, 0]);
  const expected = [360, 0, 640, 0, 480, 0];
  for (const [n, value] of weighted!.entries()) expect(value).toBeCloseTo(expected[n]!, 10);
  expect(trace).toEqual([1000 / 3, 1000 / 3, 1000 / 3, 0, 0, 0]);
  const bMatrices = [
    [1, 2, 3, 4, 5, 6],
    [7, 8, 9, 10, 11, 12],
    [0, 0, 0, 0, 0, 0],
  ];
  expect(bMatricesOf({ ...encoding, bMatrices }, [1])).toEqual([[7, 8, 9, 10, 11, 12]]);
});
