import { InputError } from "#shared/errors.ts";
import type { ByteSource } from "./byte-source.ts";
import { lookupVr } from "./part10.ts";
import type { Encoding } from "./transfer-syntax.ts";
import { implicitLittle } from "./transfer-syntax.ts";

/** Where one data element lies in its file, bytes. */
export interface ElementSpan {
  /** group x 65536 + element */
  readonly tag: number;
  /** As written; empty in implicit VR. */
  readonly vr: string;
  readonly start: number;
  readonly valueStart: number;
  /** One past the last byte, delimiters included. */
  readonly end: number;
  /** Whether the length was written as undefined (FFFFFFFF). */
  readonly delimited: boolean;
}

/** Most elements of a data set, sequences counted through: 25,000 frames of an Enhanced MR object have fewer. */
const mostElements = 1_000_000;

interface Tally {
  count: number;
  readonly nestedUnknown: ElementSpan[];
}

/** What a walk over a data set found. */
export interface Walk {
  readonly elements: readonly ElementSpan[];
  /** Sequences inside sequences that are written with VR UN (PS3.5 6.2.2). */
  readonly nestedUnknown: readonly ElementSpan[];
}

const undefinedLength = 0xffffffff;
const item = 0xfffee000;
const itemEnd = 0xfffee00d;
const sequenceEnd = 0xfffee0dd;

/** PS3.5 table 7.1-1: these have a 32-bit length after two reserved bytes. */
const longVrs = new Set("OB OD OF OL OV OW SQ SV UC UN UR UT UV".split(" "));
const shortVrs = new Set(
  "AE AS AT CS DA DS DT FD FL IS LO LT PN SH SL SS ST TM UI UL US".split(" "),
);

/** PS3.5 sets no bound; no image object nests deeper than about ten sequences. */
const deepest = 32;

/** True for two letters that PS3.5 knows as a value representation. */
export function isVr(text: string): boolean {
  return longVrs.has(text) || shortVrs.has(text);
}

/** True for element (7FE0,0008), (7FE0,0009) and (7FE0,0010): the pixels, in their three forms. */
export function isPixelTag(tag: number): boolean {
  return tag === 0x7fe00010 || tag === 0x7fe00008 || tag === 0x7fe00009;
}

/**
 * The top-level elements from `start` up to the pixel data (the last one given) or the end of the file.
 *
 * Every length is checked against what contains it, sequences down to their last item, so that whoever
 * reads the elements afterwards never leaves them.
 *
 * @throws InputError E-TRUNCATED, E-BROKEN-DICOM
 */
export function walkElements(source: ByteSource, start: number, encoding: Encoding): Walk {
  const elements: ElementSpan[] = [];
  const tally: Tally = { count: 0, nestedUnknown: [] };
  let offset = start;
  while (offset < source.size) {
    const head = readHead(source, offset, encoding);
    if (isPixelTag(head.tag)) {
      const end = head.length === undefinedLength ? source.size : head.valueStart + head.length;
      elements.push(span(head, end));
      break;
    }
    // Data set trailing padding, PS3.10 7.2: nothing follows.
    if (head.tag === 0xfffcfffc) break;
    const end = findEnd(source, head, encoding, source.size, 0, tally);
    elements.push(span(head, end));
    offset = end;
  }
  return { elements, nestedUnknown: tally.nestedUnknown };
}

interface Head {
  readonly tag: number;
  readonly vr: string;
  readonly start: number;
  readonly valueStart: number;
  readonly length: number;
}

function span(head: Head, end: number): ElementSpan {
  const { tag, vr, start, valueStart } = head;
  return { tag, vr, start, valueStart, end, delimited: head.length === undefinedLength };
}

/** Tag, VR and length of the element at `offset`. */
export function readHead(source: ByteSource, offset: number, encoding: Encoding): Head {
  const little = encoding.littleEndian;
  const view = source.view(offset + 8);
  const tag = view.getUint16(offset, little) * 65536 + view.getUint16(offset + 2, little);
  if (tag >>> 16 === 0xfffe || !encoding.explicitVr) {
    const length = view.getUint32(offset + 4, little);
    return { tag, vr: "", start: offset, valueStart: offset + 8, length };
  }
  const vr = String.fromCharCode(view.getUint8(offset + 4), view.getUint8(offset + 5));
  if (shortVrs.has(vr)) {
    const length = view.getUint16(offset + 6, little);
    return { tag, vr, start: offset, valueStart: offset + 8, length };
  }
  if (!longVrs.has(vr))
    throw broken(source, offset, `"${printable(vr)}" where a value representation belongs`);
  const length = source.view(offset + 12).getUint32(offset + 8, little);
  return { tag, vr, start: offset, valueStart: offset + 12, length };
}

