import { expect, test } from "vitest";
import { cropRegions } from "#shared/roi/crop-regions.ts";

test("boxes larger than what is held are refused before they are made", () => {
  const side = 4096;
  const values = new Uint8Array(side * side);
  // Forty labels, each in two opposite corners.
  for (let label = 1; label <= 40; label++) {
    values[label] = label;
    values[values.length - 50 + label] = label;
  }
  let passes = 0;
  const each = (take: (plane: number, values: Uint8Array) => void) => {
    passes++;
    take(0, values);
  };
  const stored = { path: "labels.nii", columns: side, rows: side, each, shareOf: () => 1 };
  expect(() => cropRegions(stored)).toThrow(
    expect.objectContaining({ code: "E-REGION-SIZE", tag: "unsupported" }),
  );
  expect(passes).toBe(1);
});

test("of a plane given twice the larger share counts", () => {
  const regions = cropRegions({
    path: "",
    columns: 2,
    rows: 1,
    each: (take) => {
      take(3, [0.25, 0.75], 1);
      take(3, [0.5, 0.5], 1);
    },
    shareOf: (value) => value,
  });
  expect(regions.get(1)).toEqual({
    planes: [3],
    first: [0, 0],
    size: [2, 1],
    shares: Float32Array.of(0.5, 0.75),
    fractional: true,
  });
});
