import { z } from "zod";

/** A row of a list: names of the columns in lower case -> text. */
export type Row = Readonly<Record<string, string>>;

/**
 * A row as servers send it. Values are strings there (rule L1); numbers, booleans and null are taken as well, since proxies and
 * plugins differ. Names come in the case that was asked, in lower case or doubled ("ID" and "id", L3): lower case here, and of
 * two values of one name the one that says something.
 */
export const rowShape = z
  .record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]))
  .transform((raw): Row => {
    const row: Record<string, string> = {};
    for (const [name, value] of Object.entries(raw)) {
      const text = value === null ? "" : String(value);
      const key = name.toLowerCase();
      if (text !== "" || row[key] === undefined) row[key] = text;
    }
    return row;
  });

/** Rows up to the first that is none: of a million wrong ones a single complaint is made. */
const rows = z.array(z.unknown()).transform((raw, context): readonly Row[] => {
  const read: Row[] = [];
  for (const [index, one] of raw.entries()) {
    const row = rowShape.safeParse(one);
    if (!row.success) {
      context.addIssue({ code: "custom", message: `row ${index}: ${row.error.message}` });
      return z.NEVER;
    }
    read.push(row.data);
  }
  return read;
});

/** A whole list. `totalRecords` is not read: it is a string, blank or missing (L1, L6). */
export const resultSet = z
  .object({ ResultSet: z.object({ Result: rows }) })
  .transform((answer): readonly Row[] => answer.ResultSet.Result);

/** Text of a column, whatever the case of its name; "" where the list has none. */
export function cell(row: Row, column: string): string {
  return row[column.toLowerCase()] ?? "";
}

/** Whether the server knew the column at all: unknown ones are dropped without a word (L4). */
export function hasColumn(row: Row, column: string): boolean {
  return row[column.toLowerCase()] !== undefined;
}

/** Number in a column; undefined where it is blank or no number ("" is not 0). */
export function numberIn(row: Row, column: string): number | undefined {
  const text = cell(row, column).trim();
  const value = Number(text);
  return text === "" || !Number.isFinite(value) ? undefined : value;
}

/** Whole number of at least 0 in a column: bytes, files; undefined where it is blank or says no such thing. */
export function countIn(row: Row, column: string): number | undefined {
  const text = cell(row, column).trim();
  return /^\d{1,16}$/.test(text) && Number.isSafeInteger(Number(text)) ? Number(text) : undefined;
}
