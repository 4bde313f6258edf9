import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import type { Issue } from "#command-json/issue.ts";
import { lintCommandJson } from "#command-json/lint.ts";
import { hasXnatData, listXnatData, readXnatData } from "./xnat-data.ts";

interface GoldenCase {
  readonly case: string;
  readonly command: unknown;
  readonly outcome: "accepted" | "rejected" | "unparsable" | "crash";
  readonly errors?: readonly string[];
}

// The answers of the Container Service 3.7.3 itself.
const golden = hasXnatData
  ? (readXnatData("own/command-validator-cases.json") as { cases: readonly GoldenCase[] }).cases
  : [];

const serverErrors = (issues: readonly Issue[]): readonly Issue[] =>
  issues.filter(({ id, severity }) => /^[EUC]/.test(id) && severity === "error");

/** Lists after "Known ..." have no order on the server. */
function withSortedLists(message: string): string {
  return message.replace(
    /(Known [a-z]+(?: \(so far\))?: )(.*?)(\.?)(?=\n|$)/g,
    (_, start: string, list: string, stop: string) =>
      start + list.split(", ").sort().join(", ") + stop,
  );
}

describe.skipIf(!hasXnatData)("against the server's own answers", () => {
  test.each(
    golden.filter(({ outcome }) => outcome === "rejected").map((item) => [item.case, item]),
  )("%s is rejected with the server's messages", (_, { command, errors = [] }) => {
    const issues = serverErrors(lintCommandJson(command));
    expect(issues.map(({ message }) => withSortedLists(message)).sort()).toEqual(
      errors.map(withSortedLists).sort(),
    );
    for (const { id } of issues) expect(id).toMatch(/^E\d\d$/);
  });

  test.each(
    golden.filter(({ outcome }) => outcome === "accepted").map((item) => [item.case, item]),
  )("%s breaks no rule of the server", (_, { command }) => {
    expect(serverErrors(lintCommandJson(command))).toEqual([]);
  });

  test.each(
    golden.filter(({ outcome }) => outcome === "unparsable").map((item) => [item.case, item]),
  )("%s cannot be read", (_, { command }) => {
    const ids = serverErrors(lintCommandJson(command)).map(({ id }) => id);
    expect(ids).toHaveLength(1);
    expect(ids[0]).toMatch(/^U/);
  });

  test.each(golden.filter(({ outcome }) => outcome === "crash").map((item) => [item.case, item]))(
    "%s crashes the server's validator",
    (_, { command }) => {
      expect(serverErrors(lintCommandJson(command)).map(({ id }) => id)[0]).toMatch(/^C/);
    },
  );

  test("all 100 golden cases are there", () => {
    expect(golden).toHaveLength(100);
  });

  const acceptedCommands = [
    ...listXnatData("own/commands"),
    ...listXnatData("container-service/commands"),
  ].filter((path) => !/bad-command|image-label-commands/.test(path));

  test.each(acceptedCommands)("%s breaks no rule of the server", (path) => {
    expect(serverErrors(lintCommandJson(readXnatData(path)))).toEqual([]);
  });

  test.each(listXnatData("own/commands"))(
    "%s, a worked design, has no error or warning",
    (path) => {
      const issues = lintCommandJson(readXnatData(path));
      expect(issues.filter(({ severity }) => severity !== "note")).toEqual([]);
    },
  );

  test("the server's own bad command is rejected", () => {
    const issues = lintCommandJson(readXnatData("container-service/commands/bad-command.json"));
    expect(serverErrors(issues).map(({ id }) => id)).toEqual(
      expect.arrayContaining(["E15", "E16", "E25", "E33", "E35", "E39", "E40"]),
    );
  });

  test("commands of a label need no image of their own", () => {
    const commands = readXnatData("container-service/commands/image-label-commands.json");
    expect(serverErrors(lintCommandJson(commands)).map(({ id }) => id)).toContain("E02");
    expect(serverErrors(lintCommandJson(commands, "label"))).toEqual([]);
    const label = { "org.nrg.commands": JSON.stringify(commands) };
    expect(serverErrors(lintCommandJson(label))).toEqual([]);
  });
});

