import { expect, test } from "vitest";
import { displayWindow } from "#shared/dicom/display-window.ts";
import { quantizeMap } from "#shared/dicom/quantize.ts";

test("the window spans the 1st to the 99th percentile: single outliers do not dim the rest", () => {
  const values = Array.from({ length: 1001 }, (_, i) => 40 + 0.02 * i);
  const { center, width } = displayWindow(quantizeMap([...values, 1e4, Number.NaN]));
  expect(center).toBeCloseTo(50, 0);
  expect(width).toBeCloseTo(19.6, 0);
});

test("a constant map and one without values still have a width above 0", () => {
  for (const values of [[7, 7], [Number.NaN], []]) {
    expect(displayWindow(quantizeMap(values)).width).toBeGreaterThan(0);
  }
});
