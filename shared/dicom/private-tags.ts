import type { DicomJson, DicomJsonElement } from "#shared/volume/series-volume.ts";

/**
 * Private attributes this project reads: group, creator, the low byte of the element, VR.
 *
 * Sources: DICOM conformance statements of Philips MR (PMS "Philips MR Imaging DD 001"), GE
 * (GEMS_PARM_01) and Siemens ("SIEMENS MR HEADER").
 */
export const privateTags = {
  PhilipsScaleIntercept: {
    group: "2005",
    creator: "Philips MR Imaging DD 001",
    byte: "0D",
    vr: "FL",
  },
  PhilipsScaleSlope: { group: "2005", creator: "Philips MR Imaging DD 001", byte: "0E", vr: "FL" },
  GeRawDataType: { group: "0043", creator: "GEMS_PARM_01", byte: "2F", vr: "SS" },
  SiemensImagesInMosaic: { group: "0019", creator: "SIEMENS MR HEADER", byte: "0A", vr: "US" },
} as const;

/** Philips repeats its private attributes of a frame in this sequence, "Philips MR Imaging DD 005". */
export const philipsFrameSequence = "2005140F";

/**
 * First value of a private attribute, found by its creator whatever block it was given.
 *
 * @returns undefined when the creator or the attribute is missing, or its bytes are too short
 */
export function readPrivateNumber(
  dataset: DicomJson,
  name: keyof typeof privateTags,
): number | undefined {
  const { group, creator, byte, vr } = privateTags[name];
  for (const tag in dataset) {
    // (gggg,0010-00FF) name the owners of the blocks (gggg,1000-10FF) to (gggg,FF00-FFFF).
    if (!tag.startsWith(`${group}00`)) continue;
    const owner = dataset[tag]?.Value?.[0];
    if (owner === undefined || decodeText(owner) !== creator) continue;
    return decodeNumber(dataset[`${group}${tag.slice(6)}${byte}`], vr);
  }
  return undefined;
}

function decodeText(value: unknown): string {
  const text = value instanceof ArrayBuffer ? Buffer.from(value).toString("latin1") : String(value);
  return text.replace(/[\0 ]+$/, "");
}

/** The dictionary supplies the VR that implicit files, and files that passed old archives, lack. */
function decodeNumber(
  element: DicomJsonElement | undefined,
  vr: "FL" | "SS" | "US",
): number | undefined {
  const value = element?.Value?.[0];
  if (typeof value === "number") return Number.isFinite(value) ? value : undefined;
  if (!(value instanceof ArrayBuffer)) return undefined;
  const view = new DataView(value);
  if (view.byteLength < (vr === "FL" ? 4 : 2)) return undefined;
  const decoded =
    vr === "FL"
      ? view.getFloat32(0, true)
      : vr === "SS"
        ? view.getInt16(0, true)
        : view.getUint16(0, true);
  return Number.isFinite(decoded) ? decoded : undefined;
}
