import type { DicomJson } from "#shared/volume/series-volume.ts";
import { writePart10 } from "./part10.ts";
import { deriveUid } from "./uid.ts";

const explicitLittleEndian = "1.2.840.10008.1.2.1";

/** Who wrote the file, PS3.7 D.3.3.2: one UID for every version, the name says no more. */
const implementationClassUID = deriveUid(["xnat-pic-containers", "implementation class"]);
const implementationVersionName = "XNAT-PIC";

/**
 * The bytes of one DICOM file, explicit little endian: same data set, same bytes.
 *
 * Text beyond ASCII is written as UTF-8 and SpecificCharacterSet says so, whatever the source used.
 *
 * @param dataset - a complete data set with SOPClassUID and SOPInstanceUID
 */
export function encodeInstance(dataset: DicomJson): Uint8Array {
  const sopClassUID = requireText(dataset, "00080016");
  const sopInstanceUID = requireText(dataset, "00080018");
  const meta: DicomJson = {
    "00020001": { vr: "OB", InlineBinary: "AAE=" },
    "00020002": { vr: "UI", Value: [sopClassUID] },
    "00020003": { vr: "UI", Value: [sopInstanceUID] },
    "00020010": { vr: "UI", Value: [explicitLittleEndian] },
    "00020012": { vr: "UI", Value: [implementationClassUID] },
    "00020013": { vr: "SH", Value: [implementationVersionName] },
  };
  return writePart10(meta, withCharacterSet(dataset));
}

function requireText(dataset: DicomJson, tag: string): string {
  const value = dataset[tag]?.Value?.[0];
  if (typeof value !== "string" || value === "") throw new Error(`data set without (${tag})`);
  return value;
}

function withCharacterSet(dataset: DicomJson): DicomJson {
  const { "00080005": _source, ...rest } = dataset;
  const sorted = Object.entries(rest).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  const set = hasWideText(rest) ? [["00080005", { vr: "CS", Value: ["ISO_IR 192"] }]] : [];
  return Object.fromEntries([...set, ...sorted]);
}

/** Whether any text of the data set, at any depth, has characters beyond ASCII. */
function hasWideText(value: unknown): boolean {
  if (typeof value === "string") return /[^\0-\x7f]/.test(value);
  if (typeof value !== "object" || value === null) return false;
  return Object.entries(value).some(([key, inner]) => key !== "InlineBinary" && hasWideText(inner));
}
