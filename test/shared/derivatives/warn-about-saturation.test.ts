import { expect, test } from "vitest";
import { warnAboutSaturation } from "#shared/derivatives/warn-about-saturation.ts";

test("clipped voxels are counted, with their value and what it means", () => {
  expect(warnAboutSaturation({ saturated: 12, largest: 4095 }, "their T2 is too long")).toEqual([
    {
      code: "W-SATURATED",
      text: expect.stringMatching(/^12 voxels .*\(4095\).*and their T2 is too long\.$/),
    },
  ]);
});

test("nothing is said where nothing was clipped", () => {
  expect(warnAboutSaturation({ saturated: 0, largest: 4095 }, "")).toEqual([]);
});
