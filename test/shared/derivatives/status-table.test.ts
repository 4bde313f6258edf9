import { expect, test } from "vitest";
import { encodeStatusTable, statusNames } from "#shared/derivatives/status-table.ts";
import { statusTable } from "#shared/fit/status.ts";

const [head, ...rows] = encodeStatusTable()
  .trimEnd()
  .split("\n")
  .map((line) => line.split("\t"));

test("columns are those of a BIDS segmentation table", () => {
  expect(head).toEqual(["index", "name", "abbreviation", "color"]);
  expect(encodeStatusTable().endsWith("\n")).toBe(true);
});

test("every code has a row with its name, an abbreviation and a colour of its own", () => {
  expect(rows.map(([index, name]) => [Number(index), name])).toEqual(
    statusTable.map(({ code, name }) => [code, name]),
  );
  for (const column of [2, 3])
    expect(new Set(rows.map((row) => row[column])).size).toBe(rows.length);
  for (const row of rows) expect(row[3]).toMatch(/^#[0-9a-f]{6}$/i);
});

test("the names for a sidecar are those of the table", () => {
  expect(statusNames()).toMatchObject({ 0: "outside", 1: "ok", 10: "out-of-calibration" });
  expect(Object.keys(statusNames())).toHaveLength(statusTable.length);
});
