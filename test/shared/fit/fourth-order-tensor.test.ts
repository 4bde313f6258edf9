import { expect, test } from "vitest";
import { newFourthOrderRotation } from "#shared/fit/fourth-order-tensor.ts";
import { decomposeSymmetric } from "#shared/fit/symmetric-eigen.ts";
import {
  fourthOrderCounts,
  fourthOrderElements,
} from "#shared/models/diffusion-kurtosis-tensor.ts";

const tensor = Float64Array.from({ length: 15 }, (_, e) => Math.sin(3 * e + 1));
const axes = new Float64Array(9);
decomposeSymmetric([1, 2, 3, 0.4, -0.7, 0.2], new Float64Array(3), axes);

/** T(nnnn). */
const along = (elements: ArrayLike<number>, n: readonly number[]) =>
  fourthOrderElements.reduce(
    (sum, element, e) =>
      sum + fourthOrderCounts[e]! * elements[e]! * element.reduce((p, i) => p * n[i]!, 1),
    0,
  );

test("the value along a direction does not depend on the axes", () => {
  const turned = new Float64Array(15);
  newFourthOrderRotation().rotate(tensor, axes, false, turned);
  for (const n of [
    [1, 0, 0],
    [0.6, 0.8, 0],
    [0.36, 0.48, 0.8],
  ]) {
    const inAxes = [0, 1, 2].map((i) =>
      n.reduce((sum, value, j) => sum + axes[3 * i + j]! * value, 0),
    );
    expect(along(turned, inAxes)).toBeCloseTo(along(tensor, n), 12);
  }
});

test("turned and turned back it is the same, for one room used again", () => {
  const { rotate } = newFourthOrderRotation();
  const there = new Float64Array(15);
  const back = new Float64Array(15);
  rotate(tensor, axes, false, there);
  rotate(there, axes, true, back);
  back.forEach((value, e) => {
    expect(value).toBeCloseTo(tensor[e]!, 12);
  });
});

test("the counts are those of 81 elements", () => {
  expect(fourthOrderCounts.reduce((a, b) => a + b, 0)).toBe(81);
});
