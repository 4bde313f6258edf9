import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { CommandDefinition } from "#command-json/define-command.ts";
import { encodeCommandJson, labelOf } from "#command-json/encode-command-json.ts";
import { helpText } from "#command-json/help.ts";
import { lintCommandJson } from "#command-json/lint.ts";
import { parseArgv } from "#command-json/parse-argv.ts";
import { readCommands } from "#command-json/read-commands.ts";
import { optionsTable } from "#command-json/readme-tables.ts";
import { xnatInputsOf } from "#command-json/xnat-inputs.ts";
import {
  fillCommandLine,
  resolveCommandInputs,
} from "../xnat/container-service/resolve/command-inputs.ts";
import { splitCommandLine } from "../xnat/container-service/resolve/split-command-line.ts";
import { command as example } from "./example-command.ts";
import { hasXnatData, readXnatData } from "./xnat-data.ts";

const commands = [
  example as CommandDefinition,
  ...(await readCommands(join(import.meta.dirname, "../../containers"))),
];
const inXnat = commands.filter(({ offeredOn }) => offeredOn.length > 0);

/** The options a container gets for values typed into XNAT's launch dialog. */
function launch(definition: CommandDefinition, values: Readonly<Record<string, string>>) {
  const command = encodeCommandJson(definition, "1.0.0");
  const wrapper = { name: "none", description: "", contexts: [] };
  const inputs = resolveCommandInputs({ command, wrapper, configuration: {}, values }, []);
  const line = fillCommandLine({ site: { random: Math.random }, command }, inputs);
  const parsed = parseArgv(definition, splitCommandLine(line));
  if (parsed.kind !== "run") throw new Error(`expected a run, got ${parsed.kind}`);
  return parsed;
}

const defaultsOf = (command: CommandDefinition) => {
  const parsed = parseArgv(command, []);
  if (parsed.kind !== "run") throw new Error("expected a run");
  return parsed.options;
};

describe.each(inXnat.map((command) => [command.name, command] as const))("%s", (_, command) => {
  const document = encodeCommandJson(command, "1.0.0");

  test("the linter has nothing to say about its command.json", () => {
    expect(lintCommandJson(document)).toEqual([]);
  });

  test("the label is the same command in a JSON array on one line", () => {
    const label = labelOf(command, "1.0.0");
    expect(JSON.parse(label)).toEqual([document]);
    expect(label).not.toContain("\n");
    expect(lintCommandJson({ "org.nrg.commands": label })).toEqual([]);
  });

  test("an untouched launch dialog gives the defaults", () => {
    expect(launch(command, {}).options).toEqual(defaultsOf(command));
  });

  test("a launch dialog with everything blank gives the defaults", () => {
    const values = Object.fromEntries(
      (document.inputs ?? [])
        .filter(({ type }) => type !== "boolean")
        .map(({ name }, index) => [name, index % 2 === 0 ? "" : "  "]),
    );
    const parsed = launch(command, values);
    expect(parsed.options).toEqual(defaultsOf(command));
    expect(parsed.given.size).toBe(0);
  });

  test("every word of every menu and every box reaches its option", () => {
    for (const { name, type, "select-values": words } of document.inputs ?? []) {
      const values = type === "boolean" ? ["true", "false"] : (words ?? []);
      for (const value of values) {
        expect(() => launch(command, { [name]: value })).not.toThrow();
      }
    }
  });

  test("every wrapper hands over every output and names where the images came from", () => {
    for (const wrapper of document.xnat ?? []) {
      expect(
        wrapper["output-handlers"]?.map((handler) => handler["accepts-command-output"]),
      ).toEqual(command.storesOutputs === true ? [] : Object.keys(command.outputs));
    }
    expect(Object.keys(document["environment-variables"] ?? {})).toContain("SOURCE_PROJECT");
  });
});

