import { join } from "node:path";
import { data } from "dcmjs";
import { type ByteSource, withFile } from "#shared/dicom/byte-source.ts";
import { readLayout } from "#shared/dicom/file-layout.ts";
import { readDataset } from "#shared/dicom/read-dataset.ts";
import { escapeHtml } from "./escape.ts";
import { type Handler, Refusal, type Route } from "./exchange.ts";
import { findByUri } from "./find.ts";
import { resultSet } from "./result-set.ts";
import { requireReadOwner } from "./rights.ts";
import type { Scan } from "./site.ts";
import { listEntries } from "./stored-files.ts";

/** PS3.6 as dcmjs has it, looked up one by one: its tables cannot be listed. */
const { dictionary, nameMap } = data.DicomMetaDictionary as typeof data.DicomMetaDictionary & {
  nameMap: Record<string, { tag: string } | undefined>;
};

/** Tag of a field as asked: 8 hex digits or a keyword. */
function tagOf(field: string): number | undefined {
  if (/^[0-9a-f]{8}$/i.test(field)) return Number.parseInt(field, 16);
  const tag = nameMap[field]?.tag;
  return tag === undefined ? undefined : Number.parseInt(tag.replace(/[(),]/g, ""), 16);
}

/** Values are cut where they get long. */
const cutAfter = 64;

/** "Echo Time" of EchoTime. */
const inWords = (keyword: string): string => keyword.replace(/(?<=[a-z0-9])(?=[A-Z])/g, " ");

/** Rows tag1, tag2, vr, value, desc of the top level; sequences have no value. */
function dump(source: ByteSource, wanted: ReadonlySet<number>): readonly (readonly string[])[] {
  const layout = readLayout(source);
  if (layout === undefined) return [];
  const { dataset } = readDataset(layout, (tag) => wanted.size === 0 || wanted.has(tag));
  return Object.entries(dataset)
    .filter(([tag]) => wanted.size === 0 || wanted.has(Number.parseInt(tag, 16)))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([tag, { vr, Value = [] }]) => {
      const hex = tag.toUpperCase();
      const values = vr === "SQ" ? [] : Value.map((value) => textOf(value));
      const desc = inWords(dictionary[`(${hex.slice(0, 4)},${hex.slice(4)})`]?.name ?? "?");
      return [
        `(${hex.slice(0, 4)},${hex.slice(4)})`,
        "",
        vr,
        escapeHtml(values.join("\\").slice(0, cutAfter)),
        desc,
      ];
    });
}

function textOf(value: unknown): string {
  if (typeof value === "object" && value !== null && "Alphabetic" in value) {
    return String(value.Alphabetic);
  }
  return typeof value === "string" || typeof value === "number" ? String(value).trim() : "";
}

/** Of the first file of the first scan with images that src names; a tag that is not there has no row. */
const readDump: Handler = async (exchange) => {
  const { site } = exchange;
  const src = exchange.query("src");
  if (src === undefined) throw new Refusal(400, "ERROR: No source specified");
  const owner = findByUri(site, src);
  if (owner === undefined) throw new Refusal(404, `Unable to identify source: ${src}`);
  requireReadOwner(exchange, owner);
  const scans: readonly Scan[] =
    owner.kind === "session" ? owner.scans : owner.kind === "scan" ? [owner] : [];
  const images = scans
    .flatMap(({ resources }) => resources)
    .find(({ label, format }) => label === "DICOM" || format === "DICOM");
  const entry = images === undefined ? undefined : (await listEntries(images))[0];
  const keys = ["tag1", "tag2", "vr", "value", "desc"];
  if (images === undefined || entry === undefined) {
    await resultSet(exchange, { keys, rows: [] });
    return;
  }
  const wanted = new Set(exchange.all("field").flatMap((field) => tagOf(field) ?? []));
  const asked = exchange.all("field").length > 0;
  const rows =
    asked && wanted.size === 0
      ? []
      : withFile(entry.path, join(images.folder, entry.path), (source) => dump(source, wanted));
  await resultSet(exchange, { keys, rows });
};

/** Attributes of a scan without download. */
export const dicomdumpRoutes: readonly Route[] = [
  { method: "GET", pattern: "/data/services/dicomdump", handler: readDump },
];
