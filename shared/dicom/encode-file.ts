import type { AttributeValue, AttributeValues } from "./encode-attributes.ts";
import { rememberResults } from "./remember-results.ts";
import {
  appendBytes,
  type ElementBytes,
  sortKeywords,
  startElements,
  tagOf,
  writeElement,
} from "./write-element.ts";
import { implementation } from "./write-instance.ts";
import type { WrittenKeyword } from "./written-attributes.ts";

/**
 * The bytes of one file up to the first byte of its pixels: preamble, meta header (PS3.10 7.1), data set, and the head of
 * PixelData. They lie in a buffer that the next call writes over.
 *
 * @param own - attributes of this file; they win over shared ones
 * @param pixelBytes - length of the pixel data that follow, even
 */
export type HeaderEncoder = (own: AttributeValues, pixelBytes: number) => Uint8Array;

/**
 * Encodes the headers of the files of one series: the same bytes as `encodeInstance` of shared and own attributes together.
 * What the files share is encoded once.
 *
 * Text beyond ASCII is UTF-8; then SpecificCharacterSet must be among the attributes as ISO_IR 192.
 *
 * @throws Error for a text or number that its VR cannot hold, and for attributes without SOPClassUID or SOPInstanceUID
 */
export function headerEncoder(shared: AttributeValues): HeaderEncoder {
  const common = encodeShared(shared);
  const out = startElements(4096);
  const encodeMeta = rememberResults((SOPClassUID: string) => metaEncoder(SOPClassUID));
  let steps: readonly Step[] = [];
  let planned: readonly string[] | undefined;
  return (own, pixelBytes) => {
    const keywords = Object.keys(own);
    if (planned === undefined || !sameKeywords(keywords, planned)) {
      steps = planSteps(common, own);
      planned = keywords;
    }
    out.length = 0;
    out.wide = common.bytes.wide;
    const SOPClassUID = own.SOPClassUID ?? shared.SOPClassUID;
    const SOPInstanceUID = own.SOPInstanceUID ?? shared.SOPInstanceUID;
    if (typeof SOPClassUID !== "string" || typeof SOPInstanceUID !== "string") {
      throw new Error("a file without SOPClassUID or SOPInstanceUID");
    }
    encodeMeta(SOPClassUID)(out, SOPInstanceUID);
    for (const step of steps) step(out, own);
    const characterSet = own.SpecificCharacterSet ?? shared.SpecificCharacterSet;
    if (out.wide && characterSet !== "ISO_IR 192") {
      throw new Error("text beyond ASCII without SpecificCharacterSet ISO_IR 192");
    }
    if (pixelBytes % 2 === 1) throw new Error("pixel data of odd length");
    writeElement(out, "PixelData", noPixels);
    out.buffer.writeUInt32LE(pixelBytes, out.length - 4);
    return out.buffer.subarray(0, out.length);
  };
}

const noPixels = new Uint8Array(0);

/** The bytes of a whole file; `pixels` of even length. */
export function encodeFile(values: AttributeValues, pixels: Uint8Array): Uint8Array {
  return Buffer.concat([headerEncoder(values)({}, pixels.length), pixels]);
}

/** Elements of all files, and where each ends. */
interface SharedElements {
  readonly bytes: ElementBytes;
  readonly places: readonly { readonly keyword: WrittenKeyword; readonly end: number }[];
}

/** Appends an own attribute, or a stretch of shared ones. */
type Step = (out: ElementBytes, own: AttributeValues) => void;

function encodeShared(shared: AttributeValues): SharedElements {
  const bytes = startElements();
  const places = sortKeywords(shared).map((keyword) => {
    const value = shared[keyword];
    if (value !== undefined) writeElement(bytes, keyword, value);
    return { keyword, end: bytes.length };
  });
  return { bytes, places };
}

/** In the order of the tags; a shared attribute that is among the own ones is left out. */
function planSteps({ bytes, places }: SharedElements, own: AttributeValues): readonly Step[] {
  const steps: Step[] = [];
  let from = 0;
  let next = 0;
  const copyTo = (to: number) => {
    const stretch = bytes.buffer.subarray(from, to);
    if (to > from) steps.push((out) => appendBytes(out, stretch));
    from = to;
  };
  for (const keyword of sortKeywords(own)) {
    let end = places[next - 1]?.end ?? 0;
    for (let place = places[next]; place !== undefined; place = places[next]) {
      if (tagOf(place.keyword) >= tagOf(keyword)) break;
      ({ end } = place);
      next++;
    }
    copyTo(end);
    steps.push(ownStep(keyword));
    const same = places[next];
    if (same?.keyword === keyword) {
      from = same.end;
      next++;
    }
  }
  copyTo(places.at(-1)?.end ?? 0);
  return steps;
}

/** Lists that return from image to image are encoded once: their decimal strings are the costliest to make. */
function ownStep(keyword: WrittenKeyword): Step {
  const encode = rememberResults((value: AttributeValue): ElementBytes => {
    const element = startElements(64);
    writeElement(element, keyword, value);
    return { ...element, buffer: element.buffer.subarray(0, element.length) };
  });
  return (out, own) => {
    const value = own[keyword];
    if (value === undefined) return;
    if (typeof value !== "object") {
      writeElement(out, keyword, value);
      return;
    }
    const { buffer, wide } = encode(value);
    appendBytes(out, buffer);
    out.wide ||= wide;
  };
}

function sameKeywords(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((keyword, index) => keyword === b[index]);
}

/** Appends preamble, prefix and group 0002, PS3.10 7.1: as write-instance.ts has them. */
function metaEncoder(SOPClassUID: string): (out: ElementBytes, SOPInstanceUID: string) => void {
  const before = startElements();
  appendBytes(before, prefix);
  const start = before.length;
  writeElement(before, "FileMetaInformationVersion", Uint8Array.of(0, 1));
  writeElement(before, "MediaStorageSOPClassUID", SOPClassUID);
  const behind = startElements();
  writeElement(behind, "TransferSyntaxUID", implementation.transferSyntaxUID);
  writeElement(behind, "ImplementationClassUID", implementation.classUID);
  writeElement(behind, "ImplementationVersionName", implementation.versionName);
  const [head, tail] = [before, behind].map(({ buffer, length }) => buffer.subarray(0, length));
  return (out, SOPInstanceUID) => {
    appendBytes(out, head!);
    writeElement(out, "MediaStorageSOPInstanceUID", SOPInstanceUID);
    appendBytes(out, tail!);
    out.buffer.writeUInt32LE(out.length - start, start - 4);
  };
}

/** Preamble, `DICM`, and FileMetaInformationGroupLength (0002,0000) without its number. */
const prefix = Buffer.concat([
  Buffer.alloc(128),
  Buffer.from("DICM\x02\x00\x00\x00UL\x04\x00\x00\x00\x00\x00", "latin1"),
]);
