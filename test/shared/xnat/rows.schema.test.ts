import { describe, expect, test } from "vitest";
import {
  cell,
  countIn,
  hasColumn,
  numberIn,
  resultSet,
  rowShape,
} from "#shared/xnat/rows.schema.ts";
import { hasXnatData, listXnatData, readXnatData } from "#test/command-json/xnat-data.ts";

describe("rows of lists", () => {
  test("L3: columns are found whatever the case of their names", () => {
    const row = rowShape.parse({ ID: "XNAT_E1", "xnat:imagescandata/uid": "1.2", xsiType: "x" });
    expect(cell(row, "id")).toBe("XNAT_E1");
    expect(cell(row, "xnat:imageScanData/UID")).toBe("1.2");
    expect(cell(row, "XSITYPE")).toBe("x");
  });

  test("of two spellings of one name the one that says something counts", () => {
    expect(cell(rowShape.parse({ ID: "", id: "a" }), "ID")).toBe("a");
    expect(cell(rowShape.parse({ ID: "a", id: "" }), "ID")).toBe("a");
  });

  test("L1: blank is no number, and native values are taken as text", () => {
    const row = rowShape.parse({ a: "", b: "12", c: 7, d: true, e: null, f: "x" });
    expect(["a", "b", "c", "f", "g"].map((name) => numberIn(row, name))).toEqual([
      undefined,
      12,
      7,
      undefined,
      undefined,
    ]);
    expect(cell(row, "d")).toBe("true");
    expect(cell(row, "e")).toBe("");
  });

  test("a count is a whole number or none", () => {
    const row = rowShape.parse({ a: "12", b: " 7 ", c: "-1", d: "1.5", e: "", f: "1e3", g: 9 });
    expect(["a", "b", "c", "d", "e", "f", "g"].map((name) => countIn(row, name))).toEqual([
      12,
      7,
      undefined,
      undefined,
      undefined,
      undefined,
      9,
    ]);
  });

  test("a million wrong rows make one complaint", () => {
    const wrong = { ResultSet: { Result: Array.from({ length: 1_000_000 }, () => [1]) } };
    const message = resultSet.safeParse(wrong).error?.message ?? "";
    expect(message).toContain("row 0");
    expect(message.length).toBeLessThan(2_000);
  });

  test("L4: a dropped column is told from a blank one", () => {
    const row = rowShape.parse({ group: "" });
    expect(hasColumn(row, "Group")).toBe(true);
    expect(hasColumn(row, "label")).toBe(false);
  });

  test("values are left as they are", () => {
    expect(cell(rowShape.parse({ label: " a &amp; b " }), "label")).toBe(" a &amp; b ");
  });

  test("other shapes are refused", () => {
    expect(resultSet.safeParse({ ResultSet: {} }).success).toBe(false);
    expect(resultSet.safeParse([]).success).toBe(false);
    expect(resultSet.safeParse({ ResultSet: { Result: [{ a: {} }] } }).success).toBe(false);
  });

  test("names of JavaScript's own do no harm", () => {
    const row = rowShape.parse(JSON.parse('{"__proto__": "x", "constructor": "y", "ID": "1"}'));
    expect(cell(row, "ID")).toBe("1");
    expect(cell(row, "constructor")).toBe("y");
    expect(Object.getPrototypeOf({})).toBe(Object.prototype);
  });

  test.skipIf(!hasXnatData)("recorded lists of real servers are read", () => {
    const lists = listXnatData("recorded/ohif-viewer-xnat").filter((path) =>
      /\/(projects|subjects|experiments|assessors)/.test(path),
    );
    expect(lists.length).toBeGreaterThanOrEqual(7);
    for (const path of lists) {
      const rows = resultSet.parse(readXnatData(path));
      expect(rows.length).toBeGreaterThan(0);
      for (const row of rows) expect(cell(row, "ID")).not.toBe("");
    }
  });
});
