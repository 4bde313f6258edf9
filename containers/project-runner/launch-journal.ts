import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, writeSync } from "node:fs";
import { dirname } from "node:path";

/** What was launched, written down before it is: after a stop, a result on the server is known to come from here. */
export interface LaunchJournal {
  has(key: string, fingerprint: string): boolean;
  /** On the disk when this returns. */
  add(key: string, fingerprint: string): void;
  close(): void;
}

/** Opens the journal of a work folder, which is locked. */
export function openJournal(path: string): LaunchJournal {
  mkdirSync(dirname(path), { recursive: true });
  const file = openSync(path, "a+", 0o600);
  const known = new Set(readFileSync(file, "utf8").split("\n"));
  const lineOf = (key: string, fingerprint: string) => `${fingerprint} ${key}`;
  return {
    has: (key, fingerprint) => known.has(lineOf(key, fingerprint)),
    add: (key, fingerprint) => {
      const line = lineOf(key, fingerprint);
      if (known.has(line)) return;
      // A line that broke off before is ended by the first line break.
      writeSync(file, `\n${line}\n`);
      fsyncSync(file);
      known.add(line);
    },
    close: () => closeSync(file),
  };
}
