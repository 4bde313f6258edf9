import type { DicomJson, DicomJsonElement } from "#shared/volume/series-volume.ts";

/**
 * Private attributes this project reads: group, creator, the low byte of the element, VR.
 *
 * Sources: DICOM conformance statements of Philips MR ("Philips Imaging DD 001", "Philips MR Imaging DD 001"
 * and "005"), GE (GEMS_ACQU_01, GEMS_PARM_01) and Siemens ("SIEMENS MR HEADER", "SIEMENS CSA HEADER");
 * what they mean for diffusion: qmri-conventions 7.2.
 */
export const privateTags = {
  PhilipsScaleIntercept: {
    group: "2005",
    creator: "Philips MR Imaging DD 001",
    byte: "0D",
    vr: "FL",
  },
  PhilipsScaleSlope: { group: "2005", creator: "Philips MR Imaging DD 001", byte: "0E", vr: "FL" },
  PhilipsBValue: { group: "2001", creator: "Philips Imaging DD 001", byte: "03", vr: "FL" },
  PhilipsDirectionality: { group: "2001", creator: "Philips Imaging DD 001", byte: "04", vr: "CS" },
  PhilipsDirectionRL: { group: "2005", creator: "Philips MR Imaging DD 001", byte: "B0", vr: "FL" },
  PhilipsDirectionAP: { group: "2005", creator: "Philips MR Imaging DD 001", byte: "B1", vr: "FL" },
  PhilipsDirectionFH: { group: "2005", creator: "Philips MR Imaging DD 001", byte: "B2", vr: "FL" },
  PhilipsDiffusionOrder: {
    group: "2005",
    creator: "Philips MR Imaging DD 006",
    byte: "96",
    vr: "IS",
  },
  GeRawDataType: { group: "0043", creator: "GEMS_PARM_01", byte: "2F", vr: "SS" },
  GeBValue: { group: "0043", creator: "GEMS_PARM_01", byte: "39", vr: "IS" },
  GeDirectionX: { group: "0019", creator: "GEMS_ACQU_01", byte: "BB", vr: "DS" },
  GeDirectionY: { group: "0019", creator: "GEMS_ACQU_01", byte: "BC", vr: "DS" },
  GeDirectionZ: { group: "0019", creator: "GEMS_ACQU_01", byte: "BD", vr: "DS" },
  GeDirectionCount: { group: "0019", creator: "GEMS_ACQU_01", byte: "E0", vr: "DS" },
  SiemensImagesInMosaic: { group: "0019", creator: "SIEMENS MR HEADER", byte: "0A", vr: "US" },
  SiemensBValue: { group: "0019", creator: "SIEMENS MR HEADER", byte: "0C", vr: "IS" },
  SiemensDirectionality: { group: "0019", creator: "SIEMENS MR HEADER", byte: "0D", vr: "CS" },
  SiemensDirection: { group: "0019", creator: "SIEMENS MR HEADER", byte: "0E", vr: "FD" },
  SiemensBMatrix: { group: "0019", creator: "SIEMENS MR HEADER", byte: "27", vr: "FD" },
} as const;

export type PrivateKeyword = keyof typeof privateTags;

/** Philips repeats its private attributes of a frame in this sequence, "Philips MR Imaging DD 005". */
export const philipsFrameSequence = "2005140F";

/** `siemens:0019,100E`: how a source names a private attribute, in the block its vendor gives it. */
export function namePrivateTag(name: PrivateKeyword): string {
  const { group, creator, byte } = privateTags[name];
  const vendor = creator.startsWith("GEMS") ? "ge" : (creator.split(" ")[0] ?? "").toLowerCase();
  return `${vendor}:${group},${creator.endsWith("DD 006") ? "15" : "10"}${byte}`;
}

/**
 * First value of a private attribute, found by its creator whatever block it was given.
 *
 * @returns undefined when the creator or the attribute is missing, or its bytes are too short
 */
export function readPrivateNumber(dataset: DicomJson, name: PrivateKeyword): number | undefined {
  return readPrivateNumbers(dataset, name)[0];
}

/** All values of a private attribute as finite numbers; none when one of them is no number. */
export function readPrivateNumbers(dataset: DicomJson, name: PrivateKeyword): readonly number[] {
  const numbers = decodeNumbers(findPrivate(dataset, name), privateTags[name].vr);
  return numbers.every(Number.isFinite) ? numbers : [];
}

/** A private attribute as text without padding; empty when there is none. */
export function readPrivateText(dataset: DicomJson, name: PrivateKeyword): string {
  const value = findPrivate(dataset, name)?.Value?.[0];
  return value === undefined || value === null ? "" : decodeText(value).trim();
}

function findPrivate(dataset: DicomJson, name: PrivateKeyword): DicomJsonElement | undefined {
  const { group, creator, byte } = privateTags[name];
  for (const tag in dataset) {
    // (gggg,0010-00FF) name the owners of the blocks (gggg,1000-10FF) to (gggg,FF00-FFFF).
    if (!tag.startsWith(`${group}00`)) continue;
    const owner = dataset[tag]?.Value?.[0];
    if (owner === undefined || decodeText(owner) !== creator) continue;
    return dataset[`${group}${tag.slice(6)}${byte}`];
  }
  return undefined;
}

function decodeText(value: unknown): string {
  const text = value instanceof ArrayBuffer ? Buffer.from(value).toString("latin1") : String(value);
  return text.replace(/[\0 ]+$/, "");
}

/** The dictionary supplies the VR that implicit files, and files that passed old archives, lack. */
function decodeNumbers(
  element: DicomJsonElement | undefined,
  vr: "FL" | "FD" | "SS" | "US" | "IS" | "DS" | "CS",
): readonly number[] {
  const values = element?.Value ?? [];
  const value = values[0];
  if (!(value instanceof ArrayBuffer)) {
    return values.map((one) => (typeof one === "number" ? one : Number.NaN));
  }
  if (vr === "IS" || vr === "DS" || vr === "CS") {
    const texts = decodeText(value).split("\\", mostValues);
    return texts.map((text) => (text.trim() === "" ? Number.NaN : Number(text)));
  }
  const view = new DataView(value);
  const width = { FL: 4, FD: 8, SS: 2, US: 2 }[vr];
  const count = Math.min(Math.floor(view.byteLength / width), mostValues);
  return Array.from({ length: count }, (_, at) => {
    const offset = at * width;
    if (vr === "FL") return view.getFloat32(offset, true);
    if (vr === "FD") return view.getFloat64(offset, true);
    return vr === "SS" ? view.getInt16(offset, true) : view.getUint16(offset, true);
  });
}

/** No attribute above has more. */
const mostValues = 16;
