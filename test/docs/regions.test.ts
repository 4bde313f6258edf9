import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");

test("docs/regions.md explains every code of a diagnostic, once", () => {
  const [, union = ""] = /DiagnosticCode =([^;]*);/.exec(read("shared/roi/diagnostic.ts")) ?? [];
  const codes = [...union.matchAll(/"([A-Z_]+)"/g)].map(([, code]) => code);
  const rows = [...read("docs/regions.md").matchAll(/^\| `([A-Z_]+)`/gm)].map(([, code]) => code);
  expect(codes.length).toBeGreaterThan(30);
  expect(rows.toSorted()).toEqual(codes.toSorted());
});
