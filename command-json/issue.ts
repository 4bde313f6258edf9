export type Severity = "error" | "warning" | "note";

/** One fault of a command.json. */
export interface Issue {
  /** Stable id of the rule: E, U, C, W or S and a number (docs/command-json-rules.md). */
  readonly id: string;
  /** error: refused, or no launch can work; warning: works less than it seems; note: good to know. */
  readonly severity: Severity;
  /** JSON pointer (RFC 6901) into the document; empty for the whole. */
  readonly pointer: string;
  readonly message: string;
  /** What to do; empty where the message says it. */
  readonly proposal: string;
}

/** A JSON pointer one step further down. */
export function pointTo(parent: string, key: string | number): string {
  return `${parent}/${String(key).replaceAll("~", "~0").replaceAll("/", "~1")}`;
}
