import { inflateSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { encodePreview } from "#shared/report/preview.ts";
import { makeExampleContent } from "./example-content.ts";

/** Width, height and pixels of a PNG with rows that are not filtered. */
function readPng(png: Uint8Array): {
  width: number;
  height: number;
  at: (x: number, y: number) => number[];
} {
  const buffer = Buffer.from(png);
  const width = buffer.readUInt32BE(16);
  const height = buffer.readUInt32BE(20);
  const start = buffer.indexOf("IDAT");
  const rows = inflateSync(buffer.subarray(start + 4, start + 4 + buffer.readUInt32BE(start - 4)));
  const at = (x: number, y: number) => [
    ...rows.subarray(y * (width * 3 + 1) + 1 + x * 3).subarray(0, 3),
  ];
  return { width, height, at };
}

const content = makeExampleContent({ hostile: false });
const grid = content.grid!;
const [t2, , , status] = content.maps;

describe("a preview", () => {
  test("is 800 pixels wide for any number of slices, and never much taller", () => {
    for (const slices of [1, 2, 6, 40, 200]) {
      const many = makeExampleContent({ slices, columns: 24, rows: 40 });
      const { width, height } = readPng(
        encodePreview({ title: "T2 map", grid: many.grid!, map: many.maps[0]! }),
      );
      expect(width).toBe(800);
      expect(height).toBeGreaterThan(150);
      expect(height).toBeLessThan(920);
    }
  });

  test("same content, same bytes", () => {
    const make = () => encodePreview({ title: "T2 map", subtitle: "scan 5", grid, map: t2! });
    expect(make()).toEqual(make());
  });

  test("a pixel has the true proportions of a voxel", () => {
    // One slice of a cube of 2 x 1 mm pixels, one half each colour: the field of view is square.
    const square = {
      shape: [10, 20, 1] as const,
      affineLps: [2, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1],
      origin: "dicom" as const,
    };
    const samples = Float32Array.from({ length: 200 }, (_, n) => (n % 10 < 5 ? 0 : 1));
    const map = { ...t2!, samples, displayRange: [0, 1] as const };
    const { at, height } = readPng(encodePreview({ title: "", grid: square, map }));
    let dark = 0;
    let light = 0;
    for (let x = 0; x < 800; x++) {
      const [red = 0, , blue = 0] = at(x, 300);
      if (red === 71 && blue > 70) dark++;
      if (red > 240 && blue < 60) light++;
    }
    let tall = 0;
    for (let y = 0; y < height - 68; y++) if ((at(450, y)[2] ?? 255) < 60) tall++;
    expect(dark).toBeGreaterThan(300);
    expect(Math.abs(dark - light)).toBeLessThanOrEqual(2);
    expect(Math.abs(dark + light - tall)).toBeLessThanOrEqual(4);
  });

  test("a status map has the codes that occur beneath it, in their colours", () => {
    const codes = content.statuses.filter(({ count }) => count > 0);
    const { height, at } = readPng(encodePreview({ title: "Status", grid, map: status!, codes }));
    const seen = new Set<string>();
    for (let y = height - 130; y < height; y++)
      for (let x = 0; x < 800; x += 2) seen.add(at(x, y).join());
    for (const colour of ["143,211,189", "102,106,112", "213,94,0", "0,114,178"])
      expect(seen).toContain(colour);
  });

  test("a title that is too long, or in letters the font has not, is drawn all the same", () => {
    const title = `${"very long ".repeat(40)} 核磁 \ud800`;
    expect(encodePreview({ title, subtitle: title, grid, map: t2! }).length).toBeGreaterThan(1000);
  });
});

test("a colour map has its own colours, its directions in the legend, and none where it is transparent", () => {
  const square = {
    shape: [2, 2, 1] as const,
    affineLps: [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1],
    origin: "dicom" as const,
  };
  const samples = Uint8Array.of(200, 0, 0, 255, 0, 150, 0, 255, 0, 0, 99, 255, 1, 2, 3, 0);
  const map = { name: "colour FA", label: "", kind: "colour", samples, unit: "1" } as const;
  const { at, height } = readPng(encodePreview({ title: "", grid: square, map }));
  const seen = new Set<string>();
  for (let y = 0; y < height; y += 3) for (let x = 0; x < 800; x += 3) seen.add(at(x, y).join());
  for (const colour of ["200,0,0", "0,150,0", "0,0,99", "228,229,232"])
    expect(seen).toContain(colour);
  // The legend.
  for (const colour of ["255,0,0", "0,255,0", "0,0,255"]) expect(seen).toContain(colour);
  expect(seen).not.toContain("1,2,3");
});
