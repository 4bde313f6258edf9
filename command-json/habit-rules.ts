import { type Issue, pointTo, type Severity } from "./issue.ts";
import type { ServerCommand } from "./server-command.ts";

/** Rules of ours beyond the server's: W08 of the container name, S07, S08, S12, S13. */
export function checkHabits(command: ServerCommand, raw: unknown): readonly Issue[] {
  return [...shellPieces(command), ...unquotedTexts(command), ...fieldNotes(command, raw)];
}

function* shellPieces(command: ServerCommand): Generator<Issue> {
  if (command.overrideEntrypoint || command.commandLine === undefined) return;
  const outside = command.commandLine.replace(/"(?:[^"\\]|\\.)*"|'[^']*'/g, " ");
  const found = /&&|\|\||[$|><*;`]/.exec(outside)?.[0];
  if (found === undefined) return;
  yield {
    id: "S07",
    severity: "warning",
    pointer: pointTo(command.at, "command-line"),
    message: `The line holds ${found}, but without override-entrypoint no shell reads it: it reaches the program as it is.`,
    proposal: 'Write "override-entrypoint": true when a shell is meant.',
  };
}

function* unquotedTexts(command: ServerCommand): Generator<Issue> {
  const line = command.commandLine;
  if (line === undefined || command.overrideEntrypoint) return;
  const quoted = (line.match(/"(?:[^"\\]|\\.)*"|'[^']*'/g) ?? []).join(" ");
  const outside = line.replace(/"(?:[^"\\]|\\.)*"|'[^']*'/g, " ");
  // Values from XNAT are ids and addresses.
  const fed = new Set(
    command.wrappers.flatMap(({ external, derived }) =>
      [...external, ...derived].map(({ providesValueFor }) => providesValueFor),
    ),
  );
  for (const { name, type, at, replacementKey } of command.inputs) {
    if (fed.has(name)) continue;
    if (type !== "string" || !outside.includes(replacementKey) || quoted.includes(replacementKey)) {
      continue;
    }
    yield {
      id: "S08",
      severity: "warning",
      pointer: at,
      message: `A value of "${name}" with blanks in it becomes several arguments.`,
      proposal: `Write "${replacementKey}" in double quotes in the command line.`,
    };
  }
}

const notes: Readonly<Record<string, readonly [id: string, severity: Severity, text: string]>> = {
  ulimits: ["S12", "note", "ulimits works on plain Docker only."],
  runtime: ["S12", "note", "runtime works on plain Docker only."],
  "ipc-mode": ["S12", "note", "ipc-mode works on plain Docker only."],
  "auto-remove": ["S12", "note", "auto-remove works on plain Docker only."],
  network: ["S12", "note", "network is ignored on Kubernetes."],
  "container-name": ["S13", "note", "container-name needs Container Service 3.0."],
  "container-labels": ["S13", "note", "container-labels needs Container Service 3.0."],
  "shm-size": ["S13", "note", "shm-size needs Container Service 3.0."],
  "generic-resources": ["S13", "note", "generic-resources needs Container Service 3.0."],
  secrets: ["S13", "note", "secrets needs Container Service 3.3."],
  visibility: ["S13", "note", "visibility needs Container Service 3.7."],
  "command-metadata": ["S13", "note", "command-metadata needs Container Service 3.7."],
};

function* fieldNotes(command: ServerCommand, raw: unknown): Generator<Issue> {
  const record = typeof raw === "object" && raw !== null ? (raw as Record<string, unknown>) : {};
  for (const [key, [id, severity, message]] of Object.entries(notes)) {
    const value = Object.hasOwn(record, key) ? record[key] : undefined;
    if (value === undefined || value === null) continue;
    yield { id, severity, pointer: pointTo(command.at, key), message, proposal: "" };
  }
  const name = command.containerName;
  if (
    name !== undefined &&
    name !== "" &&
    !/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(name.replace(/#[^#]+#/g, "x"))
  ) {
    yield {
      id: "W08",
      severity: "warning",
      pointer: pointTo(command.at, "container-name"),
      message: "The container name is no Kubernetes name.",
      proposal: "Use lower case letters, digits and dashes.",
    };
  }
}
