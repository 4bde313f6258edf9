import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { unsafe } from "#shared/files/safe-path.ts";
import {
  chooseFolders,
  type NamedReconstruction,
  safeName,
} from "#shared/paravision/choose-folders.ts";

const one = (more: Partial<NamedReconstruction>): NamedReconstruction => ({
  path: "study/5/pdata/1",
  study: "study",
  subject: "M01",
  session: "day1",
  examination: 5,
  processing: 1,
  ...more,
});

const foldersOf = (...all: NamedReconstruction[]) =>
  all.map(({ path }) => chooseFolders(all).get(path)?.folder);

describe("the folder of a reconstruction", () => {
  test("is named after subject, session, examination and reconstruction", () => {
    expect(foldersOf(one({}))).toEqual(["M01/day1/5_1"]);
    expect(chooseFolders([one({})]).get("study/5/pdata/1")?.remark).toBeUndefined();
  });

  test("of a second study with the same labels gets a number, and a remark says so", () => {
    const a = one({ path: "a/5/pdata/1", study: "a" });
    const b = one({ path: "b/5/pdata/1", study: "b" });
    expect(foldersOf(b, a)).toEqual(["M01/day1_2/5_1", "M01/day1/5_1"]);
    expect(chooseFolders([b, a]).get("b/5/pdata/1")?.remark).toContain("M01/day1_2/5_1");
  });

  test("does not take a name that another study has by itself", () => {
    const a = one({ path: "a/5", study: "a" });
    const b = one({ path: "b/5", study: "b" });
    const c = one({ path: "c/5", study: "c", session: "day1_2" });
    expect(foldersOf(a, b, c)).toEqual(["M01/day1/5_1", "M01/day1_3/5_1", "M01/day1_2/5_1"]);
  });

  test("differs in more than upper and lower case", () => {
    const a = one({ path: "a/5", study: "a", subject: "mouse" });
    const b = one({ path: "b/5", study: "b", subject: "Mouse" });
    expect(foldersOf(a, b)).toEqual(["mouse_2/day1/5_1", "Mouse/day1/5_1"]);
  });

  test("without examination number has the name of its own folder", () => {
    const { examination: _e, processing: _p, ...loose } = one({ path: "loose scans/T2 map" });
    expect(foldersOf(loose)).toEqual(["M01/day1/T2_map"]);
  });

  test("is a safe path, unique without upper and lower case, whatever the labels; order makes no difference", () => {
    const label = fc.oneof(
      fc.string({ unit: "binary", maxLength: 90 }),
      fc.constantFrom("..", "../../etc", "", "CON", "nul.txt", "a/b", "A", "a", "a.", "ä", "\0"),
    );
    const draw = fc.array(
      fc.record({
        study: fc.constantFrom("s1", "s2", "s3"),
        subject: label,
        session: label,
        examination: fc.integer({ min: 1, max: 3 }),
        processing: fc.integer({ min: 1, max: 2 }),
      }),
      { maxLength: 12 },
    );
    const check = fc.property(draw, (drawn) => {
      const all = drawn.map((more, n) => one({ ...more, path: `${more.study}/x${n}` }));
      const chosen = chooseFolders(all);
      const folders = all.map(({ path }) => chosen.get(path)?.folder ?? "");
      for (const folder of folders) {
        expect(unsafe(folder)).toBeUndefined();
        expect(folder).toMatch(/^[\w.-]+\/[\w.-]+\/[\w.-]+$/);
      }
      expect(new Set(folders.map((folder) => folder.toLowerCase())).size).toBe(all.length);
      const backwards = chooseFolders(all.toReversed());
      expect(all.map(({ path }) => backwards.get(path)?.folder)).toEqual(folders);
    });
    fc.assert(check, { numRuns: 300, seed: 6 });
  });
});

describe("a safe name", () => {
  test("keeps letters, digits, dots, dashes; accents become plain letters", () => {
    expect(safeName("20240102_Müller-3.1")).toBe("20240102_Muller-3.1");
  });

  test("of long labels that differ at their end differs", () => {
    const long = "x".repeat(80);
    expect(safeName(`${long}a`)).not.toBe(safeName(`${long}b`));
    expect(safeName(`${long}a`)).toHaveLength(64);
  });
});
