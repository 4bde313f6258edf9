import { setImmediate as breathe } from "node:timers/promises";
import { escapeHtml } from "./escape.ts";
import type { Exchange } from "./exchange.ts";

/** A list as XNAT answers it: every value is text, "" where there is none (L1). */
export interface Table {
  readonly keys: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** Keys beside Result: `"title": "Files"`. */
  readonly beside?: Readonly<Record<string, unknown>>;
  /** Left out of paged lists (L6). */
  readonly withoutTotal?: boolean;
}

/** Rows written between two rests, so that a long list does not hold up other requests. */
const rowsAtOnce = 1000;

const csvValue = (value: string): string => `"${value.replaceAll('"', '""')}"`;

function* jsonPieces(table: Table): Generator<string> {
  const keys = table.keys.map((key) => `${JSON.stringify(key)}:`);
  yield '{"ResultSet":{"Result":[';
  for (let from = 0; from < table.rows.length; from += rowsAtOnce) {
    const rows = table.rows.slice(from, from + rowsAtOnce).map((row) => {
      const cells = row.map((value, at) => keys[at] + JSON.stringify(value));
      return `{${cells.join(",")}}`;
    });
    yield (from === 0 ? "" : ",") + rows.join(",");
  }
  const beside = {
    ...(table.withoutTotal === true ? {} : { totalRecords: String(table.rows.length) }),
    ...table.beside,
  };
  const rest = JSON.stringify(beside).slice(1, -1);
  yield `]${rest === "" ? "" : `,${rest}`}}}`;
}

function* csvPieces(table: Table): Generator<string> {
  yield `${table.keys.map(csvValue).join(",")}\n`;
  for (let from = 0; from < table.rows.length; from += rowsAtOnce) {
    yield table.rows
      .slice(from, from + rowsAtOnce)
      .map((row) => `${row.map(csvValue).join(",")}\n`)
      .join("");
  }
}

function* htmlPieces(table: Table): Generator<string> {
  const line = (cells: readonly string[], tag: string) =>
    `<tr>${cells.map((cell) => `<${tag}>${escapeHtml(cell)}</${tag}>`).join("")}</tr>\n`;
  yield `<html><body><table>\n${line(table.keys, "th")}`;
  for (const row of table.rows) yield line(row, "td");
  yield "</table></body></html>\n";
}

function* xmlPieces(table: Table): Generator<string> {
  yield `<ResultSet totalRecords="${table.rows.length}"><results><columns>`;
  for (const key of table.keys) yield `<column>${escapeHtml(key)}</column>`;
  yield "</columns><rows>";
  for (const row of table.rows) {
    yield `<row>${row.map((cell) => `<cell>${escapeHtml(cell)}</cell>`).join("")}</row>`;
  }
  yield "</rows></results></ResultSet>";
}

const formats: Readonly<
  Record<string, { readonly type: string; pieces(table: Table): Generator<string> }>
> = {
  json: { type: "application/json", pieces: jsonPieces },
  csv: { type: "text/csv", pieces: csvPieces },
  html: { type: "text/html", pieces: htmlPieces },
  xml: { type: "text/xml", pieces: xmlPieces },
};

/** Sends a table in the format that the request asks for (JSON unless it says so). */
export async function resultSet(exchange: Exchange, table: Table): Promise<void> {
  const { response } = exchange;
  const format = formats[exchange.query("format") ?? "json"] ?? formats["json"];
  if (format === undefined) return;
  response.writeHead(200, { "Content-Type": format.type });
  for (const piece of format.pieces(table)) {
    if (response.destroyed) return;
    if (!response.write(piece)) await breathe();
  }
  response.end();
}
