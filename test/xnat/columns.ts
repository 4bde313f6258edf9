// Columns of lists: short names ("label") or XML paths ("xnat:imageScanData/type").

/** A column as it was asked for: reads its value from a record and, of a joined table, one of its parts. */
export interface Column<T> {
  /** In the answer: short names as asked, paths in lower case (L3). */
  readonly key: string;
  /** Name of the joined table in ListKind.tables that `read` gets a part of; "" for the record itself. */
  readonly table: string;
  read(record: T, part: unknown): string;
}

/** What a list shows of its records. */
export interface ListKind<T> {
  /** Names of the columns when none are asked. */
  readonly defaults: readonly string[];
  /** By short name in lower case. */
  readonly short: Readonly<Record<string, (record: T) => string>>;
  /** By a path in lower case, split at its first slash: "xnat:mrsessiondata", "fields/field/name". */
  path(type: string, rest: string): Omit<Column<T>, "key"> | undefined;
  /** Parts of a record that multiply its rows (L5). */
  readonly tables: Readonly<Record<string, (record: T) => readonly unknown[]>>;
  /** Tables without which a record has no row; the others leave blanks. */
  readonly required: readonly string[];
}

/** Blank for what is not there; everything is text (L1). */
export const text = (value: unknown): string =>
  value === undefined || value === null ? "" : String(value);

/** Values by lower-cased name. */
export function lowerCased(
  values: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name.toLowerCase(), value]),
  );
}

/** A column by name, or undefined for one that this list does not know (L4). */
export function columnOf<T>(kind: ListKind<T>, asked: string): Column<T> | undefined {
  const name = asked.toLowerCase();
  const slash = name.indexOf("/");
  if (slash > 0) {
    const found = kind.path(name.slice(0, slash), name.slice(slash + 1));
    return found === undefined ? undefined : { ...found, key: name };
  }
  const read = kind.short[name];
  return read === undefined ? undefined : { key: asked, table: "", read };
}

/** Custom variables as the pairs of a joined table. */
export const fieldRows = (fields: ReadonlyMap<string, string>): readonly unknown[] => [...fields];

/**
 * The columns "fields/field/name" and "fields/field/field" of table `table`, and "fields/field[name=dose]/field", which
 * `one` answers without a join.
 */
export function fieldColumn<T>(
  rest: string,
  table: string,
  one: (record: T) => ReadonlyMap<string, string> | undefined,
): Omit<Column<T>, "key"> | undefined {
  const [, name] = /^fields\/field\[name=([^\]]+)\]\/field$/.exec(rest) ?? [];
  if (name !== undefined) {
    const wanted = (key: string): boolean => key.toLowerCase() === name;
    return {
      table: "",
      read: (record) => text([...(one(record) ?? [])].find(([key]) => wanted(key))?.[1]),
    };
  }
  const at = ["fields/field/name", "fields/field/field"].indexOf(rest);
  if (at < 0) return undefined;
  return { table, read: (_, part) => text((part as readonly string[] | undefined)?.[at]) };
}
