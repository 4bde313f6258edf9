import { isSecretField, type Log } from "#shared/program/log.ts";
import { toOneLine } from "#shared/program/one-line.ts";

/** A log that is kept besides being shown. */
export interface RunLog extends Log {
  /** What was said so far, as JSON lines. */
  text(): string;
}

/** More lines are not kept; what follows is in the container's own log. */
const mostLines = 200_000;

/** Passes everything on to a log and keeps it, secrets and names of people removed as the log does. */
export function recordLog(log: Log, now: () => Date = () => new Date()): RunLog {
  const lines: string[] = [];
  const keep = (level: string, fields: object, message: string) => {
    if (lines.length > mostLines) return;
    const text = lines.length === mostLines ? "more lines were not kept" : toOneLine(message);
    const entry = { time: now().toISOString(), level, ...fields, message: text };
    lines.push(
      JSON.stringify(entry, (key, value: unknown) => (isSecretField(key) ? "[removed]" : value)),
    );
  };
  return {
    info: (fields, message) => {
      keep("info", fields, message);
      log.info(fields, message);
    },
    warn: (fields, message) => {
      keep("warn", fields, message);
      log.warn(fields, message);
    },
    error: (fields, message) => {
      keep("error", fields, message);
      log.error(fields, message);
    },
    text: () => lines.map((line) => `${line}\n`).join(""),
  };
}
