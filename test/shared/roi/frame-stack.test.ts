import { describe, expect, test } from "vitest";
import { usualSpacing } from "#shared/roi/frame-stack.ts";

describe("the usual distance of planes", () => {
  test("is the stated one where frames are left out", () => {
    expect(usualSpacing([0, 5, 7.5], 2.5)).toBe(2.5);
    expect(usualSpacing([3], 2.5)).toBe(2.5);
  });

  test("is measured where the stated one contradicts the positions, or is 0", () => {
    expect(usualSpacing([0, 1, 2, 3], 0.8)).toBe(1);
    expect(usualSpacing([0, 1, 2, 3], 0)).toBe(1);
    expect(usualSpacing([-99.48, 103.02, 104.27, 105.52], undefined)).toBeCloseTo(1.25, 10);
  });

  test("of a single plane that says nothing is not known", () => {
    expect(usualSpacing([3], undefined)).toBeUndefined();
  });
});
