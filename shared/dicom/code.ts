import { type Unit, unitEntry } from "#shared/units.ts";
import type { AttributeValues } from "./encode-attributes.ts";

/** A coded concept, PS3.3 8.8. */
export interface Code {
  readonly value: string;
  /** CodingSchemeDesignator: DCM (PS3.16 annex D), SCT (SNOMED CT), UCUM, UMLS. */
  readonly scheme: string;
  readonly meaning: string;
}

/** The item of a code sequence. */
export function encodeCode({ value, scheme, meaning }: Code): AttributeValues {
  return { CodeValue: value, CodingSchemeDesignator: scheme, CodeMeaning: meaning };
}

/** Meanings of the units of measurement as CID 7181 (and 7183 for degrees) has them; the rest is its own. */
const unitMeanings: Readonly<Record<string, string>> = {
  ms: "millisecond",
  s: "second",
  "s/mm2": "second per square millimeter",
  mm: "millimeter",
  deg: "Degree",
  rad: "Radian",
  "%": "Percent",
  "1": "no units",
  "[arb'U]": "arbitrary unit",
};

/** The UCUM code of a unit. */
export function unitCode(unit: Unit): Code {
  const { ucum } = unitEntry(unit);
  return { value: ucum, scheme: "UCUM", meaning: unitMeanings[ucum] ?? ucum };
}

/** How a unit is written in a DICOM text, in ASCII: `ms`, `mm2/s`, `a.u.`; empty for plain numbers. */
export function unitText(unit: Unit): string {
  if (unit === "arbitrary") return "a.u.";
  return unit === "1" ? "" : unit;
}
