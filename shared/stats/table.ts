import { columns } from "./columns.ts";
import { type Cell, type CsvForm, cellText, encodeCsvLine } from "./csv-line.ts";
import { quoteCell } from "./quote-cell.ts";
import type { RegionRow } from "./region-row.ts";

/**
 * The table as CSV (csv-line.ts), UTF-8; numbers read back as the same double. TSV and JSON hold names as they are.
 */
export function encodeCsv(rows: readonly RegionRow[], form: CsvForm): string {
  const mark = form.separator === "semicolon" ? "\ufeff" : "";
  const lines = listCells(rows).map((cells) => encodeCsvLine(cells, form));
  return mark + lines.join("");
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
