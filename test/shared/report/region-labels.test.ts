import { describe, expect, test } from "vitest";
import { labelRegions, shortenName } from "#shared/report/region-labels.ts";

const region = (number: number, name = "a") => ({ number, name, colour: undefined });

describe("labels of regions", () => {
  test("are their numbers where these are short and differ", () => {
    expect(labelRegions([region(4), region(2)]).map(({ label }) => label)).toEqual(["4", "2"]);
  });

  test("are their places where numbers repeat, are long or are none", () => {
    for (const number of [4, 2147483647, -1, Number.NaN, 1.5]) {
      const labels = labelRegions([region(4), region(number)]).map(({ label }) => label);
      expect(labels).toEqual(["1", "2"]);
    }
  });

  test("a name of blanks is no name", () => {
    expect(labelRegions([region(1, " \t"), region(2, " b ")]).map(({ name }) => name)).toEqual([
      "(no name)",
      "b",
    ]);
  });

  test("regions without a colour get one each, regions with one keep it", () => {
    const many = labelRegions(Array.from({ length: 200 }, (_, n) => region(n + 1)));
    expect(new Set(many.map(({ colour }) => colour.join())).size).toBeGreaterThan(190);
    expect(labelRegions([{ ...region(1), colour: [1, 2, 3] }])[0]!.colour).toEqual([1, 2, 3]);
  });
});

test("a long name is cut between characters, however they are encoded", () => {
  expect(shortenName("kidney", 6)).toBe("kidney");
  expect(shortenName("kidneys", 6)).toBe("kidne…");
  expect(shortenName("🩸".repeat(9), 4)).toBe("🩸🩸🩸…");
  expect(shortenName("x".repeat(1_000_000), 10)).toBe("xxxxxxxxx…");
});
