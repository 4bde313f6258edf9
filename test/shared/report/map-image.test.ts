import { describe, expect, test } from "vitest";
import {
  chooseColourScale,
  colourIndex,
  drawSlice,
  makePalette,
} from "#shared/report/map-image.ts";
import type { Grid } from "#shared/volume/grid.ts";

const grid: Grid = {
  shape: [3, 2, 2],
  affineLps: [0.25, 0, 0, 0, 0, 0.5, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1],
  origin: "dicom",
};
const samples = Float32Array.from([0, 50, 100, Number.NaN, -5, 200, 1, 2, 3, 4, 5, 6]);
const scale = chooseColourScale({ kind: "value", samples, unit: "ms", displayRange: [0, 100] });

describe("a slice as a picture", () => {
  test("each slice by itself, rows from the top", () => {
    expect([...drawSlice(grid, samples, 0, scale).pixels]).toEqual([1, 128, 255, 0, 1, 255]);
    expect([...drawSlice(grid, samples, 1, scale).pixels]).toEqual([4, 6, 9, 11, 14, 16]);
  });

  test("NaN is transparent, values beyond the scale take its ends", () => {
    const { palette } = drawSlice(grid, samples, 0, scale);
    expect(palette?.[3]).toBe(0);
    expect(palette?.[7]).toBe(255);
    expect(colourIndex(scale, Number.POSITIVE_INFINITY)).toBe(255);
    expect(colourIndex(scale, Number.NEGATIVE_INFINITY)).toBe(1);
  });

  test("axes of a NIfTI file are turned, not only labelled", () => {
    // RAS: i to the right and j to the front of the patient; drawn with left at the right, front at the top.
    const ras: Grid = {
      ...grid,
      affineLps: [-0.25, 0, 0, 0, 0, -0.5, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1],
      origin: "nifti",
    };
    expect([...drawSlice(ras, samples, 0, scale).pixels]).toEqual([255, 1, 0, 255, 128, 1]);
  });

  test("a stride draws every second pixel of both directions", () => {
    const picture = drawSlice(grid, samples, 0, scale, 2);
    expect([picture.width, picture.height, ...picture.pixels]).toEqual([2, 1, 1, 255]);
  });

  test("a status code is its own index", () => {
    const codes = chooseColourScale({
      kind: "status",
      samples: Uint8Array.from([0, 6, 1]),
      unit: "1",
    });
    expect([0, 1, 6, 300, Number.NaN].map((code) => colourIndex(codes, code))).toEqual([
      0, 1, 6, 255, 0,
    ]);
    expect(makePalette(codes)[3]).toBe(0);
  });
});

describe("the colour scale of a map", () => {
  test("is the range that is given, in the unit of reports", () => {
    const given = chooseColourScale({ kind: "value", samples, unit: "s", displayRange: [0, 0.1] });
    expect(given).toMatchObject({ low: 0, high: 0.1, unit: "ms", factor: 1000 });
  });

  test("else from 0 to a round number above most values", () => {
    const values = Float32Array.from({ length: 1000 }, (_, n) => (n === 0 ? 1e6 : n / 10.5));
    expect(chooseColourScale({ kind: "value", samples: values, unit: "ms" })).toMatchObject({
      low: 0,
      high: 100,
    });
  });

  test("of a map without values, or with one value, can still be divided by", () => {
    for (const values of [new Float32Array(4).fill(Number.NaN), new Float32Array(4)]) {
      const { low, high } = chooseColourScale({ kind: "value", samples: values, unit: "s" });
      expect(high).toBeGreaterThan(low);
    }
    const flat = { kind: "value", samples, unit: "ms", displayRange: [5, 5] } as const;
    expect(chooseColourScale(flat)).toMatchObject({ low: 5, high: 6 });
  });

  test("of R² is 0 to 1", () => {
    expect(chooseColourScale({ kind: "quality", samples, unit: "1" })).toMatchObject({
      low: 0,
      high: 1,
    });
  });
});

describe("a colour map", () => {
  const colours = Uint8Array.from({ length: 48 }, (_, n) => (n % 4 === 3 ? 255 : 10 + n));
  colours.fill(0, 4, 8);
  const asIs = chooseColourScale({ kind: "colour", samples: colours, unit: "1" });

  test("is drawn as it is, transparent where there is no value", () => {
    const { kind, width, height, pixels } = drawSlice(grid, colours, 1, asIs);
    expect([kind, width, height]).toEqual(["rgba", 3, 2]);
    expect([...pixels]).toEqual([...colours.subarray(24)]);
    expect(drawSlice(grid, colours, 0, asIs).pixels[7]).toBe(0);
  });

  test("is turned and thinned like any other map", () => {
    const ras: Grid = {
      ...grid,
      affineLps: [-0.25, 0, 0, 0, 0, -0.5, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1],
      origin: "nifti",
    };
    expect([...drawSlice(ras, colours, 0, asIs).pixels.subarray(0, 4)]).toEqual([
      ...colours.subarray(20, 24),
    ]);
    const thin = drawSlice(grid, colours, 0, asIs, 2);
    expect([thin.width, thin.height, thin.pixels[4]]).toEqual([2, 1, colours[8]]);
  });
});
