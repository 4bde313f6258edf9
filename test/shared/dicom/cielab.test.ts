import { expect, test } from "vitest";
import { decodeCielab, encodeCielab } from "#shared/dicom/cielab.ts";

test("white, black and grey have no hue: a* and b* are 0, stored as 32896", () => {
  expect(encodeCielab([255, 255, 255])).toEqual([65535, 32896, 32896]);
  expect(encodeCielab([0, 0, 0])).toEqual([0, 32896, 32896]);
  // L* 63.223 by CIE 15.
  expect(encodeCielab([153, 153, 153])).toEqual([41433, 32896, 32896]);
});

test("red is L* 53.24, a* 80.09, b* 67.20, as every table of sRGB has it", () => {
  const [l, a, b] = encodeCielab([255, 0, 0]);
  expect((l / 65535) * 100).toBeCloseTo(53.24, 1);
  expect((a / 65535) * 255 - 128).toBeCloseTo(80.09, 1);
  expect((b / 65535) * 255 - 128).toBeCloseTo(67.2, 1);
});

test("every colour comes back as it was", () => {
  for (let r = 0; r < 256; r += 15) {
    for (let g = 0; g < 256; g += 15) {
      for (let b = 0; b < 256; b += 15) {
        expect(decodeCielab(encodeCielab([r, g, b]))).toEqual([r, g, b]);
      }
    }
  }
});

test("colours beyond sRGB are brought into its range", () => {
  expect(decodeCielab([65535, 0, 65535])).toEqual([0, 255, 0]);
});
