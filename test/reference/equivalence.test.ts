import { describe, expect, test } from "vitest";
import { type Comparison, comparePairs, isWithin } from "../../scripts/equivalence/comparison.ts";
import { hasReferenceData } from "../../scripts/equivalence/reference-data.ts";
import { chapters, updateEquivalence } from "../../scripts/equivalence.ts";

const page = new URL("../../docs/equivalence.md", import.meta.url).pathname;

describe.skipIf(!hasReferenceData())("equivalence with other software", () => {
  test("every comparison lies within its gate, and the page shows the numbers of today", async () => {
    const { exitCode, output } = await updateEquivalence(page, true);
    expect(output).toBe("");
    expect(exitCode).toBe(0);
  }, 120_000);

  test("every chapter compares something", async () => {
    expect(chapters.map(({ block }) => block)).toContain("t1");
    expect(new Set(chapters.map(({ block }) => block)).size).toBe(chapters.length);
  });
});

const subject = { dataSet: "a", model: "m", quantity: "T1", origin: "o", unit: "ms" } as const;

describe("a comparison", () => {
  test("is outside its gate when one voxel is, and when a value is missing", () => {
    const compare = (ours: number[]): Comparison =>
      comparePairs(subject, { ours, reference: [1, 2, 4] }, { "largest relative": 1e-3 })[0]!;
    expect(isWithin(compare([1, 2, 4.0004]))).toBe(true);
    expect(isWithin(compare([1, 2, 4.1]))).toBe(false);
    expect(isWithin(compare([1, Number.NaN, 4]))).toBe(false);
  });

  test("measures the median, the 99th percentile and the largest difference", () => {
    const reference = Array.from({ length: 101 }, () => 1);
    const ours = reference.map((value, i) => value + i / 100);
    const gates = { "median relative": 1, "99th percentile relative": 1, "largest absolute": 1 };
    const found = comparePairs(subject, { ours, reference }, gates);
    expect(found.map(({ difference }) => Number(difference.toFixed(10)))).toEqual([0.5, 0.99, 1]);
    expect(found[0]).toMatchObject({ ours: 1.5, reference: 1, count: 101 });
  });

  test("refuses lists of different length", () => {
    expect(() => comparePairs(subject, { ours: [1], reference: [] }, {})).toThrow("1 values for 0");
  });
});
