import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { columns } from "#shared/stats/columns.ts";
import { columnsTable, regionsReadme, updateColumns } from "../../scripts/region-columns.ts";

let folder: string;
let copy: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "region-columns-"));
  copy = join(folder, "README.md");
  copyFileSync(regionsReadme, copy);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test("the committed README has the columns of the table, in their order", () => {
  expect(updateColumns(regionsReadme, true)).toEqual({ exitCode: 0, output: "" });
  const names = [...columnsTable().matchAll(/^\| `(\w+)`/gm)].map(([, name]) => name);
  expect(names).toEqual(columns.map(({ name }) => name));
});

test("a table that says otherwise fails the check with the differing line, and is mended by writing", () => {
  const sound = readFileSync(copy, "utf8");
  writeFileSync(copy, sound.replace("| Median ", "| Mean   "));
  const found = updateColumns(copy, true);
  expect(found.exitCode).toBe(1);
  expect(found.output).toContain("`median`");
  expect(updateColumns(copy, false).exitCode).toBe(0);
  expect(readFileSync(copy, "utf8")).toBe(sound);
});

test("a README without markers is refused", () => {
  writeFileSync(copy, "# nothing\n");
  expect(updateColumns(copy, false)).toMatchObject({ exitCode: 1 });
});
