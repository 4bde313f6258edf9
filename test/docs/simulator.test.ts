import { globSync, readFileSync } from "node:fs";
import { basename } from "node:path";
import { describe, expect, test } from "vitest";

// docs/simulator.md against the contract tests: what is said to be simulated is tested, and what is tested is said.

const root = new URL("../../", import.meta.url).pathname;
const document = readFileSync(`${root}docs/simulator.md`, "utf8");

interface Row {
  readonly id: string;
  readonly sources: readonly string[];
  /** Contract tests by the names of their files; none where it is not simulated. */
  readonly files: readonly string[];
  readonly live: string;
}

const isId = /^[A-Z]\d{1,2}(-[A-Z]\d{2})?$/;

const rows: readonly Row[] = document.split("\n").flatMap((line) => {
  // Escaped bars are part of a cell.
  const cells = line.split(/(?<!\\)\|/).map((cell) => cell.trim());
  const [, id = "", , source = "", simulated = "", live = ""] = cells;
  if (!isId.test(id)) return [];
  const files = simulated === "no" ? [] : simulated.split(", ");
  return [{ id, sources: source.split(", "), files, live }];
});

/** Ids in the titles of a file's tests: of `rule("U6, D8", ...)` and `test("W03, W15: ...", ...)`. */
function idsIn(path: string): readonly string[] {
  const text = readFileSync(path, "utf8");
  const rules = [...text.matchAll(/\brule\(\s*"([^"]*)"/g)].map((match) => match[1] ?? "");
  const tests = [...text.matchAll(/\btest\(\s*(["`])(.*?)\1/g)].map(
    (match) => match[2]?.split(":")[0] ?? "",
  );
  return [...rules, ...tests].flatMap((ids) => ids.split(", "));
}

const tested = new Map(
  globSync("test/xnat/contract/*.test.ts", { cwd: root }).map((path) => [
    basename(path, ".test.ts"),
    new Set(idsIn(root + path)),
  ]),
);

describe("docs/simulator.md", () => {
  test("has a row for each id, once", () => {
    expect(rows.length).toBeGreaterThan(100);
    const ids = rows.map(({ id }) => id);
    expect(ids).toEqual([...new Set(ids)]);
  });

  test("names the files whose tests have the id", () => {
    const said = rows.flatMap(({ id, files }) => files.map((file) => `${id} ${file}`));
    const found = [...tested].flatMap(([file, ids]) => [...ids].map((id) => `${id} ${file}`));
    expect(found.filter((one) => !said.includes(one))).toEqual([]);
    expect(said.filter((one) => !found.includes(one))).toEqual([]);
  });

  test("explains each rule that the log of requests names", () => {
    const touched = globSync("test/xnat/**/*.ts", { cwd: root })
      .filter((path) => !path.endsWith(".test.ts"))
      .flatMap((path) => [...readFileSync(root + path, "utf8").matchAll(/\btouch\("([^"]+)"\)/g)])
      .map((match) => match[1] ?? "");
    expect(touched.length).toBeGreaterThan(30);
    const simulated = new Set(rows.filter(({ files }) => files.length > 0).map(({ id }) => id));
    expect(touched.filter((id) => !simulated.has(id))).toEqual([]);
  });

  test("gives each row sources that it explains, and the live server it was checked on", () => {
    const [, table = ""] = /## What was read\n([\s\S]*?)\n## /.exec(document) ?? [];
    const known = [...table.matchAll(/^\| ([a-zA-Z ]+?) +\|/gm)].map((match) => match[1]);
    for (const { id, sources, live } of rows) {
      for (const source of sources)
        expect([id, known]).toEqual([id, expect.arrayContaining([source])]);
      // "never" until the tests of the row have passed on a server: then its version.
      expect([id, live]).toEqual([id, expect.stringMatching(/^(never|\d+\.\d+(\.\d+)*)$/)]);
    }
  });
});
