import { readFileSync } from "node:fs";
import { checkHabits } from "./habit-rules.ts";
import { type Issue, pointTo, type Severity } from "./issue.ts";
import { checkLaunch } from "./launch-rules.ts";
import { readJson } from "./read-json.ts";
import { readServerCommand } from "./server-command.ts";
import { checkServerRules } from "./server-rules.ts";
import { checkShape } from "./shape-rules.ts";
import { checkTemplates } from "./template-rules.ts";

const usage = `Usage: node command-json/lint.ts [--label] FILE...

Judges command.json files for XNAT's Container Service: one command, an array of commands, or the
image label org.nrg.commands. --label: the commands come from a label and need no image of their own.
Exit code 0: no error; 1: errors found; 2: a file cannot be read or is not JSON.`;

const labelName = "org.nrg.commands";

/**
 * Everything wrong with a command.json: one command, an array of them, or an object with the label
 * `org.nrg.commands` (then, or with `form` "label", the image may be missing: the server adds it).
 */
export function lintCommandJson(
  value: unknown,
  form: "command" | "label" = "command",
): readonly Issue[] {
  if (isRecord(value) && typeof value[labelName] === "string") {
    const at = pointTo("", labelName);
    try {
      const { value: commands, issues } = readJson(value[labelName]);
      const array = Array.isArray(commands) ? [] : [noArray(at)];
      return [...issues, ...array, ...lintAny(commands, at, "label")];
    } catch {
      return [noJson(at)];
    }
  }
  const array = form === "label" && !Array.isArray(value) ? [noArray("")] : [];
  return [...array, ...lintAny(value, "", form)];
}

function lintAny(value: unknown, at: string, form: "command" | "label"): readonly Issue[] {
  if (!Array.isArray(value)) return lintOne(value, at, form);
  return value.flatMap((command: unknown, index) => lintOne(command, pointTo(at, index), form));
}

function lintOne(raw: unknown, at: string, form: "command" | "label"): readonly Issue[] {
  if (!isRecord(raw)) {
    const message = "A command is a JSON object.";
    return [{ id: "U05", severity: "error", pointer: at, message, proposal: "" }];
  }
  const { command, issues: unreadable } = readServerCommand(raw, at);
  // What the server cannot read it does not judge.
  const server = unreadable.length > 0 ? unreadable : checkServerRules(command, form);
  const places = new Set(server.map(({ pointer }) => pointer));
  return [
    ...server,
    ...checkShape(raw, at, form).filter(({ pointer }) => !places.has(pointer)),
    ...checkLaunch(command),
    ...checkTemplates(command),
    ...checkHabits(command, raw),
  ];
}

function noArray(pointer: string): Issue {
  const message =
    "The label must hold an array of commands; anything else is dropped without a message.";
  return {
    id: "S14",
    severity: "error",
    pointer,
    message,
    proposal: "Put the command in brackets.",
  };
}

function noJson(pointer: string): Issue {
  const message = "The label is not JSON; the server logs that and shows no command.";
  return {
    id: "S14",
    severity: "error",
    pointer,
    message,
    proposal: "Write the label by program.",
  };
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The issues of one file as lines for a person. */
export function formatIssues(file: string, issues: readonly Issue[]): string {
  const lines = issues.map(({ id, severity, pointer, message, proposal }) => {
    const place = pointer === "" ? file : `${file}#${pointer}`;
    return `${place}: ${severity} ${id}: ${message}${proposal === "" ? "" : ` -> ${proposal}`}`;
  });
  const count = (severity: Severity) => {
    const found = issues.filter((issue) => issue.severity === severity).length;
    return `${found} ${severity}${found === 1 ? "" : "s"}`;
  };
  const total = `${count("error")}, ${count("warning")}, ${count("note")}`;
  return [...lines, `${file}: ${issues.length === 0 ? "nothing to say" : total}`, ""].join("\n");
}

/** Exit code of the command line. */
function main(argv: readonly string[]): number {
  const form = argv.includes("--label") ? "label" : "command";
  const files = argv.filter((argument) => argument !== "--label");
  if (files.length === 0 || files.some((file) => file.startsWith("--"))) {
    const help = argv.includes("--help");
    (help ? process.stdout : process.stderr).write(`${usage}\n`);
    return help ? 0 : 2;
  }
  let exitCode = 0;
  for (const file of files) {
    try {
      const { value, issues } = readJson(readFileSync(file, "utf8"));
      const all = [...issues, ...lintCommandJson(value, form)];
      process.stdout.write(formatIssues(file, all));
      if (all.some(({ severity }) => severity === "error")) exitCode = Math.max(exitCode, 1);
    } catch (error) {
      process.stderr.write(`${file}: ${error instanceof Error ? error.message : String(error)}\n`);
      exitCode = 2;
    }
  }
  return exitCode;
}

if (import.meta.main) process.exitCode = main(process.argv.slice(2));
