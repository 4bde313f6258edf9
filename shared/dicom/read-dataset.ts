import type { DicomJson, DicomJsonElement } from "#shared/volume/series-volume.ts";
import { memorySource } from "./byte-source.ts";
import type { FileLayout } from "./file-layout.ts";
import { lookupVr, readElements } from "./part10.ts";
import { type Encoding, explicitLittle, implicitLittle } from "./transfer-syntax.ts";
import { type ElementSpan, walkElements } from "./walk-elements.ts";

/** Attributes read from a file, and those whose values could not be read. */
export interface ReadAttributes {
  readonly dataset: DicomJson;
  /** 8 hex digits each. */
  readonly unreadable: readonly string[];
}

const specificCharacterSet = 0x00080005;

/**
 * The attributes of a file for which `keep` is true, as DICOM JSON; empty elements have no values.
 *
 * dcmjs gets only what was asked for, each piece already known to be well-formed. Where it refuses the
 * whole (an unknown or multi-valued character set, a value that is none), the elements are read one by one
 * and those it still refuses are named.
 */
export function readDataset(layout: FileLayout, keep: (tag: number) => boolean): ReadAttributes {
  const { encoding } = layout.transferSyntax;
  const dataset: Record<string, DicomJsonElement> = {};
  const unreadable: string[] = [];
  const plain: Piece[] = [];
  for (const element of layout.elements) {
    const { tag } = element;
    if ((tag & 0xffff) === 0 || !(keep(tag) || tag === specificCharacterSet)) continue;
    const name = tagName(tag);
    if (element.end === element.valueStart) {
      // dcmjs reads an empty US as 0 and an empty FD as 0.
      dataset[name] = { vr: statedVr(element), Value: [] };
    } else if (element.vr === "UN" && (element.delimited || lookupVr(tag) === "SQ")) {
      const sequence = readUnknownSequence(layout, element);
      if (sequence === undefined) unreadable.push(name);
      else dataset[name] = sequence;
    } else {
      plain.push({ tag, bytes: copyElement(layout, element) });
    }
  }
  readPieces(plain, encoding, dataset, unreadable);
  return { dataset, unreadable };
}

interface Piece {
  readonly tag: number;
  readonly bytes: Uint8Array;
}

function readPieces(
  pieces: readonly Piece[],
  encoding: Encoding,
  dataset: Record<string, DicomJsonElement>,
  unreadable: string[],
): void {
  const whole = attempt(
    pieces.map((piece) => piece.bytes),
    encoding,
  );
  if (whole !== undefined) {
    Object.assign(dataset, whole);
    return;
  }
  const characterSet = pieces.find((piece) => piece.tag === specificCharacterSet);
  const readable = characterSet !== undefined && attempt([characterSet.bytes], encoding);
  const prefix = readable ? [characterSet.bytes] : [];
  for (const { tag, bytes } of pieces) {
    const one = attempt(tag === specificCharacterSet ? [bytes] : [...prefix, bytes], encoding);
    if (one === undefined) unreadable.push(tagName(tag));
    else Object.assign(dataset, one);
  }
}

function attempt(pieces: readonly Uint8Array[], encoding: Encoding): DicomJson | undefined {
  try {
    return readElements(pieces, encoding);
  } catch {
    // dcmjs throws at values it cannot read; the caller goes on without them and says so.
    return undefined;
  }
}

function copyElement(layout: FileLayout, element: ElementSpan): Uint8Array {
  const { nestedUnknown, transferSyntax } = layout;
  const bytes = bytesOf(layout, element.start, element.end);
  const inside = nestedUnknown.filter(
    (unknown) => unknown.start > element.start && unknown.end <= element.end,
  );
  if (inside.length === 0) return bytes;
  // dcmjs takes a sequence of unknown VR for its dictionary VR in the wrong encoding: hide it as bytes.
  const patched = Uint8Array.from(bytes);
  const view = new DataView(patched.buffer);
  for (const { start, valueStart, end } of inside) {
    const at = start - element.start;
    view.setUint16(at + 4, 0x4f42);
    view.setUint32(at + 8, end - valueStart, transferSyntax.encoding.littleEndian);
  }
  return patched;
}

/** PS3.5 6.2.2: the content is implicit little endian; some writers leave it explicit. */
function readUnknownSequence(
  layout: FileLayout,
  element: ElementSpan,
): DicomJsonElement | undefined {
  const value = bytesOf(layout, element.valueStart, element.end);
  for (const encoding of [implicitLittle, explicitLittle]) {
    const headLength = encoding.explicitVr ? 12 : 8;
    const bytes = new Uint8Array(headLength + value.length);
    const view = new DataView(bytes.buffer);
    view.setUint16(0, element.tag >>> 16, true);
    view.setUint16(2, element.tag & 0xffff, true);
    if (encoding.explicitVr) view.setUint16(4, 0x5351);
    view.setUint32(headLength - 4, element.delimited ? 0xffffffff : value.length, true);
    bytes.set(value, headLength);
    try {
      walkElements(memorySource(layout.source.path, bytes), 0, encoding);
    } catch {
      continue;
    }
    const read = attempt([bytes], encoding)?.[tagName(element.tag)];
    if (read?.vr === "SQ") return read;
  }
  return undefined;
}

function bytesOf(layout: FileLayout, start: number, end: number): Uint8Array {
  const view = layout.source.view(end);
  return new Uint8Array(view.buffer, view.byteOffset + start, end - start);
}

function statedVr(element: ElementSpan): string {
  return element.vr === "" || element.vr === "UN" ? (lookupVr(element.tag) ?? "UN") : element.vr;
}

/** A tag as DICOM JSON writes it. */
export function tagName(tag: number): string {
  return tag.toString(16).toUpperCase().padStart(8, "0");
}
