import { lstatSync } from "node:fs";
import { isProgramError } from "#shared/errors.ts";
import type { FoundFile } from "#shared/files/list-files.ts";
import { readSidecar, readText } from "#shared/nifti/sidecar.ts";
import type { Diagnostic } from "./diagnostic.ts";

/** What a label means. */
export interface LabelName {
  readonly name: string;
  readonly colour: readonly [number, number, number] | undefined;
}

export type LabelNames = ReadonlyMap<number, LabelName>;

/** Path of a NIfTI file without its ending. */
export function stemOf(path: string): string {
  return path.replace(/\.nii(\.gz)?$/i, "");
}

/**
 * The names of the labels of a NIfTI file, from a file beside it with the same stem: `.tsv` (BIDS: index, name, color),
 * `.json` (an object `labels` by number, or a list with index, name, color), `.txt` or `.label` (ITK-SNAP, FreeSurfer).
 * The first that names a label counts; none is needed.
 */
export async function readLabelNames(
  file: FoundFile,
): Promise<{ readonly names: LabelNames; readonly diagnostics: readonly Diagnostic[] }> {
  const diagnostics: Diagnostic[] = [];
  for (const [ending, parse] of Object.entries(parsers)) {
    const beside: FoundFile = {
      path: stemOf(file.path) + ending,
      absolutePath: stemOf(file.absolutePath) + ending,
    };
    if (lstatSync(beside.absolutePath, { throwIfNoEntry: false })?.isFile() !== true) continue;
    try {
      const names = await parse(beside);
      if (names.size > 0) return { names, diagnostics };
    } catch (error) {
      if (!isProgramError(error)) throw error;
      diagnostics.push({
        code: "SKIPPED_FILE",
        severity: "warning",
        text: `The names of the labels are not read: ${error.message}`,
        collection: file.path,
      });
    }
  }
  return { names: new Map(), diagnostics };
}

const parsers: Readonly<Record<string, (file: FoundFile) => Promise<LabelNames>>> = {
  ".tsv": async (file) => parseTable(await readText(file)),
  ".json": async (file) => parseFields((await readSidecar(file)).fields),
  ".txt": async (file) => parseLines(await readText(file)),
  ".label": async (file) => parseLines(await readText(file)),
};

/** BIDS, "Image data type: discrete segmentations". */
function parseTable(text: string): LabelNames {
  const [head = "", ...lines] = text.split(/\r?\n/);
  const columns = head.split("\t").map((name) => name.trim().toLowerCase());
  const [index, name, colour] = ["index", "name", "color"].map((key) => columns.indexOf(key)) as [
    number,
    number,
    number,
  ];
  const names = new Map<number, LabelName>();
  if (index < 0 || name < 0) return names;
  for (const line of lines) {
    const cells = line.split("\t");
    enter(names, cells[index], cells[name], cells[colour]);
  }
  return names;
}

/** `{"labels": {"1": "liver", "2": {"name": "kidney", "color": "#ff0000"}}}`, or a list of such objects with `index`. */
function parseFields(fields: Readonly<Record<string, unknown>>): LabelNames {
  const names = new Map<number, LabelName>();
  const labels = fields["labels"] ?? fields["Labels"];
  if (typeof labels !== "object" || labels === null) return names;
  const listed = Array.isArray(labels);
  for (const [key, entry] of Object.entries(labels)) {
    const object = typeof entry === "object" && entry !== null ? entry : { name: entry };
    const { index, name, color, colour } = object as Record<string, unknown>;
    enter(names, listed ? index : key, name, color ?? colour);
  }
  return names;
}

/** ITK-SNAP: `3 255 0 0 1 1 1 "liver"`; FreeSurfer: `3 Liver 255 0 0 0`; lines with # are comments. */
function parseLines(text: string): LabelNames {
  const names = new Map<number, LabelName>();
  for (const line of text.split(/\r?\n/)) {
    const snap = /^\s*(\d+)\s+(\d+)\s+(\d+)\s+(\d+)\s.*"([^"]*)"\s*$/.exec(line);
    const table = /^\s*(\d+)\s+([^\s"#]+)\s+(\d+)\s+(\d+)\s+(\d+)(\s|$)/.exec(line);
    if (snap !== null) enter(names, snap[1], snap[5], snap.slice(2, 5).map(Number));
    else if (table !== null) enter(names, table[1], table[2], table.slice(3, 6).map(Number));
  }
  return names;
}

function enter(
  names: Map<number, LabelName>,
  label: unknown,
  name: unknown,
  colour: unknown,
): void {
  const number = typeof label === "number" || label ? Number(label) : Number.NaN;
  if (!Number.isSafeInteger(number) || typeof name !== "string" || name.trim() === "") return;
  names.set(number, { name: name.trim(), colour: readColour(colour) });
}

/** `#rrggbb`, or three numbers from 0 to 255. */
function readColour(value: unknown): LabelName["colour"] {
  const digits =
    typeof value === "string" ? /^#([0-9a-f]{6})$/i.exec(value.trim())?.[1] : undefined;
  const parts = digits?.match(/../g)?.map((part) => Number.parseInt(part, 16)) ?? value;
  if (!Array.isArray(parts) || parts.length !== 3) return undefined;
  const sound = parts.every((part) => Number.isInteger(part) && part >= 0 && part <= 255);
  return sound ? (parts as unknown as LabelName["colour"]) : undefined;
}
