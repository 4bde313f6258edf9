import type { AttributeValue } from "#shared/dicom/encode-attributes.ts";
import { type WrittenKeyword, writtenAttributes } from "#shared/dicom/written-attributes.ts";
import { shiftDate } from "./dates.ts";
import { personWords } from "./person-words.ts";
import type { RawScan } from "./raw-scan.ts";

/** What stays of a value; undefined or an empty list when nothing does. */
export type DeIdentifier = (
  keyword: WrittenKeyword,
  value: AttributeValue,
) => AttributeValue | undefined;

/** Attributes that name a person, a site or a machine, or in which somebody wrote freely: nothing of them stays. */
export const removedWhenDeIdentified: ReadonlySet<WrittenKeyword> = new Set<WrittenKeyword>([
  "PatientBirthDate",
  "ReferringPhysicianName",
  "OperatorsName",
  "ResponsiblePerson",
  "ResponsibleOrganization",
  "InstitutionName",
  "StationName",
  "ManufacturerModelName",
  "DeviceSerialNumber",
  "StudyDescription",
]);

/**
 * Texts that are the same in all studies, or that the user gave; UIDs, PatientName, PatientID and StudyID are made anew by their
 * rows.
 */
const kept: ReadonlySet<WrittenKeyword> = new Set<WrittenKeyword>([
  "SpecificCharacterSet",
  "Manufacturer",
  "SoftwareVersions",
  "ContributingEquipmentSequence",
  "DeidentificationMethod",
  "PatientName",
  "PatientID",
  "StudyID",
  "PatientSpeciesDescription",
  "StrainDescription",
  "TimezoneOffsetFromUTC",
  "RescaleType",
]);

const textVrs = new Set(["LO", "LT", "PN", "SH", "ST", "UC", "UT"]);

/** A day in the name of a protocol or a series. */
const dayInText =
  "(?<!\\d)(?:19|20)\\d\\d[-_.]?(?:0[1-9]|1[0-2])[-_.]?(?:0[1-9]|[12]\\d|3[01])(?!\\d)";

/** Name of the block of the CEST attributes when that of the console login must not be written. */
const neutralCreator = "CEST Creator";

/**
 * Takes persons out of attributes (PS3.15 annex E: names, sites, machines and free texts go; descriptors are cleaned; dates are
 * moved by the same number of days); leaves them as they are when the scan is not to be de-identified.
 *
 * Words of persons that stand in the files of the scan (logins, operators, subject), and days, are cut out of all other texts: protocols
 * and sequences are often called by their author.
 */
export function deIdentifier(scan: RawScan): DeIdentifier {
  const { deIdentify, identity, cestCreator } = scan.choices;
  if (deIdentify === undefined) return (_keyword, value) => value;
  const gone = [...personWords(scan).map(quote), dayInText].join("|");
  const pattern = new RegExp(`([_\\s-]?)(?:${gone})([_\\s-]?)`, "giu");
  const cut: Cut = (match, before, after, at, text) => {
    const outer = at === 0 || at + match.length === text.length;
    return outer ? "" : before || after;
  };
  const clean = (text: string): string => cutAll(text, pattern, cut);
  return (keyword, value) => {
    if (removedWhenDeIdentified.has(keyword)) return [];
    if (keyword === "PatientComments") {
      const given = identity.patientComments !== undefined || identity.project !== undefined;
      return given ? value : undefined;
    }
    if (keyword === "CESTPrivateCreator") return cestCreator === "owner" ? neutralCreator : value;
    const [, vr] = writtenAttributes[keyword];
    if (vr === "DA" && typeof value === "string") return shiftDate(value, deIdentify.shiftDays);
    if (!textVrs.has(vr) || kept.has(keyword)) return value;
    if (typeof value === "string") return clean(value) || undefined;
    if (!Array.isArray(value)) return value;
    return value.map((part) => (typeof part === "string" ? clean(part) : part));
  };
}

/** Longer than any text that is written: what stands behind is cut off anyway, and would take its time here. */
const longest = 20_000;

type Cut = (match: string, before: string, after: string, at: number, text: string) => string;

/** What is left may make a word again: `papagel` without `pagel` twice. */
function cutAll(text: string, pattern: RegExp, cut: Cut): string {
  let left = text.slice(0, longest);
  for (;;) {
    const next = left.replace(pattern, cut);
    if (next === left) return left;
    left = next;
  }
}

/** A word as a part of a regular expression that means itself. */
function quote(word: string): string {
  return word.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&");
}
