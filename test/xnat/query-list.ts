import { type Column, columnOf, type ListKind } from "./columns.ts";
import type { Exchange } from "./exchange.ts";
import { seededRandom, shuffle } from "./random.ts";
import type { Table } from "./result-set.ts";

// One list: columns, filters, joined tables, order, pages. No ORDER BY: the order differs with each request (L6).

const offsetOnlyRows = 100;

/** Parameters that are no filters. */
const reserved = new Set(
  "format columns sortby sortorder limit offset xnat_csrf req_format file_stats all xsitype permissions datatype".split(
    " ",
  ),
);

interface Filter<T> {
  readonly column: Column<T>;
  matches(value: string): boolean;
}

const day = /^(\d{4}-\d\d-\d\d)-(\d{4}-\d\d-\d\d)$/;
const numbers = /^(-?[\d.]+)-(-?[\d.]+)$/;

function matcherOf(wanted: string): (value: string) => boolean {
  if (/[*%]/.test(wanted)) {
    const source = wanted
      .split(/[*%]/)
      .map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"))
      .join(".*");
    const pattern = new RegExp(`^${source}$`, "is");
    return (value) => pattern.test(value);
  }
  const [, from, until] = day.exec(wanted) ?? [];
  if (from !== undefined && until !== undefined) return (value) => value >= from && value <= until;
  const [, low, high] = numbers.exec(wanted) ?? [];
  if (low === undefined || high === undefined) return (value) => value === wanted;
  return (value) =>
    value === wanted ||
    (value !== "" && Number(value) >= Number(low) && Number(value) <= Number(high));
}

function filtersOf<T>(
  exchange: Exchange,
  kind: ListKind<T>,
  ignored: readonly string[],
): readonly Filter<T>[] {
  return exchange.queryNames.flatMap((name) => {
    if (reserved.has(name.toLowerCase()) || ignored.includes(name)) return [];
    const column = columnOf(kind, name);
    if (column === undefined) return [];
    const alternatives = (exchange.query(name) ?? "").split(",").map(matcherOf);
    return [{ column, matches: (value) => alternatives.some((one) => one(value)) }];
  });
}

function columnsOf<T>(exchange: Exchange, kind: ListKind<T>): readonly Column<T>[] {
  const asked = exchange.query("columns");
  const names =
    asked === undefined || asked === "" ? kind.defaults : asked.split(",").map((one) => one.trim());
  const unique = [...new Set([...names.filter((name) => name !== "URI"), "URI"])];
  return unique.flatMap((name) => {
    const column = columnOf(kind, name);
    if (column === undefined) exchange.touch("L4");
    return column ?? [];
  });
}

/** Rows of one record: one for each combination of the parts of its joined tables (L5). */
function rowsOf<T>(
  record: T,
  kind: ListKind<T>,
  tables: readonly string[],
  columns: readonly Column<T>[],
  filters: readonly Filter<T>[],
  into: string[][],
): void {
  const parts: Record<string, unknown> = {};
  const emit = (): void => {
    for (const { column, matches } of filters) {
      if (!matches(column.read(record, parts[column.table]))) return;
    }
    into.push(columns.map((column) => column.read(record, parts[column.table])));
  };
  const join = (at: number): void => {
    const table = tables[at];
    if (table === undefined) {
      emit();
      return;
    }
    const found = kind.tables[table]?.(record) ?? [];
    if (found.length === 0 && kind.required.includes(table)) return;
    for (const part of found.length === 0 ? [undefined] : found) {
      parts[table] = part;
      join(at + 1);
    }
  };
  join(0);
}

function sortPage(exchange: Exchange, keys: readonly string[], rows: string[][]): void {
  const sortBy = exchange.query("sortBy");
  if (sortBy === undefined) return;
  const places = sortBy
    .split(",")
    .map((name) => keys.findIndex((key) => key.toLowerCase() === name.trim().toLowerCase()))
    .filter((at) => at >= 0);
  const sign = exchange.query("sortOrder")?.toUpperCase() === "DESC" ? -1 : 1;
  rows.sort((a, b) => {
    for (const at of places) {
      const [left = "", right = ""] = [a[at], b[at]];
      if (left !== right) return left < right ? -sign : sign;
    }
    return 0;
  });
}

/** The list that `exchange` asks for, of `records` that it may see. */
export function queryList<T>(
  exchange: Exchange,
  kind: ListKind<T>,
  records: Iterable<T>,
  options: { readonly paged?: boolean; readonly notFilters?: readonly string[] } = {},
): Table {
  const columns = columnsOf(exchange, kind);
  const filters = filtersOf(exchange, kind, options.notFilters ?? []);
  const used = [...columns, ...filters.map(({ column }) => column)].map(({ table }) => table);
  const tables = [...new Set(used)].filter((table) => table !== "");
  const rows: string[][] = [];
  for (const record of records) rowsOf(record, kind, tables, columns, filters, rows);
  const again = exchange.fault("reorder") === undefined ? 0 : 1;
  shuffle(rows, seededRandom(Math.floor(exchange.site.random() * 2 ** 32) + again));
  const keys = columns.map(({ key }) => key);

  const limit = exchange.query("limit");
  const offset = exchange.query("offset");
  const isPaged = options.paged === true && (limit !== undefined || offset !== undefined);
  const from = Number(offset ?? 0);
  const page = isPaged ? rows.slice(from, from + Number(limit ?? offsetOnlyRows)) : rows;
  if (isPaged) exchange.touch("L6");
  sortPage(exchange, keys, page);
  return isPaged ? { keys, rows: page, withoutTotal: true } : { keys, rows: page };
}
