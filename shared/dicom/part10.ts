import { type DcmjsDataset, type DcmjsElement, data, log } from "dcmjs";
import type { DicomJson, DicomJsonElement } from "#shared/volume/series-volume.ts";
import { type Encoding, nativeSyntax } from "./transfer-syntax.ts";

/**
 * The door of dcmjs. Nothing else imports it; what goes in is checked before (walk-elements.ts), what
 * comes out is plain DICOM JSON.
 */

let notes = 0;

/** How many remarks dcmjs has made since the program began; they are counted, not printed. */
export function countLibraryNotes(): number {
  return notes;
}

for (const logger of [log, log.getLogger("validation.dcmjs")]) {
  logger.methodFactory = () => () => {
    notes++;
  };
  logger.setLevel("warn");
}

// dcmjs forgets the character set of a file where a sequence begins.
const streams = data.ReadBufferStream.prototype;
const { more } = streams;
streams.more = function (length) {
  const part = more.call(this, length);
  part.setDecoder(this.decoder);
  return part;
};

const vrByTag = new Map<number, string | undefined>();

/** Value representation of a public tag in the DICOM dictionary; undefined when it is not there. */
export function lookupVr(tag: number): string | undefined {
  if (vrByTag.has(tag)) return vrByTag.get(tag);
  const hex = tag.toString(16).toUpperCase().padStart(8, "0");
  const vr = data.DicomMetaDictionary.dictionary[`(${hex.slice(0, 4)},${hex.slice(4)})`]?.vr;
  // Bounded, because a hostile file can name four thousand million tags.
  if (vrByTag.size < 10_000) vrByTag.set(tag, vr);
  return vr;
}

const headers = new Map<string, Uint8Array>();

/** Preamble and the shortest meta header dcmjs accepts: group length and transfer syntax. */
function part10Header(encoding: Encoding): Uint8Array {
  const { uid } = nativeSyntax(encoding);
  const known = headers.get(uid);
  if (known !== undefined) return known;
  const text = uid.length % 2 === 0 ? uid : `${uid}\0`;
  const bytes = Buffer.alloc(132 + 12 + 8 + text.length);
  bytes.write("DICM", 128, "latin1");
  bytes.writeUInt16LE(2, 132);
  bytes.write("UL", 136, "latin1");
  bytes.writeUInt16LE(4, 138);
  bytes.writeUInt32LE(8 + text.length, 140);
  bytes.writeUInt16LE(2, 144);
  bytes.writeUInt16LE(0x10, 146);
  bytes.write("UI", 148, "latin1");
  bytes.writeUInt16LE(text.length, 150);
  bytes.write(text, 152, "latin1");
  headers.set(uid, bytes);
  return bytes;
}

/**
 * Data elements as DICOM JSON.
 *
 * Binary values are ArrayBuffers; a DS or IS value is a number, null where empty and NaN where it is no
 * number; sequences are lists of datasets.
 *
 * @param pieces - bytes of whole elements, in order, already checked to be well-formed
 * @throws Error whatever dcmjs throws at values it cannot read
 */
export function readElements(pieces: readonly Uint8Array[], encoding: Encoding): DicomJson {
  const header = part10Header(encoding);
  const length = pieces.reduce((sum, piece) => sum + piece.length, header.length);
  if (length === header.length) return {};
  // A fresh ArrayBuffer: dcmjs reads a pooled Buffer from the wrong place.
  const bytes = new Uint8Array(length);
  bytes.set(header);
  let offset = header.length;
  for (const piece of pieces) {
    bytes.set(piece, offset);
    offset += piece.length;
  }
  const { dict } = data.DicomMessage.readFile(bytes.buffer, {
    ignoreErrors: false,
    untilTag: null,
    includeUntilTagValue: false,
  });
  return toJson(dict);
}

function toJson(dataset: DcmjsDataset): DicomJson {
  const result: Record<string, DicomJsonElement> = {};
  for (const [tag, element] of Object.entries(dataset)) {
    result[tag] = { vr: element.vr, Value: toValues(element) };
  }
  return result;
}

