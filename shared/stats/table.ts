import { type Cell, columns } from "./columns.ts";
import { quoteCell, shieldFormula } from "./quote-cell.ts";
import type { RegionRow } from "./region-row.ts";

/** How a CSV file is written. */
export interface CsvForm {
  /**
   * `comma`: RFC 4180 as programs expect it. `semicolon`: for spreadsheets of countries with a decimal comma, with a byte order mark so
   * that they see UTF-8.
   */
  readonly separator: "comma" | "semicolon";
  /** `,` for a spreadsheet that would read 1.234 as one thousand two hundred and thirty-four. */
  readonly decimalMark?: "." | ",";
}

/**
 * The table as CSV: RFC 4180 (lines end with CR LF), UTF-8, an empty cell for what is missing, numbers with all their digits
 * (they read back as the same double), lists with blanks in between.
 *
 * CSV files are opened in spreadsheets, which run a cell that begins with =, +, - or @: a text that does gets an apostrophe in
 * front (quote-cell.ts), which can be undone. TSV and JSON hold names as they are.
 */
export function encodeCsv(rows: readonly RegionRow[], form: CsvForm): string {
  const separator = form.separator === "comma" ? "," : ";";
  const { decimalMark = "." } = form;
  const encode = (cell: Cell) => {
    const text =
      typeof cell === "number" ? cellText(cell).replace(".", decimalMark) : cellText(cell);
    const safe = typeof cell === "number" ? text : shieldFormula(text);
    return quoteCell(safe, separator);
  };
  const mark = form.separator === "semicolon" ? "\ufeff" : "";
  const lines = listCells(rows).map((cells) => cells.map(encode).join(separator));
  return `${mark}${lines.map((line) => `${line}\r\n`).join("")}`;
}

/** The table as TSV of BIDS: UTF-8, lines end with LF, `n/a` for what is missing, quotes only around tabs, quotes and line ends. */
export function encodeTsv(rows: readonly RegionRow[]): string {
  const encode = (cell: Cell) => quoteCell(cellText(cell) || "n/a", "\t");
  return listCells(rows)
    .map((cells) => `${cells.map(encode).join("\t")}\n`)
    .join("");
}

/** The table as JSON: a list of rows by column, null for what is missing, lists as lists, texts as they are. */
export function encodeJson(rows: readonly RegionRow[]): string {
  const objects = rows.map((row) =>
    Object.fromEntries(columns.map(({ name, cellOf }) => [name, finiteCell(cellOf(row))])),
  );
  return `${JSON.stringify(objects, null, 2)}\n`;
}

/** What the columns are, as BIDS describes columns: for a document, or a sidecar of the TSV file. */
export function describeColumns(): Record<string, { Description: string; Units?: string }> {
  return Object.fromEntries(
    columns.map(({ name, meaning, unit }) => {
      const units = unit.replace("map", "unit of the map");
      return [name, { Description: meaning, ...(unit === "" ? {} : { Units: units }) }];
    }),
  );
}

function listCells(rows: readonly RegionRow[]): readonly (readonly Cell[])[] {
  const header = columns.map(({ name }) => name);
  return [header, ...rows.map((row) => columns.map(({ cellOf }) => finiteCell(cellOf(row))))];
}

/** A number that is none, or infinite, is missing. */
function finiteCell(cell: Cell): Cell {
  return typeof cell === "number" && !Number.isFinite(cell) ? null : cell;
}

function cellText(cell: Cell): string {
  if (cell === null) return "";
  return typeof cell === "object" ? cell.join(" ") : String(cell);
}
