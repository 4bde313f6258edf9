import { describe, expect, test } from "vitest";
import { gatherCurves } from "#shared/volume/series-volume.ts";

// Two contrasts, two slices of 2 x 1 voxels, each frame with a scale of its own.
const source = {
  stored: Uint16Array.from([1, 2, 3, 4, 5, 6, 7, 65535]),
  slope: Float64Array.from([1, 10, 100, 1000]),
  intercept: Float64Array.from([0, 1, 2, 3]),
  padding: undefined,
  shape: [2, 1, 2] as const,
};

describe("gathering curves", () => {
  test("each frame's own slope and intercept scale its values", () => {
    const out = new Float64Array(8);
    gatherCurves(source, [0, 1], 0, 4, out);
    expect([...out]).toEqual([1, 502, 2, 602, 31, 7003, 41, 65535003]);
  });

  test("a block may start and end inside a slice, and contrasts may be left out", () => {
    const out = new Float64Array(2);
    gatherCurves(source, [1], 1, 2, out);
    expect([...out]).toEqual([602, 7003]);
  });

  test("padding is not a signal", () => {
    const out = new Float64Array(4);
    gatherCurves({ ...source, padding: { low: 65535, high: 65535 } }, [1], 0, 4, out);
    expect([...out]).toEqual([502, 602, 7003, Number.NaN]);
  });
});
