import { describe, expect, test } from "vitest";
import { rememberResults } from "#shared/dicom/remember-results.ts";

/** A function that tells how often it worked. */
function counting() {
  const worked: unknown[] = [];
  const remembered = rememberResults((value: unknown) => {
    worked.push(value);
    return [value];
  });
  return { worked, remembered };
}

describe("a function that remembers its results", () => {
  test("works once for each value, in whatever order they return", () => {
    const { worked, remembered } = counting();
    const list = [1, 2];
    for (const value of ["a", list, 0, "a", list, 0, undefined, undefined]) {
      expect(remembered(value)).toEqual([value]);
    }
    expect(worked).toEqual(["a", list, 0, undefined]);
  });

  test("tells 0 from -0, and lists by identity", () => {
    const { worked, remembered } = counting();
    expect(remembered(0)).toEqual([0]);
    expect(remembered(-0)).toEqual([-0]);
    expect(remembered(0)).toEqual([0]);
    remembered([1]);
    remembered([1]);
    expect(worked).toHaveLength(4);
  });

  test("gives up keeping values that hardly ever return, but for the last", () => {
    const { worked, remembered } = counting();
    for (let value = 1; value <= 5000; value++) {
      expect(remembered(value)).toBe(remembered(value));
      expect(remembered(value)).toEqual([value]);
    }
    expect(worked).toHaveLength(5000);
    remembered(1);
    expect(worked).toHaveLength(5001);
  });
});
