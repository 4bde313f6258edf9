import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import type { ItemOutcome } from "./item.ts";
import { parseJson } from "./parse-json.ts";
import { stateLine } from "./state.schema.ts";

/** What became of an item, and of which images, program and options that was found out. */
export interface ItemLine {
  readonly line: "item";
  /** ISO 8601. */
  readonly at: string;
  /** Digest of what the listing tells about the scan. */
  readonly identity: string;
  readonly program: string;
  readonly version: string;
  /** Digest of the options. */
  readonly options: string;
  readonly outcome: ItemOutcome;
}

/** DICOM attributes of a series, which do not change. */
export interface AttributesLine {
  readonly line: "attributes";
  readonly at: string;
  readonly series: string;
  /** By the names they were asked by; those that are absent have "". */
  readonly values: Readonly<Record<string, string>>;
}

export type StateLine = ItemLine | AttributesLine;

/** What is known of earlier runs. */
export interface Known {
  /** By key of the item. */
  readonly items: ReadonlyMap<string, ItemLine>;
  /** Programs that occur in the lines. */
  readonly programs: ReadonlySet<string>;
  /** By series. */
  readonly attributes: ReadonlyMap<string, Readonly<Record<string, string>>>;
}

/** The state of a project: what earlier runs found out, and what this one adds line by line, each on the disk when it is said. */
export interface State extends Known {
  /**
   * A full disk is no error: the line is known to this run and goes to the copy on the server, and an item whose line is lost
   * altogether is looked at again.
   */
  add(line: StateLine): void;
  /** Takes in lines of another copy; the younger one of two counts. They are not written. */
  merge(lines: Iterable<StateLine>): void;
  /** Lines added since the last call: what the copy on the server lacks. */
  takeNew(): readonly StateLine[];
  /** Gives lines back that could not be copied. */
  giveBack(lines: readonly StateLine[]): void;
  close(): void;
}

/** The lines of a text; a last line that broke off, and lines of other versions, are left out. */
export function parseState(text: string): StateLine[] {
  return text.split("\n").flatMap((line) => {
    if (line.trim() === "") return [];
    const parsed = stateLine.safeParse(parseJson(line));
    return parsed.success ? [parsed.data] : [];
  });
}

/** Lines as text. */
export function encodeState(lines: Iterable<StateLine>): string {
  let text = "";
  for (const line of lines) text += `${JSON.stringify(line)}\n`;
  return text;
}

/** What two copies of a line have in common. */
function nameOf(line: StateLine): string {
  return line.line === "item" ? `${line.outcome.key} ${line.at}` : `${line.series} ${line.at}`;
}

/** The younger line of each item, and the attributes of each series, as lines. */
export function compactState({ items, attributes }: Known, at: string): StateLine[] {
  const known = [...attributes].map(([series, values]) => {
    return { line: "attributes", at, series, values } as const;
  });
  return [...items.values(), ...known];
}

/**
 * Opens the state file of a work folder, which is made when it is missing. The folder must be locked.
 *
 * Append only: a run that is killed loses at most the line it was writing.
 */
export function openState(path: string): State {
  mkdirSync(dirname(path), { recursive: true });
  const file = openSync(path, "a+", 0o600);
  const text = readFileSync(file, "utf8");
  const items = new Map<string, ItemLine>();
  const programs = new Set<string>();
  const attributes = new Map<string, Readonly<Record<string, string>>>();
  const learn = (line: StateLine) => {
    if (line.line === "attributes") {
      attributes.set(line.series, { ...attributes.get(line.series), ...line.values });
      return;
    }
    const { key } = line.outcome;
    programs.add(line.program);
    const before = items.get(key);
    if (before === undefined || before.at <= line.at) items.set(key, line);
  };
  const lines = parseState(text);
  for (const line of lines) learn(line);
  let fresh: StateLine[] = lines;
  const write = (part: string) => {
    const bytes = Buffer.from(part);
    for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
  };
  /** A line that broke off is ended, so that the next one begins on its own. */
  let brokenOff = text !== "" && !text.endsWith("\n");
  return {
    items,
    programs,
    attributes,
    add: (line) => {
      learn(line);
      fresh.push(line);
      try {
        write(`${brokenOff ? "\n" : ""}${encodeState([line])}`);
        fsyncSync(file);
        brokenOff = false;
      } catch (error) {
        const { code } = error as NodeJS.ErrnoException;
        if (code !== "ENOSPC" && code !== "EDQUOT") throw error;
        brokenOff = true;
      }
    },
    merge: (others) => {
      const copied = new Set<string>();
      for (const line of others) {
        learn(line);
        copied.add(nameOf(line));
      }
      fresh = fresh.filter((line) => !copied.has(nameOf(line)));
    },
    takeNew: () => {
      const taken = fresh;
      fresh = [];
      return taken;
    },
    giveBack: (given) => {
      fresh = [...given, ...fresh];
    },
    close: () => closeSync(file),
  };
}
