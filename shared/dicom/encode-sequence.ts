import { formatDecimalString } from "./decimal-string.ts";
import type { AttributeValues } from "./encode-attributes.ts";
import { type WrittenKeyword, writtenAttributes } from "./written-attributes.ts";

/** A data element as the bytes of a file, explicit little endian. */
export interface EncodedElement {
  /** group x 65536 + element */
  readonly tag: number;
  readonly bytes: Uint8Array;
}

/** VRs with text of one byte a character and a 16-bit length (PS3.5 7.1.2), and what pads them to even length. */
const padding: Readonly<Record<string, string>> = {
  CS: " ",
  DS: " ",
  IS: " ",
  LO: " ",
  SH: " ",
  UI: "\0",
};

/** Bytes of a number in the VRs that are binary. */
const numberBytes: Readonly<Record<string, number>> = { US: 2, UL: 4 };

const undefinedLength = "\xff\xff\xff\xff";
const itemStart = `\xfe\xff\x00\xe0${undefinedLength}`;
const itemEnd = "\xfe\xff\x0d\xe0\0\0\0\0";
const sequenceEnd = "\xfe\xff\xdd\xe0\0\0\0\0";

/**
 * A sequence of references and codes: the same bytes that dcmjs writes for it, some fifty times as fast. A map refers to all
 * images it was made from, and these sequences would take most of the time of writing it.
 *
 * @param items - texts of the VRs above, numbers of VR DS, IS, US and UL, and sequences of the same, in any order
 * @throws Error for an attribute of another VR, or a text beyond ASCII
 */
export function encodeSequence(
  keyword: WrittenKeyword,
  items: readonly AttributeValues[],
): EncodedElement {
  const text = writeSequence(keyword, items);
  // Every character is one byte.
  return {
    tag: Number.parseInt(writtenAttributes[keyword][0], 16),
    bytes: Buffer.from(text, "latin1"),
  };
}

function writeSequence(keyword: WrittenKeyword, items: readonly AttributeValues[]): string {
  const written = items.map((item) => `${itemStart}${writeItem(item)}${itemEnd}`).join("");
  return `${headOf(keyword)}\0\0${undefinedLength}${written}${sequenceEnd}`;
}

function writeItem(item: AttributeValues): string {
  const entries = Object.entries(item) as [WrittenKeyword, AttributeValues[WrittenKeyword]][];
  const sorted = entries.sort(([a], [b]) => (tagOf(a) < tagOf(b) ? -1 : 1));
  return sorted.map(([keyword, value]) => writeElement(keyword, value)).join("");
}

function writeElement(keyword: WrittenKeyword, value: AttributeValues[WrittenKeyword]): string {
  const vr = writtenAttributes[keyword][1];
  if (vr === "SQ") return writeSequence(keyword, value as readonly AttributeValues[]);
  const values = (Array.isArray(value) ? value : [value]) as readonly (string | number)[];
  const width = numberBytes[vr];
  if (width !== undefined) {
    const numbers = values.map((number) => binary(Number(number), width)).join("");
    return `${headOf(keyword)}${littleEndian(numbers.length)}${numbers}`;
  }
  const pad = padding[vr];
  const text = values
    .map((part) => (vr === "DS" && typeof part === "number" ? formatDecimalString(part) : part))
    .join("\\");
  if (pad === undefined || /[^ -~]/.test(text)) {
    throw new Error(`${keyword} (${vr}) "${text}" is no text for this writer`);
  }
  const padded = text.length % 2 === 0 ? text : `${text}${pad}`;
  return `${headOf(keyword)}${littleEndian(padded.length)}${padded}`;
}

const heads = new Map<WrittenKeyword, string>();

/** Tag and VR as characters. */
function headOf(keyword: WrittenKeyword): string {
  const known = heads.get(keyword);
  if (known !== undefined) return known;
  const [tag, vr] = writtenAttributes[keyword];
  const part = (from: number) => littleEndian(Number.parseInt(tag.slice(from, from + 4), 16));
  const head = `${part(0)}${part(4)}${vr}`;
  heads.set(keyword, head);
  return head;
}

function littleEndian(value: number): string {
  return String.fromCharCode(value & 0xff, value >>> 8);
}

function binary(value: number, width: number): string {
  const low = littleEndian(value & 0xffff);
  return width === 2 ? low : `${low}${littleEndian(value >>> 16)}`;
}

function tagOf(keyword: WrittenKeyword): string {
  return writtenAttributes[keyword][0];
}
