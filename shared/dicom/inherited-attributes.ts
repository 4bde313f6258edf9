import type { ContrastKeyword, DicomJson, DicomJsonElement } from "#shared/volume/series-volume.ts";
import { formatDecimalString, formatIntegerString } from "./decimal-string.ts";

/** A part of a source image that a derived object repeats. */
export type InheritedPart =
  | "patient"
  | "study"
  | "equipment"
  | "series"
  | "frameOfReference"
  | "image"
  | "acquisition"
  | "compression";

/** Tag and VR (PS3.6) of what must be there even when the source has no value for it: type 2 in PS3.3. */
const required: Readonly<Record<InheritedPart, Readonly<Record<string, string>>>> = {
  // PatientName, PatientID, PatientBirthDate, PatientSex.
  patient: { "00100010": "PN", "00100020": "LO", "00100030": "DA", "00100040": "CS" },
  // StudyDate, StudyTime, AccessionNumber, ReferringPhysicianName, StudyID.
  study: {
    "00080020": "DA",
    "00080030": "TM",
    "00080050": "SH",
    "00080090": "PN",
    "00200010": "SH",
  },
  // Manufacturer.
  equipment: { "00080070": "LO" },
  // PatientPosition.
  series: { "00185100": "CS" },
  // PositionReferenceIndicator.
  frameOfReference: { "00201040": "LO" },
  image: {},
  // ScanOptions, MRAcquisitionType, SliceThickness, RepetitionTime, EchoTime, EchoTrainLength.
  acquisition: {
    "00180022": "CS",
    "00180023": "CS",
    "00180050": "DS",
    "00180080": "DS",
    "00180081": "DS",
    "00180091": "IS",
  },
  compression: {},
};

/** Tags of what is repeated when the source has it: types 1C, 2C and 3 in PS3.3. */
const optional: Readonly<Record<InheritedPart, string>> = {
  // Identity, species, breed, strain, and what de-identification took away.
  patient: `00100021 00100022 00100024 00100200 00100212 00100213 00100216 00100217 00100219 00100221
    00101000 00101001 00101002 00102201 00102202 00102292 00102293 00102294 00102297 00102299
    00104000 00120062 00120063 00120064`,
  // Description and identifiers of the study; age, size, weight and orientation type of the patient.
  study: `00080051 00081030 00081032 00081060 00101010 00101020 00101030 00102180 00102203 00102210
    00120010 00120020 00120021 00120030 00120031 00120040 00120050`,
  // The scanner and the place where it stands.
  equipment: "00080080 00080081 00081010 00081040 00081090 00181000 00181020",
  // Dates, body part, laterality, protocol.
  series: "00080021 00080031 00180015 00181030 00200060",
  frameOfReference: "",
  // Dates, time zone and number of the acquisition.
  image: "00080022 00080023 00080032 00080033 00080201 00200012",
  // Contrast agent, sequence, field and coil.
  acquisition: `00180010 00180020 00180021 00180024 00180025 00180082 00180083 00180084 00180085
    00180087 00180089 00180093 00180094 00180095 00181250 00181251 00181310 00181312 00181314
    00181315 00181316`,
  // Pixels that were lossy once stay so, PS3.3 C.7.6.1.1.5.
  compression: "00282110 00282112 00282114",
};

/** Tag and VR of what may vary from image to image. */
const contrasts: Readonly<Record<ContrastKeyword, readonly [string, string]>> = {
  EchoTime: ["00180081", "DS"],
  RepetitionTime: ["00180080", "DS"],
  InversionTime: ["00180082", "DS"],
  FlipAngle: ["00181314", "DS"],
  DiffusionBValue: ["00189087", "FD"],
};

/**
 * What a derived object repeats of its source: the attributes of `parts`, the required ones without value
 * where the source has none. Nothing is made up.
 *
 * The value that varied over the source images is left empty: none of them is true of a map.
 */
export function inheritAttributes(
  template: DicomJson,
  varied: ContrastKeyword,
  parts: readonly InheritedPart[],
): DicomJson {
  const [variedTag] = contrasts[varied];
  const inherited: Record<string, DicomJsonElement> = {};
  for (const part of parts) {
    for (const tag of optional[part].split(/\s+/)) {
      const element = repeatElement(template[tag]);
      if (element !== undefined && tag !== variedTag) inherited[tag] = element;
    }
    for (const [tag, vr] of Object.entries(required[part])) {
      inherited[tag] = (tag === variedTag ? undefined : repeatElement(template[tag])) ?? { vr };
    }
  }
  if (parts.includes("series")) requireLaterality(inherited);
  // Of a sequence with an inversion the time is asked for, and may be empty (PS3.3 C.8.3.1, type 2C).
  const sequence = inherited["00180020"]?.Value ?? [];
  if (parts.includes("acquisition") && sequence.includes("IR")) {
    inherited["00180082"] ??= { vr: "DS" };
  }
  return inherited;
}

/**
 * Which side of a paired body part: asked for unless the body part is known, and never empty when it is
 * (PS3.3 C.7.3.1, type 2C). Some scanners write it empty always.
 */
function requireLaterality(attributes: Record<string, DicomJsonElement>): void {
  const bodyPart = attributes["00180015"]?.Value?.[0] ?? "";
  const side = attributes["00200060"]?.Value?.[0] ?? "";
  if (side !== "") return;
  if (bodyPart === "") attributes["00200060"] = { vr: "CS" };
  else delete attributes["00200060"];
}

/**
 * An element as it can be written again: numbers as the strings they were, empty where the source had
 * no number. Bytes whose meaning the reader did not know (UN) are not repeated.
 */
function repeatElement(element: DicomJsonElement | undefined): DicomJsonElement | undefined {
  if (element === undefined || element.vr === "UN") return undefined;
  const { vr, Value: values = [] } = element;
  if (vr === "SQ") {
    return { vr, Value: values.map((item) => repeatDataset(item as DicomJson)) };
  }
  if (vr !== "DS" && vr !== "IS") return element;
  const texts = values.map((value) => repeatNumber(value, vr));
  return texts.includes(undefined) ? { vr } : { vr, Value: texts };
}

function repeatDataset(dataset: DicomJson): DicomJson {
  const elements = Object.entries(dataset).flatMap(([tag, element]) => {
    const repeated = repeatElement(element);
    return repeated === undefined ? [] : [[tag, repeated] as const];
  });
  return Object.fromEntries(elements);
}

function repeatNumber(value: unknown, vr: "DS" | "IS"): string | undefined {
  if (typeof value === "string") return value;
  if (typeof value !== "number" || !Number.isFinite(value)) return undefined;
  if (vr === "DS") return formatDecimalString(value);
  return Number.isInteger(value) && Math.abs(value) < 2 ** 31
    ? formatIntegerString(value)
    : undefined;
}