describe.each(commands.map((command) => [command.name, command] as const))("%s", (_, command) => {
  const document = command.offeredOn.length > 0 ? encodeCommandJson(command, "1.0.0") : undefined;

  test("every option is in --help and the README, and in command.json unless it opted out", () => {
    const help = helpText(command);
    const table = optionsTable(command);
    for (const [name, option] of Object.entries(command.options)) {
      expect(help).toMatch(new RegExp(`^ {2}--${name}(=|$)`, "m"));
      expect(table).toContain(`\`--${name}`);
      if (document === undefined || !option.inXnat) continue;
      const line = document["command-line"];
      const inputs = xnatInputsOf(name, option);
      expect(inputs.length).toBeGreaterThan(0);
      for (const { input } of inputs) {
        expect(document.inputs).toContainEqual(input);
        expect(line).toContain(`#${input.name}#`);
      }
    }
  });

  test("--help fits a terminal of 100 columns, apart from usage lines that cannot be broken", () => {
    for (const line of helpText(command).split("\n")) {
      if (line.trim().includes(" ") && !line.startsWith("  --"))
        expect(line.length).toBeLessThanOrEqual(100);
    }
  });
});

const splits = hasXnatData
  ? (
      readXnatData("own/shell-split-cases.json") as {
        cases: readonly (readonly [string, readonly string[]])[];
      }
    ).cases
  : [];

test.skipIf(!hasXnatData).each(splits.map(([line, expected]) => ({ line, expected })))(
  "the model of the server's splitter splits $line as the server did",
  ({ line, expected }) => {
    expect(splitCommandLine(line)).toEqual(expected);
  },
);

describe("values typed into the launch dialog", () => {
  test.each([
    [{ series: "MSME 10 echoes" }, { series: "MSME 10 echoes" }],
    [{ series: " 5" }, { series: " 5" }],
    [{ series: "it's" }, { series: "it's" }],
    [{ series: "$HOME *.dcm ~ | cat" }, { series: "$HOME *.dcm ~ | cat" }],
    [{ series: "$&" }, { series: "$&" }],
    [{ series: "--help" }, { series: "--help" }],
    [{ te: "10, 20 30" }, { te: [10, 20, 30] }],
    [{ echoes: "1 - 4, 8" }, { echoes: [1, 2, 3, 4, 8] }],
    [{ noise: "12.5" }, { noise: 12.5 }],
    [{ noise: "none" }, { noise: "none" }],
    [{ "max-t2": "250" }, { "max-t2": 250 }],
    [{ "even-echoes": "true" }, { "even-echoes": true }],
    [{ smooth: "false" }, { smooth: false }],
    [{ smooth: "true" }, { smooth: true }],
    [{ "override-te": "true" }, { override: ["te"] }],
    [{ mask: "none" }, { mask: "none" }],
  ])("%j reaches the program whole", (values, expected) => {
    expect(launch(example, values).options).toEqual({ ...defaultsOf(example), ...expected });
  });

  test.each([
    [{ "max-t2": "-5" }, "--max-t2 must be above 0 ms, got -5."],
    [{ "max-t2": "abc" }, "--max-t2 must be a number, got abc."],
    [{ "max-t2": "5 --strict" }, "example-t2 has no option --strict"],
  ])("%j is refused by name", (values, message) => {
    expect(() => launch(example, values)).toThrow(message);
  });
});

test("command.json of the example reads as intended", () => {
  const document = encodeCommandJson(example, "1.2.3");
  expect(document.image).toBe("xnat-pic/example-t2:1.2.3");
  expect(document["override-entrypoint"]).toBe(false);
  expect(document.inputs?.map(({ name }) => name)).not.toContain("workers");
  expect(document.inputs?.find(({ name }) => name === "max-t2")).toEqual({
    name: "max-t2",
    label: "Largest T2",
    description: "Upper bound of T2; voxels at the bound are flagged. (above 0 ms)",
    type: "number",
    required: false,
    "default-value": "500",
    "command-line-flag": "--max-t2",
    "command-line-separator": "=",
  });
  expect(document.mounts).toEqual([
    { name: "dicom-in", path: "/input", writable: false },
    { name: "out", path: "/output", writable: true },
  ]);
  expect(document["environment-variables"]).toEqual({
    SOURCE_PROJECT: "#project-id#",
    SOURCE_SUBJECT: "#subject-id#",
    SOURCE_SESSION: "#session-id#",
    SOURCE_SCAN: "#scan-id#",
  });
  expect(document.xnat?.map(({ name, contexts }) => [name, contexts])).toEqual([
    ["example-t2-scan", ["xnat:mrScanData"]],
    ["example-t2-session", ["xnat:mrSessionData"]],
  ]);
});