const sound = {
  name: "demo",
  version: "1.0",
  "schema-version": "1.0",
  image: "example/demo:1.0",
  "command-line": '#te# "#note#"',
  "override-entrypoint": false,
  mounts: [
    { name: "in", path: "/input", writable: false },
    { name: "out", path: "/output", writable: true },
  ],
  "environment-variables": { SOURCE_SCAN: "#scan-id#" },
  inputs: [
    { name: "te", type: "number", "command-line-flag": "--te" },
    { name: "note", type: "string" },
  ],
  outputs: [
    { name: "maps", mount: "out", path: "maps", required: true },
    { name: "report", mount: "out", path: "report", required: true },
  ],
  xnat: [
    {
      name: "demo-scan",
      description: "d",
      contexts: ["xnat:mrScanData"],
      "external-inputs": [{ name: "scan", type: "Scan" }],
      "derived-inputs": [
        {
          name: "dicom",
          type: "Resource",
          "derived-from-wrapper-input": "scan",
          "provides-files-for-command-mount": "in",
        },
        {
          name: "scan-id",
          type: "string",
          "derived-from-wrapper-input": "scan",
          "derived-from-xnat-object-property": "id",
        },
      ],
      "output-handlers": [
        {
          name: "maps-resource",
          "accepts-command-output": "maps",
          "as-a-child-of": "scan",
          label: "MAPS",
        },
        {
          name: "report-resource",
          "accepts-command-output": "report",
          "as-a-child-of": "scan",
          label: "REPORT",
        },
      ],
    },
  ],
};

const dicomInput = "/xnat/0/derived-inputs/0";
const idInput = "/xnat/0/derived-inputs/1";
const fromProperty = "derived-from-xnat-object-property";

/** A copy of the sound command with other values at some JSON pointers; undefined removes. */
function edited(edits: Readonly<Record<string, unknown>>): unknown {
  const command: unknown = structuredClone(sound);
  for (const [pointer, value] of Object.entries(edits)) {
    const path = pointer.slice(1).split("/");
    const last = path.pop() ?? "";
    const parent = path.reduce((here, key) => (here as Record<string, unknown>)[key], command);
    if (value === undefined) delete (parent as Record<string, unknown>)[last];
    else (parent as Record<string, unknown>)[last] = value;
  }
  return command;
}

