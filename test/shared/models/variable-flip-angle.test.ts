import { expect, test } from "vitest";
import { requireFlipAngles, variableFlipAngleSheet } from "#shared/models/variable-flip-angle.ts";
import { expectCompleteSheet } from "./t1-sheets.ts";

const options = { repetitionTimeMs: 15, method: "nonlinear" } as const;

test.each(["nonlinear", "linear"] as const)("the data sheet is complete (%s)", (method) => {
  expectCompleteSheet(variableFlipAngleSheet(method), "variable-flip-angle", "FlipAngle");
});

test("limits of T1 are the default ones or those asked for", () => {
  expect(requireFlipAngles([3, 20], options)).toEqual({ shortestMs: 10, longestMs: 10_000 });
  const limits = requireFlipAngles([3, 20], { ...options, minTimeMs: 50, maxTimeMs: 500 });
  expect(limits).toEqual({ shortestMs: 50, longestMs: 500 });
});

test("flip angles, repetition times and limits that are none are refused", () => {
  for (const angle of [0, -3, 180, Number.NaN]) {
    expect(() => requireFlipAngles([angle, 20], options)).toThrow(/is no flip angle/);
  }
  for (const repetitionTimeMs of [0, -1, Number.NaN, Number.POSITIVE_INFINITY]) {
    expect(() => requireFlipAngles([3, 20], { ...options, repetitionTimeMs })).toThrow(
      /is no repetition time/,
    );
  }
  expect(() => requireFlipAngles([3], { ...options, minTimeMs: 60, maxTimeMs: 60 })).toThrow(
    /no time constant/,
  );
});
