import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";
import { command } from "#containers/process-t2/command.ts";
import { statusTable } from "#shared/fit/status.ts";
import { modelPages, updatePages } from "../../scripts/model-pages.ts";

const pages = fileURLToPath(new URL("../../docs/models", import.meta.url));
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "model-pages-"));
  cpSync(pages, folder, { recursive: true });
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test("the committed pages are what the data sheets and the solver say", () => {
  expect(updatePages(pages, true)).toEqual({ exitCode: 0, output: "" });
});

test("a page that says otherwise fails the check with the differing line, and is mended by writing", () => {
  const path = join(folder, "t2-two-parameter.md");
  const sound = readFileSync(path, "utf8");
  writeFileSync(path, sound.replace("exp(-TE/T2)", "exp(-TE/T1)"));
  const found = updatePages(folder, true);
  expect(found.exitCode).toBe(1);
  expect(found.output).toContain("-S(TE) = S0 exp(-TE/T1)");
  expect(readFileSync(path, "utf8")).toContain("exp(-TE/T1)");
  expect(updatePages(folder, false).exitCode).toBe(0);
  expect(readFileSync(path, "utf8")).toBe(sound);
});

test("a page without markers is refused by name", () => {
  writeFileSync(join(folder, "t2-offset.md"), "# nothing\n");
  const found = updatePages(folder, false);
  expect(found.exitCode).toBe(1);
  expect(found.output).toContain("docs/models/t2-offset.md needs");
});

test("every page is of a model, and every model of process-t2 has a page", () => {
  const names = readdirSync(pages).map((file) => file.replace(/\.md$/, ""));
  expect(names.sort()).toEqual(["README", ...modelPages.map(({ name }) => name)].sort());
  const offered = command.options.model.choices.map(({ value }) => `--model ${value}`);
  const written = modelPages.map(({ option }) => option);
  expect(
    offered.filter((option) => option !== "--model auto" && !written.includes(option)),
  ).toEqual([]);
});

test("the status table has every code", () => {
  const text = readFileSync(join(pages, "README.md"), "utf8");
  for (const { code, name } of statusTable)
    expect(text).toMatch(new RegExp(`\\| ${code} +\\| \`${name}\``));
});

test("links between the pages lead somewhere", () => {
  for (const file of readdirSync(pages)) {
    const text = readFileSync(join(pages, file), "utf8");
    for (const [, target = "", anchor] of text.matchAll(/\]\(([^)#]+)(?:#([^)]+))?\)/g)) {
      const linked = readFileSync(join(pages, target), "utf8");
      const anchors = [...linked.matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) =>
        heading
          .toLowerCase()
          .replace(/[^\w\s-]/g, "")
          .replace(/ /g, "-"),
      );
      if (anchor !== undefined) expect(anchors).toContain(anchor);
    }
  }
});
