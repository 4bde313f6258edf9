import { deflateRawSync } from "node:zlib";

// DICOM files written byte by byte from PS3.5 and PS3.10, so that tests of the reader do not lean on the
// library the reader uses.

/** Tag as 8 hex digits, VR, value. Text, numbers, bytes, or the items of a sequence. */
export type ByteElement = readonly [tag: string, vr: string, value: ByteValue];
export type ByteValue =
  | string
  | number
  | readonly number[]
  | Uint8Array
  | readonly (readonly ByteElement[])[]
  | Fragments;

/** Encapsulated pixel data: a basic offset table, then fragments. */
export interface Fragments {
  readonly table: readonly number[];
  readonly fragments: readonly Uint8Array[];
}

export type Writing = "implicit" | "explicit" | "big endian" | "deflated";

const syntaxOf: Record<Writing, string> = {
  implicit: "1.2.840.10008.1.2",
  explicit: "1.2.840.10008.1.2.1",
  "big endian": "1.2.840.10008.1.2.2",
  deflated: "1.2.840.10008.1.2.1.99",
};

export interface FileOptions {
  readonly writing?: Writing;
  /** In place of the UID of `writing`: compressed syntaxes are written explicit. */
  readonly transferSyntaxUID?: string;
  /** `full`, meta header without preamble, or the bare data set. */
  readonly header?: "full" | "no preamble" | "none";
  /** Write sequences and items with undefined length and delimiters. */
  readonly delimited?: boolean;
  readonly implementationVersionName?: string;
}

const longVrs = new Set(["OB", "OD", "OF", "OL", "OV", "OW", "SQ", "UC", "UN", "UR", "UT"]);
const widths: Record<string, number> = { US: 2, SS: 2, OW: 2, AT: 2, UL: 4, SL: 4, FL: 4, FD: 8 };

/** Bytes of a DICOM file whose data set has these elements, written in the order of their tags. */
export function encodeDicom(
  elements: readonly ByteElement[],
  options: FileOptions = {},
): Uint8Array {
  const writing = options.writing ?? "explicit";
  const plain = encodeDataset(elements, writing, options.delimited === true);
  const body = writing === "deflated" ? deflateRawSync(plain) : plain;
  if (options.header === "none") return body;
  const uid = options.transferSyntaxUID ?? syntaxOf[writing];
  const meta = encodeDataset(
    [
      ["00020001", "OB", Uint8Array.of(0, 1)],
      ["00020002", "UI", "1.2.840.10008.5.1.4.1.1.4"],
      ["00020003", "UI", "1.2.3"],
      ["00020010", "UI", uid],
      ["00020012", "UI", "1.2.3.4"],
      ["00020013", "SH", options.implementationVersionName ?? "BYTES"],
    ],
    "explicit",
    false,
  );
  const length = encodeDataset([["00020000", "UL", meta.length]], "explicit", false);
  const preamble = Buffer.alloc(options.header === "no preamble" ? 0 : 128);
  return Buffer.concat([preamble, Buffer.from("DICM"), length, meta, body]);
}

function encodeDataset(
  elements: readonly ByteElement[],
  writing: Writing,
  delimited: boolean,
): Buffer {
  const sorted = [...elements].sort(([a], [b]) => (a < b ? -1 : 1));
  return Buffer.concat(sorted.map((element) => encodeElement(element, writing, delimited)));
}

function encodeElement(
  [tag, vr, value]: ByteElement,
  writing: Writing,
  delimited: boolean,
): Buffer {
  const big = writing === "big endian";
  const [bytes, open] = encodeValue(vr, value, writing, delimited);
  const head = [u16(Number.parseInt(tag.slice(0, 4), 16), big), u16(low(tag), big)];
  const length = open ? 0xffffffff : bytes.length;
  if (writing === "implicit") head.push(u32(length, big));
  else if (longVrs.has(vr)) head.push(Buffer.from(`${vr}\0\0`, "latin1"), u32(length, big));
  else head.push(Buffer.from(vr, "latin1"), u16(length, big));
  return Buffer.concat([...head, bytes]);
}

/** The bytes, and whether their length stays undefined. */
function encodeValue(
  vr: string,
  value: ByteValue,
  writing: Writing,
  delimited: boolean,
): readonly [Buffer, boolean] {
  const big = writing === "big endian";
  if (value instanceof Uint8Array) return [padded(Buffer.from(value), 0), false];
  if (typeof value === "string") {
    return [padded(Buffer.from(value, "utf8"), vr === "UI" ? 0 : 0x20), false];
  }
  if (typeof value === "object" && "fragments" in value) {
    const table = Buffer.concat(value.table.map((offset) => u32(offset, false)));
    const items = [table, ...value.fragments.map((part) => padded(Buffer.from(part), 0))];
    const parts = items.flatMap((part) => [delimiter(0xe000, part.length, false), part]);
    return [Buffer.concat([...parts, delimiter(0xe0dd, 0, false)]), true];
  }
  if (vr === "SQ") {
    const items = (value as readonly (readonly ByteElement[])[]).map((item) => {
      const bytes = encodeDataset(item, writing, delimited);
      return delimited
        ? [delimiter(0xe000, 0xffffffff, big), bytes, delimiter(0xe00d, 0, big)]
        : [delimiter(0xe000, bytes.length, big), bytes];
    });
    const end = delimited ? [delimiter(0xe0dd, 0, big)] : [];
    return [Buffer.concat([...items.flat(), ...end]), delimited];
  }
  const numbers = typeof value === "number" ? [value] : (value as readonly number[]);
  return [encodeNumbers(vr, numbers, big), false];
}

function encodeNumbers(vr: string, numbers: readonly number[], big: boolean): Buffer {
  const width = widths[vr];
  if (width === undefined) return padded(Buffer.from(numbers.join("\\"), "latin1"), 0x20);
  const bytes = Buffer.alloc(numbers.length * width);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  numbers.forEach((number, i) => {
    const at = i * width;
    if (vr === "FD") view.setFloat64(at, number, !big);
    else if (vr === "FL") view.setFloat32(at, number, !big);
    else if (width === 4) view.setUint32(at, number, !big);
    else view.setUint16(at, number, !big);
  });
  return bytes;
}

function delimiter(element: number, length: number, big: boolean): Buffer {
  return Buffer.concat([u16(0xfffe, big), u16(element, big), u32(length, big)]);
}

function padded(bytes: Buffer, pad: number): Buffer {
  return bytes.length % 2 === 0 ? bytes : Buffer.concat([bytes, Buffer.of(pad)]);
}

function low(tag: string): number {
  return Number.parseInt(tag.slice(4), 16);
}

function u16(value: number, big: boolean): Buffer {
  const bytes = Buffer.alloc(2);
  if (big) bytes.writeUInt16BE(value);
  else bytes.writeUInt16LE(value);
  return bytes;
}

function u32(value: number, big: boolean): Buffer {
  const bytes = Buffer.alloc(4);
  if (big) bytes.writeUInt32BE(value);
  else bytes.writeUInt32LE(value);
  return bytes;
}
