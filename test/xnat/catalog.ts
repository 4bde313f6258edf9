/** One file of a resource, as its catalog names it. */
export interface CatalogEntry {
  /** Inside the resource, with forward slashes; as stored, so "a%23b" stays so (rule U7). */
  readonly path: string;
  /** MD5, or "" (rule D5). */
  digest: string;
  /** Bytes. */
  size: number;
  format: string;
  content: string;
  tags: string;
  createdBy: string;
  eventId: number;
  /** "2026-11-22T10:00:00.176". */
  createdTime: string;
  /** SOPInstanceUID of an image. */
  uid?: string;
  instanceNumber?: number;
}

/** The XML that XNAT keeps beside the files of a resource. */
export interface Catalog {
  readonly id: string;
  /** SeriesInstanceUID; makes it a cat:DCMCatalog. */
  readonly uid: string | undefined;
  readonly project: string;
  /** "18:Sun Nov 22 10:00:00 UTC 2026=Added:2|19:...". */
  audit: string;
  /** By path. */
  readonly entries: Map<string, CatalogEntry>;
}

export function emptyCatalog(id: string, project: string, uid?: string): Catalog {
  return { id, project, uid, audit: "", entries: new Map() };
}

const namespaces = `xmlns:cat="http://nrg.wustl.edu/catalog" xmlns:xdat="http://nrg.wustl.edu/security" xmlns:xnat="http://nrg.wustl.edu/xnat" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"`;

/** The catalog as XNAT writes it (recorded in 1.7 and 1.8). */
export function encodeCatalog(catalog: Catalog): string {
  const [name, attributes] =
    catalog.uid === undefined
      ? ["cat:Catalog", `ID="${escapeXml(catalog.id)}"`]
      : ["cat:DCMCatalog", `UID="${escapeXml(catalog.uid)}"`];
  const parts = [
    `<?xml version="1.0" encoding="UTF-8"?>\n<${name} ${attributes} ${namespaces}>\n<cat:metaFields>\n`,
    `\t<cat:metaField name="PROJECT">${escapeXml(catalog.project)}</cat:metaField>\n`,
    catalog.audit === ""
      ? ""
      : `\t<cat:metaField name="AUDIT">${escapeXml(catalog.audit)}</cat:metaField>\n`,
    "</cat:metaFields>\n<cat:entries>\n",
  ];
  for (const entry of catalog.entries.values()) parts.push(encodeEntry(entry));
  parts.push(`</cat:entries>\n</${name}>\n`);
  return parts.join("");
}

function encodeEntry(entry: CatalogEntry): string {
  const path = escapeXml(entry.path);
  const attributes = [
    `ID="${path}"`,
    entry.uid === undefined ? "" : ` UID="${escapeXml(entry.uid)}"`,
    ` URI="${path}"`,
    entry.content === "" ? "" : ` content="${escapeXml(entry.content)}"`,
    ` createdBy="${escapeXml(entry.createdBy)}" createdEventId="${entry.eventId}" createdTime="${entry.createdTime}"`,
    entry.digest === "" ? "" : ` digest="${entry.digest}"`,
    entry.format === "" ? "" : ` format="${escapeXml(entry.format)}"`,
    entry.instanceNumber === undefined ? "" : ` instanceNumber="${entry.instanceNumber}"`,
    ` name="${escapeXml(nameOf(entry.path))}"`,
    entry.uid === undefined ? "" : ` xsi:type="cat:dcmEntry"`,
  ].join("");
  const tags =
    entry.tags === ""
      ? ""
      : `\n\t\t<cat:tags><cat:tag>${escapeXml(entry.tags)}</cat:tag></cat:tags>`;
  return `\t<cat:entry ${attributes}>\n\t\t<cat:metaFields>\n\t\t\t<cat:metaField name="size_in_bytes">${entry.size}</cat:metaField>\n\t\t</cat:metaFields>${tags}\n\t</cat:entry>\n`;
}

/**
 * A catalog from its XML: ours, the recorded ones, and those of shared/phantom.
 *
 * @returns entries without a size carry NaN
 * @throws Error when it is no catalog
 */
export function parseCatalog(text: string): Catalog {
  const root = /<cat:(DCM)?Catalog\b([^>]*)>/.exec(text);
  if (root === null) throw new Error("no catalog");
  const attributes = parseAttributes(root[2] ?? "");
  const head = text.slice(0, text.indexOf("<cat:entries>"));
  const entries = new Map<string, CatalogEntry>();
  for (const found of text.matchAll(/<cat:entry\b([^>]*?)(?:\/>|>([\s\S]*?)<\/cat:entry>)/g)) {
    const entry = parseEntry(parseAttributes(found[1] ?? ""), found[2] ?? "");
    entries.set(entry.path, entry);
  }
  return {
    id: attributes.get("ID") ?? "",
    uid: root[1] === undefined ? undefined : (attributes.get("UID") ?? ""),
    project: metaField(head, "PROJECT") ?? "",
    audit: metaField(head, "AUDIT") ?? "",
    entries,
  };
}

function parseEntry(attributes: ReadonlyMap<string, string>, inside: string): CatalogEntry {
  const uid = attributes.get("UID");
  const instanceNumber = attributes.get("instanceNumber");
  return {
    path: attributes.get("URI") ?? "",
    digest: attributes.get("digest") ?? "",
    size: Number(metaField(inside, "size_in_bytes") ?? Number.NaN),
    format: attributes.get("format") ?? "",
    content: attributes.get("content") ?? "",
    tags: unescapeXml(/<cat:tag>([^<]*)</.exec(inside)?.[1] ?? ""),
    createdBy: attributes.get("createdBy") ?? "",
    eventId: Number(attributes.get("createdEventId") ?? 0),
    createdTime: attributes.get("createdTime") ?? "",
    ...(uid === undefined ? {} : { uid }),
    ...(instanceNumber === undefined ? {} : { instanceNumber: Number(instanceNumber) }),
  };
}

function parseAttributes(text: string): ReadonlyMap<string, string> {
  return new Map(
    Array.from(text.matchAll(/([\w:]+)="([^"]*)"/g), ([, name, value]) => [
      name ?? "",
      unescapeXml(value ?? ""),
    ]),
  );
}

function metaField(text: string, name: string): string | undefined {
  const value = new RegExp(`<cat:metaField name="${name}">([^<]*)<`).exec(text)?.[1];
  return value === undefined ? undefined : unescapeXml(value);
}

/** Last part of a path. */
export function nameOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

/** Text as the content or an attribute of XML. */
export function escapeXml(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}

function unescapeXml(text: string): string {
  if (!text.includes("&")) return text;
  const named: Record<string, string> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };
  return text.replace(/&(?:#(\d+)|(\w+));/g, (whole, code: string | undefined, name: string) =>
    code === undefined ? (named[name] ?? whole) : String.fromCharCode(Number(code)),
  );
}
