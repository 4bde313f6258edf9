import { quoteCell, shieldFormula } from "./quote-cell.ts";

/** What a cell holds: a text, a number, a list of either, or nothing (null). */
export type Cell = string | number | null | readonly (string | number)[];

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
 * A line of a CSV file with its end (CR LF, RFC 4180): an empty cell for what is missing or no finite number, numbers with all
 * their digits, lists with blanks in between.
 *
 * CSV files are opened in spreadsheets, which run a cell that begins with =, +, - or @: a text that does gets an apostrophe in
 * front (quote-cell.ts), which can be undone.
 */
export function encodeCsvLine(
  cells: readonly Cell[],
  form: CsvForm = { separator: "comma" },
): string {
  const separator = form.separator === "comma" ? "," : ";";
  const { decimalMark = "." } = form;
  const encode = (cell: Cell) => {
    const text = cellText(cell);
    const safe = typeof cell === "number" ? text.replace(".", decimalMark) : shieldFormula(text);
    return quoteCell(safe, separator);
  };
  return `${cells.map(encode).join(separator)}\r\n`;
}

/** A cell as text; a number that is none, or infinite, is missing. */
export function cellText(cell: Cell): string {
  if (cell === null) return "";
  if (typeof cell === "number") return Number.isFinite(cell) ? String(cell) : "";
  return typeof cell === "object" ? cell.join(" ") : cell;
}
