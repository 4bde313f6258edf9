import { expect, test } from "vitest";
import { readRows } from "#shared/xnat/read-rows.ts";
import { cell } from "#shared/xnat/rows.schema.ts";
import { fakeConnection, listOf } from "./fake-connection.ts";

test("L6: a list is asked for whole, as JSON", async () => {
  const connection = fakeConnection(() => listOf([{ ID: "A" }, { ID: "B" }]));
  const rows = await readRows(connection, ["data", "projects"], { columns: "ID" });
  expect(rows.map((row) => cell(row, "ID"))).toEqual(["A", "B"]);
  expect(connection.lines).toEqual(["GET /data/projects?columns=ID&format=json"]);
});
