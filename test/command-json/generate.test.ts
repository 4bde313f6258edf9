import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { CommandDefinition } from "#command-json/define-command.ts";
import { generate } from "#command-json/generate.ts";
import { readCommands } from "#command-json/read-commands.ts";
import { command } from "./example-command.ts";

let root = "";
const folder = "containers/example-t2";
const read = (path: string) => readFileSync(join(root, path), "utf8");
const programs = "# Top\n<!-- programs:begin -->\nold\n<!-- programs:end -->\nend\n";

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "generate-"));
  mkdirSync(join(root, folder), { recursive: true });
  mkdirSync(join(root, "command-json"));
  writeFileSync(join(root, "README.md"), programs);
});
afterEach(() => rmSync(root, { recursive: true }));

function run(check = false, commands: readonly CommandDefinition[] = [command]) {
  return generate(root, commands, { check });
}

test("everything is written once, and a second run has nothing to do", () => {
  const first = run();
  expect(first.exitCode).toBe(0);
  expect(first.output.trim().split("\n")).toEqual([
    `${folder}/command.json written`,
    `${folder}/README.md written`,
    "README.md written",
    "command-json/command.schema.json written",
  ]);
  expect(run()).toEqual({ exitCode: 0, output: "" });
  expect(run(true)).toEqual({ exitCode: 0, output: "" });
});

test("text outside the markers stays", () => {
  run();
  const readme = read(`${folder}/README.md`).replace("# example-t2", "# My title\n\nMy text.");
  writeFileSync(join(root, folder, "README.md"), readme);
  const other = { ...command, description: "Another description." };
  run(false, [other]);
  expect(read(`${folder}/README.md`)).toContain("My text.");
  expect(read("README.md")).toMatch(
    /^# Top\n<!-- programs:begin -->\n\| Program[\s\S]*Another description[\s\S]*<!-- programs:end -->\nend\n$/,
  );
});

test("--check writes nothing, shows what differs and ends with 1", () => {
  run();
  const before = read(`${folder}/command.json`);
  const changed = run(true, [{ ...command, label: "Other label" }]);
  expect(changed.exitCode).toBe(1);
  expect(changed.output).toContain(`${folder}/command.json is not what its command.ts says`);
  expect(changed.output).toContain('-  "label": "Example T2",\n');
  expect(changed.output).toContain('+  "label": "Other label",\n');
  expect(read(`${folder}/command.json`)).toBe(before);
});

test("a README without its markers is named, and left alone", () => {
  writeFileSync(join(root, folder, "README.md"), "no markers\n");
  const { exitCode, output } = run();
  expect(exitCode).toBe(1);
  expect(output).toContain(`${folder}/README.md needs one pair of lines <!-- options:begin -->`);
  expect(read(`${folder}/README.md`)).toBe("no markers\n");
});

test("a program offered nowhere has no command.json", () => {
  run();
  const { output } = run(false, [{ ...command, offeredOn: [] }]);
  expect(output).toContain(`${folder}/command.json removed`);
  expect(() => read(`${folder}/command.json`)).toThrow("ENOENT");
  expect(run(true, [{ ...command, offeredOn: [] }]).exitCode).toBe(0);
});

test("tables show Markdown's own signs as they are", () => {
  const description = "T2* of <scan> | a_b*c";
  run(false, [{ ...command, description }]);
  expect(read("README.md")).toContain("| T2\\* of &lt;scan> \\| a\\_b\\*c |");
});

test("the commands of this repository carry the names of their folders", async () => {
  const commands = await readCommands(join(import.meta.dirname, "../../containers"));
  expect(commands.map(({ name }) => name)).toContain("process-t2");
});

test("a variant has a command.json of its own beside that of its program, and no README", () => {
  const variant: CommandDefinition = {
    ...command,
    ...{ name: "example-t2-member", variantOf: "example-t2", storesOutputs: true },
  };
  run(false, [command, variant]);
  const written = JSON.parse(read(`${folder}/command-member.json`)) as Record<string, unknown>;
  const own = JSON.parse(read(`${folder}/command.json`)) as Record<string, unknown>;
  expect(written["image"]).toBe(own["image"]);
  expect(written["inputs"]).toEqual(own["inputs"]);
  expect(written).toMatchObject({ name: "example-t2-member", outputs: [], mounts: own["mounts"] });
  expect(read("README.md")).not.toContain("example-t2-member");
});