function findEnd(
  source: ByteSource,
  head: Head,
  encoding: Encoding,
  limit: number,
  depth: number,
  tally: Tally,
): number {
  tally.count++;
  if (tally.count > mostElements) {
    throw broken(source, head.start, `the end of ${mostElements} elements, and still more`);
  }
  if (head.tag >>> 16 === 0xfffe)
    throw broken(source, head.start, "a sequence item outside a sequence");
  if (head.length === undefinedLength) {
    // PS3.5 6.2.2: unknown VR of undefined length holds a sequence in implicit little endian.
    const inner = head.vr === "UN" ? implicitLittle : encoding;
    const opaque = head.vr !== "" && head.vr !== "SQ" && head.vr !== "UN";
    const end = walkItems(source, head.valueStart, inner, limit, depth, opaque, true, tally);
    if (head.vr === "UN" && depth > 0) tally.nestedUnknown.push(span(head, end));
    return end;
  }
  const end = head.valueStart + head.length;
  if (end > limit) {
    // Past the end of the file is a cut; past the end of the item that holds it is nonsense.
    if (limit === source.size) source.view(end);
    throw broken(source, head.start, "an element longer than the item that holds it");
  }
  source.view(end);
  const vr = head.vr === "" ? lookupVr(head.tag) : head.vr;
  if (vr === "UN" && depth > 0 && lookupVr(head.tag) === "SQ")
    tally.nestedUnknown.push(span(head, end));
  if (vr === "SQ" && head.length > 0) {
    walkItems(source, head.valueStart, encoding, end, depth, false, false, tally);
  }
  return end;
}

function walkItems(
  source: ByteSource,
  start: number,
  encoding: Encoding,
  limit: number,
  depth: number,
  opaque: boolean,
  delimited: boolean,
  tally: Tally,
): number {
  if (depth >= deepest) throw broken(source, start, `sequences nested deeper than ${deepest}`);
  let offset = start;
  while (delimited || offset < limit) {
    const head = readHead(source, offset, encoding);
    if (head.tag === sequenceEnd && delimited) return offset + 8;
    if (head.tag !== item) throw broken(source, offset, "no item where a sequence needs one");
    offset = head.valueStart;
    if (head.length === undefinedLength) {
      if (opaque) throw broken(source, offset, "a fragment of undefined length");
      offset = walkItem(source, offset, encoding, limit, depth, true, tally);
    } else {
      const end = offset + head.length;
      if (end > limit) {
        if (limit === source.size) source.view(end);
        throw broken(source, offset, "an item longer than its sequence");
      }
      source.view(end);
      if (!opaque) walkItem(source, offset, encoding, end, depth, false, tally);
      offset = end;
    }
  }
  if (offset !== limit) throw broken(source, offset, "a sequence whose items do not fill it");
  return offset;
}

function walkItem(
  source: ByteSource,
  start: number,
  encoding: Encoding,
  limit: number,
  depth: number,
  delimited: boolean,
  tally: Tally,
): number {
  let offset = start;
  while (delimited || offset < limit) {
    const head = readHead(source, offset, encoding);
    if (head.tag === itemEnd && delimited) return offset + 8;
    offset = findEnd(source, head, encoding, limit, depth + 1, tally);
  }
  if (offset !== limit) throw broken(source, offset, "an item whose elements do not fill it");
  return offset;
}

/** E-BROKEN-DICOM: the bytes at `offset` cannot be what PS3.5 asks for there. */
export function broken(source: ByteSource, offset: number, what: string): InputError {
  return new InputError(
    "E-BROKEN-DICOM",
    `${source.path} is damaged: at byte ${offset} there is ${what}.`,
    "Transfer the file again, or remove it.",
  );
}

function printable(text: string): string {
  return text.replace(/[^ -~]/g, "?");
}
