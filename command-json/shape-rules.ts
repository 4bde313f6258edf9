import type { z } from "zod";
import { type Issue, pointTo, type Severity } from "./issue.ts";
import { commandSchema } from "./schema.ts";

/** How bad a fault of the shape is; those not listed are warnings. */
const severities: Readonly<Record<string, Severity>> = {
  S05: "error",
  W04: "error",
  W07: "error",
  W08: "warning",
};

/**
 * The schema's faults as issues. Rules of the server itself (E) are left to the exact model of the server,
 * so that one fault is said once.
 */
export function checkShape(raw: unknown, at: string, form: "command" | "label"): readonly Issue[] {
  const parsed = commandSchema.safeParse(withoutNulls(raw));
  if (parsed.success) return [];
  return parsed.error.issues
    .flatMap((issue) => toIssues(issue, at))
    .filter(({ id }) => !id.startsWith("E"))
    .filter(({ pointer }) => form === "command" || pointer !== pointTo(at, "image"));
}

function toIssues(issue: z.core.$ZodIssue, at: string): readonly Issue[] {
  const pointer = issue.path.reduce<string>((parent, key) => pointTo(parent, String(key)), at);
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key): Issue => {
      const place = pointTo(pointer, key);
      const newer = oldSpellings[key];
      if (newer !== undefined) {
        const message = `"${key}" is an old spelling, which the server still reads.`;
        return {
          id: "S15",
          severity: "note",
          pointer: place,
          message,
          proposal: `Write "${newer}".`,
        };
      }
      const message = `"${key}" has no effect here.`;
      const proposal = synonyms[key] ?? "Remove it, or correct its spelling.";
      return { id: "W01", severity: "warning", pointer: place, message, proposal };
    });
  }
  const [, id = "", text = ""] = /^([A-Z]\d\d): (.*)$/s.exec(issue.message) ?? [];
  if (id !== "") {
    return [
      {
        id,
        severity: severities[id] ?? "warning",
        pointer,
        message: sentence(pointer, text),
        proposal: "",
      },
    ];
  }
  const proposal = proposals[pointer.slice(at.length)] ?? "Write it as the schema has it.";
  const fault = issue.message.endsWith("received undefined") ? "is missing" : issue.message;
  return [{ id: "S03", severity: "warning", pointer, message: sentence(pointer, fault), proposal }];
}

const oldSpellings: Readonly<Record<string, string>> = {
  "as-a-child-of-wrapper-input": "as-a-child-of",
  ipcMode: "ipc-mode",
};

const synonyms: Readonly<Record<string, string>> = {
  workdir: 'The key is "working-directory".',
  glob: "Globs are not implemented: every direct child of the output folder is uploaded.",
  matcher: "Matchers work on wrapper inputs only.",
  "provides-value-to-command-input": 'The key is "provides-value-for-command-input".',
  gpus: 'No back end reads it; use "generic-resources".',
  "user-settable": "Only wrapper inputs have it.",
};

const proposals: Readonly<Record<string, string>> = {
  "/version":
    "Give the command a version: name, image and version together must be new to the server.",
  "/name": "Name the command.",
};

function sentence(pointer: string, text: string): string {
  const key = pointer.slice(pointer.lastIndexOf("/") + 1);
  return `${key}: ${text}.`;
}

/** Null is the same as missing to the server, and its own exports are full of it. */
function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, item]) => item !== null)
      .map(([key, item]) => [key, withoutNulls(item)]),
  );
}
