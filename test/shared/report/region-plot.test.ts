import { describe, expect, test } from "vitest";
import type { RegionMeasurement } from "#shared/report/region-content.ts";
import { chooseAxis, renderRegionPlot, renderSharedAxis } from "#shared/report/region-plot.ts";

function measure(values: readonly number[]): RegionMeasurement {
  const sorted = Float64Array.from(values).sort();
  const at = (share: number) => sorted[Math.round(share * (sorted.length - 1))] ?? Number.NaN;
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return {
    region: 0,
    map: 0,
    status: "ok",
    reasons: [],
    voxels: values.length,
    valid: values.length,
    excluded: [],
    insideShare: 1,
    volumeMm3: 1,
    mean,
    standardDeviation: 5,
    standardError: 1,
    minimum: at(0),
    p5: at(0.05),
    p25: at(0.25),
    median: at(0.5),
    p75: at(0.75),
    p95: at(0.95),
    maximum: at(1),
    values: sorted,
  };
}

const even = Array.from({ length: 101 }, (_, n) => 40 + n / 5);

describe("the axis of a map", () => {
  test("holds all values of regions without outliers", () => {
    const axis = chooseAxis([measure(even), measure(even.map((v) => v + 30))], 1, 200);
    expect(axis.low).toBeCloseTo(38.5, 0);
    expect(axis.high).toBeCloseTo(91.5, 0);
  });

  test("is not squeezed by wild voxels", () => {
    const wild = even.map((value, n) => (n < 5 ? 2000 : value));
    expect(chooseAxis([measure(wild)], 1, 200).high).toBeLessThan(100);
  });

  test("of regions with one value, or with none, can still be divided by", () => {
    for (const all of [[measure([5])], [measure([0])], [measure([])], []]) {
      const { low, high } = chooseAxis(all, 1000, 200);
      expect(high).toBeGreaterThan(low);
    }
  });

  test("has its ticks in the unit of reports", () => {
    const { drawing } = renderSharedAxis(
      chooseAxis([measure(even.map((v) => v / 1000))], 1000, 200),
    );
    expect(drawing.markup).toContain(">50</text>");
  });
});

describe("the plot of a region", () => {
  const axis = { low: 40, high: 60, bins: 20, factor: 1, width: 228 };

  test("places quartiles, median and mean on the axis, 10 units a millisecond", () => {
    const { markup } = renderRegionPlot(measure(even), axis, "#ff0000", "T2");
    expect(markup).toContain('<rect class="box" fill="#ff0000" x="64" y="33" width="100"');
    expect(markup).toContain('class="middle" x1="114" x2="114"');
    expect(markup).toContain('cx="114"');
    expect(markup).toContain('class="spread" x1="64" x2="164"');
  });

  test("draws a histogram whose highest bin is as high as the drawing", () => {
    const { markup } = renderRegionPlot(measure([41, 41, 50, 1e9]), axis, "#000000", "T2");
    const path = /class="shape" fill="#000000" d="([^"]+)"/.exec(markup)![1]!;
    expect(path).toContain("V0H34");
    expect(path.match(/V12H/g)).toHaveLength(1);
    expect(markup).not.toMatch(/NaN|Infinity/);
  });

  test("is its box alone without values", () => {
    const { markup } = renderRegionPlot(
      { ...measure(even), values: undefined },
      axis,
      "#000000",
      "",
    );
    expect(markup).toContain('viewBox="0 0 228 20"');
    expect(markup).not.toContain("shape");
  });
});
