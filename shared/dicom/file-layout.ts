import { constants, inflateRawSync } from "node:zlib";
import { InputError } from "#shared/errors.ts";
import { type ByteSource, memorySource, truncated } from "./byte-source.ts";
import {
  type Encoding,
  explicitBig,
  explicitLittle,
  findTransferSyntax,
  implicitLittle,
  nativeSyntax,
  type TransferSyntax,
} from "./transfer-syntax.ts";
import { type ElementSpan, isPixelTag, isVr, readHead, walkElements } from "./walk-elements.ts";

/** Where everything lies in a DICOM file. */
export interface FileLayout {
  /** The file, or the inflated bytes of a deflated one: offsets refer to it. */
  readonly source: ByteSource;
  readonly transferSyntax: TransferSyntax;
  /** (0002,0013) */
  readonly implementationVersionName: string;
  /** Elements before the pixel data. */
  readonly elements: readonly ElementSpan[];
  /** Sequences inside sequences whose VR is not stated. */
  readonly nestedUnknown: readonly ElementSpan[];
  readonly pixels: ElementSpan | undefined;
}

/** Most bytes a deflated file may unfold to: a gigabyte of zeros fits in one megabyte. */
export const longestInflated = 256 * 2 ** 20;

/**
 * The layout of a file, or undefined when it is no DICOM file.
 *
 * Files without preamble, and without meta header, are recognised by their first elements.
 *
 * @param mostInflated - bytes a deflated file may unfold to
 * @throws InputError E-TRUNCATED, E-BROKEN-DICOM
 */
export function readLayout(
  source: ByteSource,
  mostInflated = longestInflated,
): FileLayout | undefined {
  const start = findStart(source);
  if (start === undefined) return undefined;
  const meta = readMeta(source, start);
  const encoding = guessEncoding(source, meta.end);
  const transferSyntax =
    meta.transferSyntaxUID === ""
      ? nativeSyntax(encoding ?? explicitLittle)
      : requireEncoding(source, findTransferSyntax(meta.transferSyntaxUID), encoding);
  const body = transferSyntax.deflated ? inflate(source, meta.end, mostInflated) : source;
  const offset = transferSyntax.deflated ? 0 : meta.end;
  if (offset >= body.size) throw truncated(source.path, offset + 8, body.size);
  const { elements, nestedUnknown } = walkElements(body, offset, transferSyntax.encoding);
  const last = elements.at(-1);
  const pixels = last !== undefined && isPixelTag(last.tag) ? last : undefined;
  return {
    source: body,
    transferSyntax,
    implementationVersionName: meta.implementationVersionName,
    elements: pixels === undefined ? elements : elements.slice(0, -1),
    nestedUnknown,
    pixels,
  };
}

/** The elements must be written as the transfer syntax says: their first one shows how they are. */
function requireEncoding(
  source: ByteSource,
  syntax: TransferSyntax,
  found: Encoding | undefined,
): TransferSyntax {
  if (found === undefined || found === syntax.encoding || syntax.deflated) return syntax;
  // Private ones choose freely; their header is read, so that only the use of their pixels is refused.
  if (syntax.codec === "unknown") return { ...syntax, encoding: found };
  throw new InputError(
    "E-BROKEN-DICOM",
    `${source.path} says its transfer syntax is ${syntax.name}, but is written in ${nativeSyntax(found).name}.`,
    "Export the images again, or correct TransferSyntaxUID (0002,0010).",
  );
}

/** The bytes of a data set deflated from `start` on (PS3.5 A.5), unfolded. */
export function inflate(source: ByteSource, start: number, most = longestInflated): ByteSource {
  const view = source.view(source.size);
  const packed = new Uint8Array(view.buffer, view.byteOffset + start, source.size - start);
  try {
    return memorySource(
      source.path,
      inflateRawSync(packed, {
        maxOutputLength: most,
        finishFlush: constants.Z_FINISH,
      }),
    );
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === "Z_BUF_ERROR") {
      throw new InputError(
        "E-TRUNCATED",
        `${source.path} is cut short: its ${packed.length} deflated bytes end too early.`,
        "Transfer the file again.",
        error,
      );
    }
    throw new InputError(
      "E-BROKEN-DICOM",
      `The deflated part of ${source.path} cannot be unfolded (${code}).`,
      "Transfer the file again, or remove it.",
      error,
    );
  }
}

/** True for a file that begins like DICOM. */
export function beginsLikeDicom(source: ByteSource): boolean {
  return findStart(source) !== undefined;
}

/** Offset of the first element: of the meta header, or of the data set where there is none. */
function findStart(source: ByteSource): number | undefined {
  const { size } = source;
  if (size < 16) return undefined;
  if (size >= 132 && readAscii(source, 128, 4) === "DICM") return 132;
  if (readAscii(source, 0, 4) === "DICM") return 4;
  const encoding = guessEncoding(source, 0);
  if (encoding === undefined) return undefined;
  const { tag, length } = readHead(source, 0, encoding);
  // A data set begins with a group length or a low element of group 0008 (or of the meta group).
  const group = tag >>> 16;
  const plausible =
    (group === 8 && (tag & 0xffff) <= 0x18) || (group === 2 && (tag & 0xffff) <= 0x10);
  return plausible && length <= 1024 ? 0 : undefined;
}

interface Meta {
  readonly end: number;
  readonly transferSyntaxUID: string;
  readonly implementationVersionName: string;
}

function readMeta(source: ByteSource, start: number): Meta {
  let end = start;
  const texts = new Map<number, string>();
  while (end + 8 <= source.size && source.view(end + 8).getUint16(end, true) === 2) {
    const head = readHead(source, end, explicitLittle);
    const next = head.valueStart + head.length;
    source.view(next);
    if (head.length <= 64) texts.set(head.tag, readAscii(source, head.valueStart, head.length));
    end = next;
  }
  const text = (tag: number) => (texts.get(tag) ?? "").replace(/[\0 ]+$/, "");
  return {
    end,
    transferSyntaxUID: text(0x00020010),
    implementationVersionName: text(0x00020013),
  };
}

/** How the element at `offset` is written; undefined when it looks like none. */
function guessEncoding(source: ByteSource, offset: number): Encoding | undefined {
  if (offset + 8 > source.size) return undefined;
  const view = source.view(offset + 8);
  const explicitVr = isVr(readAscii(source, offset + 4, 2));
  if (explicitVr) return view.getUint16(offset, true) < 0x100 ? explicitLittle : explicitBig;
  return view.getUint16(offset, true) < 0x100 ? implicitLittle : undefined;
}

function readAscii(source: ByteSource, offset: number, length: number): string {
  const view = source.view(offset + length);
  let text = "";
  for (let i = 0; i < length; i++) text += String.fromCharCode(view.getUint8(offset + i));
  return text;
}
