import { describe, expect, test } from "vitest";
import { countInBins } from "#shared/stats/histogram.ts";

const count = (values: number[], width: number) =>
  countInBins(Float64Array.from(values).sort(), width).bins.map(({ low, count }) => [low, count]);

describe("counting in bins", () => {
  test("whole numbers have a bin each at width 1", () => {
    expect(count([1, 4, 4, -2, 1, 1], 1)).toEqual([
      [-2, 1],
      [1, 3],
      [4, 2],
    ]);
  });

  test("a bin holds its lower edge and not its upper one, below 0 too", () => {
    expect(count([-0.5, -0.25, 0, 0.25, 0.49999, 0.5], 0.5)).toEqual([
      [-0.5, 2],
      [0, 3],
      [0.5, 1],
    ]);
  });

  test("values on an edge stay there in 32-bit floats and after a division", () => {
    const tenths = Array.from({ length: 20 }, (_, i) => (i + 1) / 10);
    const edges = tenths.map((low) => [low, 1]);
    expect(count(tenths, 0.1)).toEqual(edges);
    expect(count(tenths.map(Math.fround), 0.1)).toEqual(edges);
  });

  test("wild values cost no memory: empty bins are not listed", () => {
    expect(count([0, 1e300], 1e-3)).toHaveLength(2);
  });

  test("nothing gives no bins", () => {
    expect(countInBins(new Float64Array(0), 2)).toEqual({ binWidth: 2, bins: [] });
  });
});
