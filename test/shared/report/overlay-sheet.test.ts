import { describe, expect, test } from "vitest";
import { encodeOverlaySheet } from "#shared/report/overlay-sheet.ts";
import { viewPlanes } from "#shared/report/slice-view.ts";
import { makeExampleRegions } from "./example-regions.ts";

const content = makeExampleRegions({ columns: 48, rows: 64 });
const { regions, reference, maps } = content;
const sizeOf = (png: Uint8Array) => {
  const buffer = Buffer.from(png);
  return [buffer.readUInt32BE(16), buffer.readUInt32BE(20)] as const;
};

describe("a sheet of overlays", () => {
  test("shows the reference and every map, 1200 pixels wide, same bytes each time", () => {
    const like = viewPlanes(reference!.planes);
    for (const image of [reference!, ...maps]) {
      const make = () =>
        encodeOverlaySheet({ title: "T2 map", subtitle: "M_017 · é", image, regions, like });
      const png = make();
      expect(png).toEqual(make());
      const [width, height] = sizeOf(png);
      expect(width).toBe(1200);
      expect(height).toBeGreaterThan(600);
      expect(height).toBeLessThan(2000);
    }
  });

  test("of many slices and regions stays a picture that can be opened", () => {
    const many = makeExampleRegions({ slices: 80, regions: 60, maps: 1, columns: 24, rows: 24 });
    const png = encodeOverlaySheet({ title: "T2", image: many.maps[0]!, regions: many.regions });
    expect(sizeOf(png)[1]).toBeLessThan(5000);
    expect(png.length).toBeLessThan(6e6);
  });

  test("without regions shows the middle slice", () => {
    const image = { ...maps[0]!, shapes: [] };
    const png = encodeOverlaySheet({ title: "T2", image, regions: [] });
    expect(sizeOf(png)[1]).toBeGreaterThan(300);
  });
});
