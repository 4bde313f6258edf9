import { expect, test } from "vitest";
import { spreadRepeats } from "#shared/report/spread-repeats.ts";

test("single abscissae stay where they are", () => {
  expect(spreadRepeats([0, 10, 20, 40], [4, 3, 2, 1])).toEqual([0, 10, 20, 40]);
});

test("images of one shell stand side by side around its middle, in order of their rank", () => {
  const x = [0, 990, 1000, 1010];
  const placed = spreadRepeats(x, [9, 3, 1, 2]);
  expect(placed[0]).toBe(0);
  // Lowest first: the second image, the third, the first of the shell.
  const [first, second, third] = [placed[2]!, placed[3]!, placed[1]!];
  expect(second).toBeCloseTo(1000, 9);
  expect(second - first).toBeCloseTo(third - second, 9);
  expect(second - first).toBeGreaterThan(10);
});

test("a row never reaches the next one, however many it has", () => {
  const x = [...Array(200).fill(500), ...Array(200).fill(1000)];
  const placed = spreadRepeats(x, x);
  const [low, high] = [placed.slice(0, 200), placed.slice(200)];
  expect(Math.max(...low)).toBeLessThan(Math.min(...high));
  expect(new Set(placed).size).toBe(400);
});

test("equal ranks keep the order of the images", () => {
  const placed = spreadRepeats([5, 5, 5], [1, 1, 1]);
  expect(placed).toEqual(placed.toSorted((a, b) => a - b));
});

test("real and imaginary parts of one time are no repeats", () => {
  const x = [10, 20, 10, 20];
  const parts = ["real", "real", "imaginary", "imaginary"];
  expect(spreadRepeats(x, [1, 2, 3, 4], parts)).toEqual(x);
});

test("no samples are no rows", () => {
  expect(spreadRepeats([], [])).toEqual([]);
});
