import { globSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { harmlessWarnings } from "#shared/derivatives/judge-fit.ts";
import { exitCodes } from "#shared/errors.ts";

// docs/exit-codes.md against the source: every code is explained, and none that no longer exists.

const root = new URL("../../", import.meta.url).pathname;
const document = readFileSync(`${root}docs/exit-codes.md`, "utf8");
const sources = globSync("{shared,containers,command-json}/**/*.ts", { cwd: root })
  .sort()
  .map((path) => readFileSync(`${root}${path}`, "utf8"))
  .concat(readFileSync(`${root}xnat-pic`, "utf8"));

/** A code that names a contrast is listed once, with TE in its place. */
const listed = (code: string): string => code.replace(/\$\{[^}]*\}/, "TE");

/** Codes as texts and templates; `E-PROGRAM:` as the start script says it. */
function codesIn(text: string): readonly string[] {
  const found = text.matchAll(/["`']([EW]-(?:[A-Z0-9-]|\$\{[^}]*\})+)(?=["`]|: )/g);
  return [...found].map((match) => listed(match[1]!));
}

/** The cells of each row whose first one is a code. */
const rows = [
  ...document.matchAll(/^\| `([EW]-[A-Z0-9-]+)` +\| ([^|]+) \| [^|]+ \| [^|]+ \|$/gm),
].map(([, code = "", second = ""]) => [code, second.trim()] as const);
const documented = rows.map(([code]) => code);
const existing = new Set(sources.flatMap(codesIn));

describe("docs/exit-codes.md", () => {
  test("lists every code of the source", () => {
    expect(existing.size).toBeGreaterThan(80);
    expect([...existing].filter((code) => !documented.includes(code)).sort()).toEqual([]);
  });

  test("lists no code that no longer exists, and none twice", () => {
    expect(documented.filter((code) => !existing.has(code))).toEqual([]);
    expect(documented).toEqual([...new Set(documented)]);
  });

  test("gives each error the exit codes with which it is thrown", () => {
    const thrown = new Map<string, Set<number>>();
    const classes = /new (Usage|Input|Unsupported|Partial)Error\(\s*((?:[^,]|\{[^}]*\})*),/g;
    for (const [, kind = "", first = ""] of sources.flatMap((text) => [
      ...text.matchAll(classes),
    ])) {
      const exit = exitCodes[kind.toLowerCase() as keyof typeof exitCodes];
      for (const code of codesIn(first))
        thrown.set(code, (thrown.get(code) ?? new Set()).add(exit));
    }
    expect(thrown.size).toBeGreaterThan(50);
    const stated = new Map(rows);
    for (const [code, exits] of thrown) {
      expect([code, stated.get(code)]).toEqual([code, [...exits].sort().join(", ")]);
    }
  });

  test("marks the warnings that cast no doubt as the verdict takes them", () => {
    const harmless = rows.filter(([code, verdict]) => code.startsWith("W-") && verdict === "ok");
    expect(new Set(harmless.map(([code]) => code))).toEqual(harmlessWarnings);
    const others = rows.filter(([code, verdict]) => code.startsWith("W-") && verdict !== "ok");
    expect(new Set(others.map(([, verdict]) => verdict))).toEqual(new Set(["check"]));
  });

  test("lists every exit code", () => {
    for (const exit of Object.values(exitCodes)) {
      expect(document).toMatch(new RegExp(`^\\| ${exit} +\\| `, "m"));
    }
  });
});
