import { describe, expect, test } from "vitest";
import { findShells, isB0 } from "#shared/volume/diffusion-shells.ts";

const shells = (bValues: readonly number[], nominalBValues?: readonly number[]) =>
  findShells({ bValues, ...(nominalBValues === undefined ? {} : { nominalBValues }) });

describe("shells", () => {
  test("are found in b-values as scanners store them: 989 to 1004 s/mm² is one", () => {
    const measured = [0, 989, 992.5, 1000, 1003.9, 998, 0];
    expect(shells(measured).map(({ contrasts }) => contrasts)).toEqual([
      [0, 6],
      [1, 2, 3, 4, 5],
    ]);
    const [, weighted] = shells(measured);
    expect(weighted).toMatchObject({ lowest: 989, highest: 1003.9 });
    expect(weighted!.bValue).toBeCloseTo((989 + 992.5 + 1000 + 1003.9 + 998) / 5, 10);
  });

  test("of b = 0 hold the labels 0.001 to 0.004 that one vendor writes", () => {
    expect(shells([0, 0.001, 0.002, 0.004, 1000])).toHaveLength(2);
  });

  test("keep the low b-values of IVIM apart", () => {
    const bValues = [0, 1, 2, 5, 10, 20, 30, 50, 75, 100];
    expect(shells(bValues).map(({ bValue }) => bValue)).toEqual(bValues);
  });

  test("follow the nominal values where there are any, whatever imaging gradients add", () => {
    const found = shells([24.7, 110, 135, 24.7], [0, 100, 100, 0]);
    expect(found.map(({ bValue, nominalBValue }) => [bValue, nominalBValue])).toEqual([
      [24.7, 0],
      [122.5, 100],
    ]);
  });

  test("can be those of some images only", () => {
    const found = findShells({ bValues: [0, 500, 500, 1000] }, [3, 1]);
    expect(found.map(({ contrasts }) => contrasts)).toEqual([[1], [3]]);
  });
});

test("an image counts as b = 0 below 50 s/mm² of what was asked", () => {
  expect(isB0({ bValues: [24.7] }, 0)).toBe(true);
  expect(isB0({ bValues: [50] }, 0)).toBe(false);
  expect(isB0({ bValues: [62], nominalBValues: [0] }, 0)).toBe(true);
});
