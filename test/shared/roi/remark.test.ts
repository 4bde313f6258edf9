import { describe, expect, test } from "vitest";
import { joinRemarks, nameRoi, ordinal, type Remark } from "#shared/roi/remark.ts";

const roi = { number: 1, name: "kidney1" };
const lies = (contour: number, value: number): Remark => ({
  ...{ code: "CONTOUR_PLANE_DISTANCE", severity: "warning", contour, value, plane: contour },
  one: `lies ${value} mm away`,
  many: (largest) => `lie up to ${largest} mm away`,
});

describe("sentences about contours", () => {
  test("one contour is named by its place", () => {
    expect(joinRemarks(roi, 3, [lies(1, 0.4)])).toEqual([
      {
        ...{
          code: "CONTOUR_PLANE_DISTANCE",
          severity: "warning",
          contour: 1,
          plane: 1,
          value: 0.4,
        },
        text: 'The second contour of ROI 1 "kidney1" lies 0.4 mm away.',
      },
    ]);
  });

  test("what several contours do is one sentence with their number and the largest value", () => {
    const [joined] = joinRemarks(roi, 9, [lies(0, 0.2), lies(11, -0.4), lies(20, 0.3)]);
    expect(joined?.text).toBe(
      '3 contours of ROI 1 "kidney1" (first, 12th, 21st) lie up to -0.4 mm away.',
    );
    expect(joined?.value).toBe(-0.4);
    const all = [0, 1, 2, 3, 4].map((n) => lies(n, n));
    expect(joinRemarks(roi, 5, all)[0]?.text).toMatch(/^All 5 contours of ROI 1 "kidney1" lie/);
    expect(joinRemarks(roi, 2, all.slice(0, 2))[0]?.text).toMatch(/^Both contours of/);
    expect(joinRemarks(roi, 6, all)[0]?.text).toContain("(first, second, third, fourth, ...)");
  });

  test("other words are another sentence", () => {
    const other: Remark = { ...lies(1, 2), many: (largest) => `stand up to ${largest} mm off` };
    expect(joinRemarks(roi, 4, [lies(0, 1), other])).toHaveLength(2);
  });

  test("names cannot break a line, colour a terminal or fill a page", () => {
    expect(nameRoi({ number: 4, name: "" })).toBe("ROI 4");
    expect(nameRoi({ number: 4, name: "a\n\u001b[31mb\u2028c" })).toBe('ROI 4 "a  [31mb c"');
    expect(nameRoi({ number: 4, name: "tumör/=1+1" })).toBe('ROI 4 "tumör/=1+1"');
    expect(nameRoi({ number: 4, name: "x".repeat(1e6) }).length).toBeLessThan(80);
  });

  test("places are counted as people count", () => {
    expect([0, 7, 8, 10, 11, 12, 20, 21, 22, 110].map(ordinal)).toEqual([
      "first",
      "eighth",
      "9th",
      "11th",
      "12th",
      "13th",
      "21st",
      "22nd",
      "23rd",
      "111th",
    ]);
  });
});
