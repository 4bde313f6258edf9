import type { DicomJson } from "#shared/volume/series-volume.ts";
import { memorySource } from "./byte-source.ts";
import type { EncodedElement } from "./encode-sequence.ts";
import { writePart10 } from "./part10.ts";
import { explicitLittle } from "./transfer-syntax.ts";
import { deriveUid } from "./uid.ts";
import { walkElements } from "./walk-elements.ts";

/** What every file of ours says of how it was written. */
export const implementation = {
  /** Explicit VR Little Endian, PS3.5 A.2. */
  transferSyntaxUID: "1.2.840.10008.1.2.1",
  /** Who wrote the file, PS3.7 D.3.3.2: one UID for every version, the name says no more. */
  classUID: deriveUid(["xnat-pic-containers", "implementation class"]),
  versionName: "XNAT-PIC",
};

/**
 * The bytes of one DICOM file, explicit little endian: same data set, same bytes.
 *
 * Text beyond ASCII is written as UTF-8 and SpecificCharacterSet says so, whatever the source used.
 *
 * @param dataset - a complete data set with SOPClassUID and SOPInstanceUID
 */
export function encodeInstance(dataset: DicomJson): Uint8Array {
  return writePart10(encodeMeta(dataset), withCharacterSet(dataset));
}

/**
 * Encodes files that share most of their attributes, which are written once: the same bytes as `encodeInstance` of
 * the shared and a file's own attributes together, in a third of the time.
 *
 * @param shared - attributes of all files
 * @returns a function that takes the attributes of one file, which win over shared ones, and elements of it that are bytes
 * already
 */
export function instanceEncoder(
  shared: DicomJson,
): (own: DicomJson, encoded?: readonly EncodedElement[]) => Uint8Array {
  const identity = { "00080018": { vr: "UI", Value: ["2.25.1"] } };
  const sharedElements = splitElements(encodeInstance({ ...shared, ...identity })).elements;
  return (own, encoded = []) => {
    // Text beyond ASCII in one file changes the character set of that file.
    const alone = hasWideText(own);
    const written = alone ? withCharacterSet({ ...shared, ...own }) : sortTags(own);
    const file = writePart10(encodeMeta({ ...shared, ...own }), written);
    const { header, elements } = splitElements(file);
    const replaced = new Set(elements.map(({ tag }) => tag));
    const kept = alone ? [] : sharedElements.filter(({ tag }) => !replaced.has(tag));
    const all = [...kept, ...elements, ...encoded];
    all.sort((a, b) => a.tag - b.tag);
    return Buffer.concat([header, ...all.map(({ bytes }) => bytes)]);
  };
}

/** The meta header of a file, and each data element as it is written. */
function splitElements(file: Uint8Array) {
  // The value of FileMetaInformationGroupLength (0002,0000) counts from behind itself, PS3.10 7.1.
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const start = 144 + view.getUint32(140, true);
  const { elements } = walkElements(memorySource("a new file", file), start, explicitLittle);
  return {
    header: file.subarray(0, start),
    elements: elements.map(({ tag, start: from, end }) => ({
      tag,
      bytes: file.subarray(from, end),
    })),
  };
}

function encodeMeta(dataset: DicomJson): DicomJson {
  const sopClassUID = requireText(dataset, "00080016");
  const sopInstanceUID = requireText(dataset, "00080018");
  return {
    "00020001": { vr: "OB", InlineBinary: "AAE=" },
    "00020002": { vr: "UI", Value: [sopClassUID] },
    "00020003": { vr: "UI", Value: [sopInstanceUID] },
    "00020010": { vr: "UI", Value: [implementation.transferSyntaxUID] },
    "00020012": { vr: "UI", Value: [implementation.classUID] },
    "00020013": { vr: "SH", Value: [implementation.versionName] },
  };
}

function requireText(dataset: DicomJson, tag: string): string {
  const value = dataset[tag]?.Value?.[0];
  if (typeof value !== "string" || value === "") throw new Error(`data set without (${tag})`);
  return value;
}

function withCharacterSet(dataset: DicomJson): DicomJson {
  const { "00080005": _source, ...rest } = dataset;
  const set = hasWideText(rest) ? { "00080005": { vr: "CS", Value: ["ISO_IR 192"] } } : {};
  return { ...set, ...sortTags(rest) };
}

function sortTags(dataset: DicomJson): DicomJson {
  const sorted = Object.entries(dataset).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return Object.fromEntries(sorted);
}

/** Whether any text of the data set, at any depth, has characters beyond ASCII. */
function hasWideText(value: unknown): boolean {
  if (typeof value === "string") return /[^\0-\x7f]/.test(value);
  if (typeof value !== "object" || value === null) return false;
  return Object.entries(value).some(([key, inner]) => key !== "InlineBinary" && hasWideText(inner));
}
