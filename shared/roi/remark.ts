import type { Diagnostic, DiagnosticCode, Severity } from "./diagnostic.ts";
import type { Roi } from "./roi.ts";

/** What is to be said of one contour; what is said of several in the same words becomes one sentence. */
export interface Remark {
  readonly code: DiagnosticCode;
  readonly severity: Severity;
  /** Position of the contour in its region as stored in the file, 0 first. */
  readonly contour: number;
  /** Plane of the reference series, where it is known. */
  readonly plane?: number | undefined;
  /** The number in question, where there is one. */
  readonly value?: number | undefined;
  /** What the contour does: `lies 0.40 mm from ...`. */
  readonly one: string;
  /** What several contours do, with the largest of their values. */
  readonly many: (largest: number) => string;
}

const ordinals = ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth"];
const longestName = 64;
/** Contours that a sentence names; of more it says the number. */
const mostNamed = 4;

/** `ROI 1 "kidney1"`: what sentences call a region. */
export function nameRoi({ number, name }: Pick<Roi, "number" | "name">): string {
  // Names come from files: no line break or escape sequence of a terminal may pass.
  const printable = name.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, " ").trim();
  if (printable === "") return `ROI ${number}`;
  const characters = [...printable];
  const short =
    characters.length > longestName
      ? `${characters.slice(0, longestName - 1).join("")}…`
      : printable;
  return `ROI ${number} "${short}"`;
}

/** `first`, `second` ... `21st` for 0, 1 ... 20. */
export function ordinal(position: number): string {
  const word = ordinals[position];
  if (word !== undefined) return word;
  const number = position + 1;
  const isTeen = Math.floor((number % 100) / 10) === 1;
  const ending = isTeen ? "th" : (["th", "st", "nd", "rd"][number % 10] ?? "th");
  return `${number}${ending}`;
}

/** The remarks on the contours of a region as sentences, those in the same words joined, in the order of the first of each. */
export function joinRemarks(
  roi: Pick<Roi, "number" | "name">,
  contours: number,
  remarks: readonly Remark[],
): Diagnostic[] {
  const groups = new Map<string, Remark[]>();
  for (const remark of remarks) {
    const key = `${remark.code} ${remark.severity} ${remark.many(0)}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [remark]);
    else group.push(remark);
  }
  return [...groups.values()].map((group) => {
    const { code, severity, contour, plane, value, one } = group[0]!;
    if (group.length === 1) {
      const text = `The ${ordinal(contour)} contour of ${nameRoi(roi)} ${one}.`;
      return { code, severity, text, contour, plane, value };
    }
    let largest = value;
    for (const other of group) {
      if (Math.abs(other.value ?? 0) > Math.abs(largest ?? 0)) largest = other.value;
    }
    const which = nameContours(group, contours);
    const text = `${which} of ${nameRoi(roi)}${listed(group, contours)} ${group[0]!.many(largest ?? 0)}.`;
    return { code, severity, text, value: largest };
  });
}

function nameContours(group: readonly Remark[], contours: number): string {
  if (group.length < contours) return `${group.length} contours`;
  return contours === 2 ? "Both contours" : `All ${contours} contours`;
}

function listed(group: readonly Remark[], contours: number): string {
  if (group.length === contours) return "";
  const named = group.slice(0, mostNamed).map(({ contour }) => ordinal(contour));
  const rest = group.length > mostNamed ? ", ..." : "";
  return ` (${named.join(", ")}${rest})`;
}
