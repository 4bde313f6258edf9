import { readFileSync } from "node:fs";

/** Rows of a CSV file as RFC 4180 has it, by the names of the first row. */
export function readRows(path: string): readonly Readonly<Record<string, string>>[] {
  const records: string[][] = [[]];
  for (const [, quoted, plain, end] of readFileSync(path, "utf8").matchAll(
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
