import type { Call, XnatConnection } from "./connection.ts";
import { itemDocument, type RawItem } from "./items.schema.ts";

/** What one field of an item holds. Lists tell the same thing as text (L1); items do not (L2). */
export type FieldValue = string | number | boolean;

/** An XNAT object with its children: a subject, a session, a scan, an assessor, a resource. */
export interface Item {
  readonly xsiType: string;
  /** Fields that have a value, names in lower case: "id", "label", "parameters/tr". */
  readonly fields: ReadonlyMap<string, FieldValue>;
  /** Children by their place: "scans/scan", "fields/field", "assessors/assessor". */
  readonly children: ReadonlyMap<string, readonly Item[]>;
}

const limitBytes = 64 * 1024 * 1024;

/** One object; XnatError "not-found" when there is none or no access to it (A10). */
export async function readItem(connection: XnatConnection, path: readonly string[]): Promise<Item> {
  const call: Call = { method: "GET", path, query: { format: "json" } };
  const document = await connection.json(call, itemDocument, limitBytes);
  return fromRaw(document.items[0]!);
}

/** Text of a field, whatever the case of its name; "" when there is none. */
export function fieldText(item: Item, name: string): string {
  const value = item.fields.get(name.toLowerCase());
  return value === undefined ? "" : String(value);
}

/** Children in one place; none is an empty list. */
export function childrenAt(item: Item, place: string): readonly Item[] {
  return item.children.get(place) ?? [];
}

/** An item from its wire form. */
export function fromRaw(raw: RawItem): Item {
  const fields = new Map<string, FieldValue>();
  for (const [name, value] of Object.entries(raw.data_fields ?? {})) {
    const key = name.toLowerCase();
    if (value !== null && !fields.has(key)) fields.set(key, value);
  }
  const children = new Map<string, readonly Item[]>();
  for (const { field, items } of raw.children ?? []) {
    children.set(field, [...(children.get(field) ?? []), ...items.map(fromRaw)]);
  }
  return { xsiType: String(raw.meta?.["xsi:type"] ?? ""), fields, children };
}
