import { UsageError } from "#shared/errors.ts";
import { fitsPattern } from "#shared/files/fits-pattern.ts";
import type { StudyIdentity } from "#shared/paravision/raw-scan.ts";
import { allowedTexts } from "./allowed-texts.ts";
import { readGivenFile } from "./read-given-file.ts";

/**
 * Labels of many studies: the row of a study, by the name of its folder or by the subject ID in the raw data; else the first
 * whose study is a pattern (`20240131_*`) that one of them fits.
 */
export interface LabelTable {
  find(folder: string, subjectId: string): StudyIdentity | undefined;
}

/** A table is made by people: longer ones are some other file. */
const longestTable = 16 * 2 ** 20;

const fields = {
  project: "project",
  subject: "subject",
  session: "session",
  "patient-id": "patientId",
  "patient-name": "patientName",
  "patient-comments": "patientComments",
} as const;

const allowed: Readonly<Record<keyof typeof fields, RegExp>> = {
  project: allowedTexts.label,
  subject: allowedTexts.label,
  session: allowedTexts.label,
  "patient-id": allowedTexts.line,
  "patient-name": allowedTexts.personName,
  "patient-comments": allowedTexts.comments,
};

/**
 * Reads a table of labels: CSV (comma, semicolon or tab) with a line of names: study, project, subject, session, patient-id,
 * patient-name, patient-comments.
 *
 * @throws UsageError E-MAPPING for a table that cannot be used, with its line, or that cannot be read
 */
export async function readLabelTable(path: string): Promise<LabelTable> {
  const bytes = await readGivenFile("E-MAPPING", path, longestTable);
  return parseLabelTable(new TextDecoder().decode(bytes), path);
}

/** The same for a text. */
export function parseLabelTable(text: string, path: string): LabelTable {
  const lines = text.split(/\r\n|\r|\n/);
  const heading = lines[0] ?? "";
  const separator = [";", "\t"].find((sign) => heading.includes(sign)) ?? ",";
  const names = splitLine(heading, separator);
  const unknown = names.find((name) => name !== "study" && !(name in fields));
  if (!names.includes("study") || unknown !== undefined) {
    const found = unknown === undefined ? "no column study" : `a column ${JSON.stringify(unknown)}`;
    throw refuse(path, 1, `it has ${found}`);
  }
  const rows = new Map<string, StudyIdentity>();
  for (const [n, line] of lines.entries()) {
    if (n === 0 || line.trim() === "") continue;
    const cells = splitLine(line, separator);
    if (line.split('"').length % 2 === 0) {
      throw refuse(path, n + 1, "a quotation mark is not closed");
    }
    if (cells.length !== names.length) {
      throw refuse(path, n + 1, `it has ${cells.length} cells under ${names.length} names`);
    }
    const study = cells[names.indexOf("study")] ?? "";
    if (study === "" || rows.has(study)) {
      throw refuse(path, n + 1, study === "" ? "it names no study" : "its study comes twice");
    }
    rows.set(study, readRow(names, cells, path, n + 1));
  }
  const patterns = [...rows].filter(([study]) => /[*?]/.test(study));
  return {
    find: (folder, subjectId) =>
      rows.get(folder) ??
      rows.get(subjectId) ??
      patterns.find(([study]) => fitsPattern(folder, study) || fitsPattern(subjectId, study))?.[1],
  };
}

function readRow(
  names: readonly string[],
  cells: readonly string[],
  path: string,
  line: number,
): StudyIdentity {
  const entries = names.flatMap((name, n) => {
    const cell = cells[n] ?? "";
    if (name === "study" || cell === "") return [];
    const field = name as keyof typeof fields;
    if (!allowed[field].test(cell)) {
      throw refuse(
        path,
        line,
        `${field} ${JSON.stringify(cell.slice(0, 80))} holds what cannot be written`,
      );
    }
    return [[fields[field], cell] as const];
  });
  return Object.fromEntries(entries);
}

function splitLine(line: string, separator: string): readonly string[] {
  const cells: string[] = [];
  const pattern = new RegExp(
    `\\s*(?:"((?:[^"]|"")*)"\\s*|([^${separator}]*))(${separator}|$)`,
    "gy",
  );
  for (let match = pattern.exec(line); match !== null; match = pattern.exec(line)) {
    cells.push((match[1]?.replaceAll('""', '"') ?? match[2] ?? "").trim());
    if (match[3] === "") break;
  }
  return cells;
}

function refuse(path: string, line: number, what: string): UsageError {
  return new UsageError(
    "E-MAPPING",
    `The table ${path} cannot be used: ${what} (line ${line}).`,
    "Its columns are study, project, subject, session, patient-id, patient-name and patient-comments; each study has one line.",
  );
}