function toValues(element: DcmjsElement): readonly unknown[] {
  const { vr } = element;
  if (vr === "SQ") return asList(element.Value).map((entry) => toJson(entry as DcmjsDataset));
  if (vr === "DS" || vr === "IS") return asTexts(element._rawValue).map(parseDecimal);
  if (vr === "PN") return asTexts(element._rawValue).map(parseName);
  return asList(element.Value);
}

function asList(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) {
    return value.length === 1 && (value[0] === "" || value[0] === undefined) ? [] : value;
  }
  return value === undefined || value === null || value === "" ? [] : [value];
}

function asTexts(value: unknown): readonly string[] {
  return asList(value).map(String);
}

/** PS3.5 6.2: DS and IS; dcmjs itself drops what it does not know, and so reads 12,8 as 128. */
export function parseDecimal(text: string): number | null {
  const trimmed = text.replace(/\0+$/, "").trim();
  if (trimmed === "") return null;
  return /^[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?$/.test(trimmed) ? Number(trimmed) : Number.NaN;
}

/** PS3.18 F.2.2: the component groups of a person name. */
function parseName(text: string): Record<string, string> {
  const [alphabetic = "", ideographic = "", phonetic = ""] = text.trimEnd().split("=");
  return {
    ...(alphabetic === "" ? {} : { Alphabetic: alphabetic }),
    ...(ideographic === "" ? {} : { Ideographic: ideographic }),
    ...(phonetic === "" ? {} : { Phonetic: phonetic }),
  };
}

/**
 * A DICOM file (PS3.10) in the transfer syntax of its meta header, Explicit VR Little Endian by default.
 *
 * @param meta - group 0002; its group length is written for it
 * @param dataset - binary values as InlineBinary, ArrayBuffer or Uint8Array; names as PS3.18 F.2.2
 */
export function writePart10(meta: DicomJson, dataset: DicomJson): Uint8Array {
  const dict = new data.DicomDict(fromJson(meta));
  dict.dict = fromJson(dataset);
  // A value that a source has too long is repeated as it is, not refused; our own are checked before.
  return new Uint8Array(dict.write({ allowInvalidVRLength: true }));
}

function fromJson(dataset: DicomJson): DcmjsDataset {
  const result: DcmjsDataset = {};
  for (const [tag, element] of Object.entries(dataset)) {
    result[tag] = { vr: element.vr, Value: fromValues(element) };
  }
  return result;
}

function fromValues(element: DicomJsonElement): readonly unknown[] {
  if (element.InlineBinary !== undefined) {
    return [Uint8Array.from(Buffer.from(element.InlineBinary, "base64")).buffer];
  }
  const values = element.Value ?? [];
  switch (element.vr) {
    case "SQ":
      return values.map((entry) => fromJson(entry as DicomJson));
    case "PN":
      return values.map((entry) => writeName(entry));
    default:
      return values.map((entry) =>
        entry instanceof Uint8Array ? Uint8Array.from(entry).buffer : entry,
      );
  }
}

function writeName(value: unknown): string {
  if (typeof value === "string") return value;
  const name = value as { Alphabetic?: string; Ideographic?: string; Phonetic?: string };
  const groups = [name.Alphabetic ?? "", name.Ideographic ?? "", name.Phonetic ?? ""];
  return groups.join("=").replace(/=+$/, "");
}

let tagByKeyword: ReadonlyMap<string, readonly [keyword: string, tag: string]> | undefined;

/**
 * A keyword of the DICOM dictionary as it is spelled there, whatever the case it was written in, and its tag, 8 hexadecimal digits in
 * upper case; undefined when there is none.
 */
export function findKeyword(
  written: string,
): { readonly keyword: string; readonly tag: string } | undefined {
  tagByKeyword ??= new Map(
    Object.entries(data.DicomMetaDictionary.nameMap).flatMap(([keyword, entry]) => {
      const tag = entry?.tag.replace(/[^0-9A-Fa-f]/g, "").toUpperCase() ?? "";
      return tag.length === 8 ? [[keyword.toLowerCase(), [keyword, tag]] as const] : [];
    }),
  );
  const found = tagByKeyword.get(written.toLowerCase());
  return found && { keyword: found[0], tag: found[1] };
}