describe("what the server accepts although it is wrong", () => {
  test("a sound command has no issue", () => {
    expect(lintCommandJson(sound)).toEqual([]);
  });

  test.each<[string, string, string, Readonly<Record<string, unknown>>]>([
    ["an unknown key", "W01", "/workdir", { "/workdir": "/x" }],
    ["a glob", "W01", "/outputs/0/glob", { "/outputs/0/glob": "*.nii" }],
    [
      "a value for no input",
      "W02",
      `${idInput}/provides-value-for-command-input`,
      { [`${idInput}/provides-value-for-command-input`]: "nope" },
    ],
    [
      "files for no mount",
      "W02",
      `${dicomInput}/provides-files-for-command-mount`,
      { [`${dicomInput}/provides-files-for-command-mount`]: "nope" },
    ],
    ["no contexts", "W03", "/xnat/0/contexts", { "/xnat/0/contexts": undefined }],
    ["no command line", "W04", "/command-line", { "/command-line": undefined }],
    [
      "XNAT_HOST set",
      "W05",
      "/environment-variables/XNAT_HOST",
      { "/environment-variables/XNAT_HOST": "x" },
    ],
    [
      "XNAT_EVENT_ID set",
      "W05",
      "/environment-variables/XNAT_EVENT_ID",
      { "/environment-variables/XNAT_EVENT_ID": "x" },
    ],
    ["an unknown input type", "W06", "/inputs/1/type", { "/inputs/1/type": "bool" }],
    ["a ulimit that is no number", "W07", "/ulimits/nofile", { "/ulimits": { nofile: "a:b" } }],
    [
      "a mount name in capitals",
      "W08",
      "/mounts/0/name",
      { "/mounts/0/name": "IN", [`${dicomInput}/provides-files-for-command-mount`]: "IN" },
    ],
    ["a command name with a blank", "W08", "/name", { "/name": "my demo" }],
    ["a container name with a blank", "W08", "/container-name", { "/container-name": "my #te#" }],
    ["a key of no input", "W09", "/command-line", { "/command-line": '#te# "#note#" #tee#' }],
    [
      "a wrapper input's key in the command line",
      "W09",
      "/command-line",
      { "/command-line": '#te# "#note#" #scan-id#' },
    ],
    [
      "an unknown key in a variable",
      "W09",
      "/environment-variables/A",
      { "/environment-variables/A": "#b#" },
    ],
    [
      "an unknown key in a label",
      "W09",
      "/xnat/0/output-handlers/0/label",
      { "/xnat/0/output-handlers/0/label": "X#b#" },
    ],
    [
      "a later key in a matcher",
      "W09",
      `${dicomInput}/matcher`,
      { [`${dicomInput}/matcher`]: "@.id == '#scan-id#'" },
    ],
    [
      "a key inside another",
      "W10",
      "/inputs/0/replacement-key",
      {
        "/inputs/0/replacement-key": "TE",
        "/inputs/1/replacement-key": "NOTE",
        "/command-line": 'TE "NOTE"',
      },
    ],
    ["a default with (", "W11", "/inputs/1/default-value", { "/inputs/1/default-value": "a (b)" }],
    [
      "a menu word with ;",
      "W11",
      "/inputs/1/select-values",
      {
        "/inputs/1": {
          name: "note",
          type: "select-one",
          "select-values": ["a", "b;c"],
          "default-value": "a",
        },
      },
    ],
    ["required missing", "W12", "/outputs/0/required", { "/outputs/0/required": undefined }],
    ["one folder twice", "W13", "/outputs/1", { "/outputs/1/path": "./maps/" }],
    ["a folder inside another", "W13", "/outputs/1", { "/outputs/1/path": "maps/report" }],
    ["no description", "W14", "/xnat/0/description", { "/xnat/0/description": undefined }],
    [
      "two external inputs",
      "W15",
      "/xnat/0/external-inputs",
      { "/xnat/0/external-inputs/1": { name: "project", type: "Project" } },
    ],
    [
      "an unusual root name",
      "W16",
      "/xnat/0/external-inputs/0/name",
      { "/xnat": JSON.parse(JSON.stringify(sound.xnat).replaceAll('"scan"', '"my-scan"')) },
    ],
    [
      "free text derived",
      "W17",
      `${idInput}/${fromProperty}`,
      { [`${idInput}/${fromProperty}`]: "series-description" },
    ],
    [
      "a scan's label derived",
      "W17",
      `${idInput}/${fromProperty}`,
      { [`${idInput}/${fromProperty}`]: "label" },
    ],
    [
      "an unknown property",
      "W18",
      `${idInput}/${fromProperty}`,
      { [`${idInput}/${fromProperty}`]: "subject-id" },
    ],
    ["a subject from a scan", "W19", `${idInput}/type`, { [`${idInput}/type`]: "Subject" }],
    ["a blank version", "S01", "/version", { "/version": " " }],
    ["no version", "S03", "/version", { "/version": undefined }],
    ["another schema version", "S02", "/schema-version", { "/schema-version": "2" }],
    [
      "text where a truth value belongs",
      "S03",
      "/mounts/1/writable",
      { "/mounts/1/writable": "true" },
    ],
    [
      "override-entrypoint left out",
      "S04",
      "/override-entrypoint",
      { "/override-entrypoint": undefined },
    ],
    ["a relative mount path", "S05", "/mounts/0/path", { "/mounts/0/path": "input" }],
    ["a mount path with ..", "S05", "/mounts/0/path", { "/mounts/0/path": "/a/../b" }],
    ["no output path", "S06", "/outputs/1/path", { "/outputs/1/path": undefined }],
    ["an output path that climbs", "S06", "/outputs/1/path", { "/outputs/1/path": "../x" }],
    [
      "a pipe without a shell",
      "S07",
      "/command-line",
      { "/command-line": '#te# "#note#" | tee log' },
    ],
    ["a text without quotes", "S08", "/inputs/1", { "/command-line": "#te# #note#" }],
    ["an input without use", "S09", "/inputs/1", { "/command-line": "#te#" }],
    [
      "one name for two inputs",
      "S10",
      dicomInput,
      { "/inputs/0/name": "dicom", "/command-line": '#dicom# "#note#"' },
    ],
    ["a field of plain Docker", "S12", "/runtime", { "/runtime": "nvidia" }],
    ["a field of newer servers", "S13", "/visibility", { "/visibility": "private" }],
    [
      "an old spelling",
      "S15",
      "/xnat/0/output-handlers/0/as-a-child-of-wrapper-input",
      {
        "/xnat/0/output-handlers/0/as-a-child-of": undefined,
        "/xnat/0/output-handlers/0/as-a-child-of-wrapper-input": "scan",
      },
    ],
    ["an untagged image", "E03", "/image", { "/image": "host:5000/demo" }],
  ])("%s is %s", (_, id, pointer, edits) => {
    const found = lintCommandJson(edited(edits)).filter((issue) => issue.pointer === pointer);
    expect(found.map((issue) => issue.id)).toContain(id);
    // One mistake is said once.
    const faults = found.filter((issue) => issue.id === id || issue.severity !== "note");
    expect(faults).toHaveLength(1);
  });

  test("pointers into an array begin with the index", () => {
    const issues = lintCommandJson([sound, edited({ "/workdir": "x" })]);
    expect(issues.map(({ pointer }) => pointer)).toEqual(["/1/workdir"]);
  });

  test("a label that is no array of commands is refused", () => {
    for (const label of [JSON.stringify(sound), "{not json"]) {
      const issues = lintCommandJson({ "org.nrg.commands": label });
      expect(issues.map(({ id }) => id)).toEqual(["S14"]);
    }
  });

  test.each([["text"], [1], [null], [[null]], [[[]]]])("%j is no command", (value) => {
    expect(lintCommandJson(value).map(({ id }) => id)).toEqual(["U05"]);
  });

  test("any damage to the document gives issues, never an exception", () => {
    const damage = [null, 1, "x", [], {}, [null], [{}], true];
    const pointers = [...pointersOf(sound)];
    expect(pointers.length).toBeGreaterThan(60);
    for (const pointer of pointers) {
      for (const value of damage) {
        expect(Array.isArray(lintCommandJson(edited({ [pointer]: value })))).toBe(true);
      }
    }
  });
});

