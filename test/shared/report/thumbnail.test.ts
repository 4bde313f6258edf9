import { inflateSync } from "node:zlib";
import { expect, test } from "vitest";
import { drawThumbnail } from "#shared/report/thumbnail.ts";

/** Width, height and rows of a grey PNG of ours: one IDAT, rows not filtered. */
function readPng(png: Uint8Array) {
  const bytes = Buffer.from(png);
  const at = bytes.indexOf("IDAT");
  const rows = inflateSync(bytes.subarray(at + 4, at + 4 + bytes.readUInt32BE(at - 4)));
  const [width, height] = [bytes.readUInt32BE(16), bytes.readUInt32BE(20)];
  return { width, height, pixel: (x: number, y: number) => rows[y * (width + 1) + 1 + x] };
}

test("an image keeps its rows and columns, from black to white, and says its shape in mm", () => {
  const samples = Int16Array.from({ length: 12 }, (_, n) => n * 10 - 50);
  const { png, aspect } = drawThumbnail({ rows: 3, columns: 4, samples, spacing: [2, 1] });
  const { width, height, pixel } = readPng(png);
  expect([width, height, aspect]).toEqual([4, 3, 4 / 6]);
  expect([pixel(0, 0), pixel(3, 2)]).toEqual([0, 255]);
  expect(pixel(1, 1)).toBe(Math.round((255 * 5) / 11));
});

test("a large image is averaged to at most 192 pixels a side", () => {
  const samples = Float32Array.from({ length: 400 * 300 }, (_, n) => n % 400);
  const { width, height } = readPng(
    drawThumbnail({ rows: 300, columns: 400, samples, spacing: [1, 1] }).png,
  );
  expect([width, height]).toEqual([134, 100]);
});

test("a flat image is a picture too", () => {
  const { png } = drawThumbnail({ rows: 2, columns: 2, samples: [5, 5, 5, 5], spacing: [1, 1] });
  expect(readPng(png).pixel(0, 0)).toBe(0);
});
