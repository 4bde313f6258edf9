import { describe, expect, test } from "vitest";
import { readContourData } from "#shared/roi/contour-data.ts";

const read = (text: string) => readContourData(Buffer.from(text, "latin1"), 9);

describe("contour data", () => {
  test("blanks, a trailing NUL and seventeen decimals are read", () => {
    const { points } = read(" 1.00000000000000001 \\ -2\\3 \\4\\5\\6.25\0");
    expect([...points!]).toEqual([1, -2, 3, 4, 5, 6.25]);
  });

  test.each([
    ["", "has no coordinates"],
    [" \0", "has no coordinates"],
    ["1\\2", "has 2 numbers, not a multiple of three"],
    ["1\\\\3", "has an empty value at position 2"],
    ["1\\2\\3\\", "has an empty value at position 4"],
    ["1\\2,5\\3", 'has "2,5" at position 2, which is no number'],
    ["1\\2\\NaN", 'has "NaN" at position 3, which is no number'],
    ["1\\2\\3\\4\\5\\6\\7\\8\\9\\10", "has 10 numbers, more than are read of a file"],
    ["1\\2\\1e308", "has a coordinate of 1e308 mm (number 3)"],
    ["-1000001\\2\\3", "has a coordinate of -1000001 mm (number 1)"],
    ["1\\2\\1e999", "has a coordinate of Infinity mm (number 3)"],
  ])("%j %s", (text, fault) => {
    expect(read(text)).toEqual({ points: undefined, fault });
  });
});