function* pointersOf(value: unknown, at = ""): Generator<string> {
  if (typeof value !== "object" || value === null) return;
  for (const [key, item] of Object.entries(value)) {
    yield `${at}/${key}`;
    yield* pointersOf(item, `${at}/${key}`);
  }
}

describe("the command line", () => {
  const folder = mkdtempSync(join(tmpdir(), "lint-"));
  afterAll(() => rmSync(folder, { recursive: true }));

  function lint(...argv: string[]) {
    const script = join(import.meta.dirname, "../../command-json/lint.ts");
    return spawnSync(process.execPath, [script, ...argv], { encoding: "utf8" });
  }

  function fileWith(name: string, content: string): string {
    const path = join(folder, name);
    writeFileSync(path, content);
    return path;
  }

  test("a sound file ends with 0", () => {
    const file = fileWith("sound.json", JSON.stringify(sound));
    const { status, stdout } = lint(file);
    expect({ status, stdout }).toEqual({ status: 0, stdout: `${file}: nothing to say\n` });
  });

  test("a file with an error ends with 1 and names rule and place", () => {
    const file = fileWith("bad.json", JSON.stringify({ ...sound, name: "" }));
    const { status, stdout } = lint(file);
    expect(status).toBe(1);
    expect(stdout).toContain(`${file}#/name: error E01: Command name cannot be blank.`);
  });

  test("comments and single quotes are read, with a warning", () => {
    const text = `// a comment\n${JSON.stringify(sound).replace('"demo"', "'demo'")} /* end */`;
    const { status, stdout } = lint(fileWith("jackson.json", text));
    expect(status).toBe(0);
    expect(stdout).toContain("warning W20");
    expect(stdout).toContain("0 errors, 1 warning, 0 notes");
  });

  test("a file that is no JSON, or missing, ends with 2", () => {
    expect(lint(fileWith("no.json", "{")).status).toBe(2);
    expect(lint(join(folder, "missing.json")).status).toBe(2);
    expect(lint().status).toBe(2);
  });

  test("--help ends with 0", () => {
    const script = join(import.meta.dirname, "../../command-json/lint.ts");
    expect(execFileSync(process.execPath, [script, "--help"], { encoding: "utf8" })).toContain(
      "Usage",
    );
  });
});
