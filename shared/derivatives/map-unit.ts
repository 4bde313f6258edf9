import { type Unit, unitEntry } from "#shared/units.ts";

/** The unit of a map, which need not be one of ours. */
export interface MapUnit {
  /** Undefined for units the programs do not use (HU, ppm), and where none is known. */
  readonly unit: Unit | undefined;
  /** For people: `ms`, `HU`; `unknown` where none is stated; empty for plain numbers. */
  readonly label: string;
  /** UCUM code; empty where there is none. */
  readonly ucum: string;
  /** Where it comes from; `name` is a guess from name and values. */
  readonly source: "sidecar" | "dicom" | "name" | "none";
}

/** How people and programs write the units, lower case, without blanks; the rest is compared with labels and codes of ours. */
const spellings: Readonly<Record<string, Unit>> = {
  msec: "ms",
  millisecond: "ms",
  milliseconds: "ms",
  sec: "s",
  second: "s",
  seconds: "s",
  "s-1": "1/s",
  "s^-1": "1/s",
  hz: "1/s",
  "ms-1": "1/ms",
  "ms^-1": "1/ms",
  "mm^2/s": "mm2/s",
  "um^2/ms": "um2/ms",
  degree: "deg",
  degrees: "deg",
  radian: "rad",
  percent: "%",
  unitless: "1",
  nounits: "1",
  "a.u.": "arbitrary",
  au: "arbitrary",
  "arb.unit": "arbitrary",
  arbitraryunit: "arbitrary",
  arbitraryunits: "arbitrary",
};

const ours: readonly Unit[] = [
  ...["ms", "s", "1/ms", "1/s", "s/mm2", "mm2/s", "um2/ms"],
  ...["mm", "deg", "rad", "%", "1", "arbitrary"],
] as Unit[];

/** Units of others that have a UCUM code, by their spelling. */
const foreign: Readonly<Record<string, { readonly label: string; readonly ucum: string }>> = {
  hu: { label: "HU", ucum: "[hnsf'U]" },
  "[hnsf'u]": { label: "HU", ucum: "[hnsf'U]" },
  ppm: { label: "ppm", ucum: "[ppm]" },
  "[ppm]": { label: "ppm", ucum: "[ppm]" },
};

/** Longest text taken for a unit. */
const longest = 32;

/** No unit at all. */
export const unknownUnit: MapUnit = { unit: undefined, label: "unknown", ucum: "", source: "none" };

/** A unit of ours. */
export function knownUnit(unit: Unit, source: MapUnit["source"]): MapUnit {
  const { label, ucum } = unitEntry(unit);
  return { unit, label, ucum, source };
}

/**
 * The unit a text means; a text that means none of ours is its own label.
 *
 * @param text - `Units` of a sidecar, a UCUM code, RescaleType; an empty one gives `unknownUnit`
 */
export function readMapUnit(text: string, source: "sidecar" | "dicom"): MapUnit {
  const trimmed = text.trim().slice(0, longest);
  if (trimmed === "") return unknownUnit;
  const key = trimmed
    .toLowerCase()
    .replaceAll(/\s+/g, "")
    .replaceAll("²", "2")
    .replaceAll(/[µμ]/g, "u");
  const unit = spellings[key] ?? ours.find((one) => spellingsOf(one).includes(key));
  if (unit !== undefined) return knownUnit(unit, source);
  const other = foreign[key];
  return { unit: undefined, label: other?.label ?? trimmed, ucum: other?.ucum ?? "", source };
}

function spellingsOf(unit: Unit): readonly string[] {
  const { ucum, bids } = unitEntry(unit);
  return [unit, ucum, bids].map((text) => text.toLowerCase());
}
