import { readFileSync } from "node:fs";

/** A row of a CSV file, by the names of its first row. */
export type Row = Readonly<Record<string, string>>;

/** Rows of a CSV file as RFC 4180 has it. */
export function readRows(path: string): readonly Row[] {
  return parseRows(readFileSync(path, "utf8"));
}

/** Rows of the text of such a file. */
export function parseRows(text: string): readonly Row[] {
  const records: string[][] = [[]];
  for (const [, quoted, plain, end] of text.matchAll(
    /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/g,
  )) {
    records.at(-1)?.push(quoted?.replaceAll('""', '"') ?? plain ?? "");
    if (end !== ",") records.push([]);
  }
  const [names = [], ...rows] = records.filter((cells) => cells.length > 1);
  return rows.map((cells) =>
    Object.fromEntries(names.map((name, column) => [name, cells[column] ?? ""])),
  );
}
