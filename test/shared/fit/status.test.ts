import { describe, expect, test } from "vitest";
import { statusCode, statusTable, tallyStatus } from "#shared/fit/status.ts";

describe("the table of status codes", () => {
  test("is fixed: codes never change meaning", () => {
    expect(statusCode).toEqual({
      outside: 0,
      ok: 1,
      noise: 2,
      "invalid-input": 3,
      "not-converged": 4,
      "lower-bound": 5,
      "upper-bound": 6,
      "poor-fit": 7,
      "large-error": 8,
      "not-identifiable": 9,
      "out-of-calibration": 10,
    });
  });

  test("lists every code in order, with a meaning", () => {
    statusTable.forEach((row, code) => {
      expect(row.code).toBe(code);
      expect(statusCode[row.name]).toBe(code);
      expect(row.meaning).not.toBe("");
    });
    expect(statusTable).toHaveLength(Object.keys(statusCode).length);
  });

  test("a tally counts every voxel once", () => {
    const tally = tallyStatus(Uint8Array.of(0, 1, 1, 6, 8, 0, 1));
    expect(tally.ok).toBe(3);
    expect(tally.outside).toBe(2);
    expect(tally["upper-bound"]).toBe(1);
    expect(Object.values(tally).reduce((a, b) => a + b, 0)).toBe(7);
  });
});
