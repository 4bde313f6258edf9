import type { PlaneStack } from "#shared/volume/plane-stack.ts";
import type { Diagnostic } from "./diagnostic.ts";
import { fitOutlines, type OutlineFit } from "./fit-outlines.ts";
import { type IndexOutline, outlineFinder } from "./index-outline.ts";
import type { Reference, Roi, RoiCollection } from "./roi.ts";

/** How a region of an AIM file and that of an RTSTRUCT lie to each other. */
export interface RoiComparison {
  /** Positions in their collections, 0 first. */
  readonly aim: number;
  readonly rtstruct: number;
  /** RTSTRUCT against AIM. */
  readonly fit: OutlineFit;
}

/** Offset that is told, pixels: half of the half pixel by which a convention can be missed. */
const tolerated = 0.25;

/** How near a fit must come to a known fault: scales as a share, offsets in pixels. */
const scaleTolerance = 0.02;
const offsetTolerance = 0.05;

/** Names a message lists. */
const mostListed = 5;

/**
 * Compares the AIM file and the RTSTRUCT of one drawing: regions by name (then by order), contours by plane, point by point.
 *
 * Diagnostics: RTSTRUCT_DISAGREES_WITH_AIM (warning) for each cause by which outlines lie more than 0.25 pixels apart, with
 * the cause where it is known; UNMATCHED_ROI (info) for regions that one of them lacks.
 *
 * @param used - the collection that is measured; its path stands in the diagnostics
 * @param other - the one that is not; one of the two is of kind AIM, the other RTSTRUCT
 */
export function compareCollections(
  used: RoiCollection,
  other: RoiCollection,
  reference: Reference,
): { readonly rois: readonly RoiComparison[]; readonly diagnostics: readonly Diagnostic[] } {
  const [aim, rtstruct] = used.kind === "AIM" ? [used, other] : [other, used];
  const find = outlineFinder(reference);
  const outlines = (roi: Roi): readonly (IndexOutline | undefined)[] =>
    roi.shape.form === "contours" ? roi.shape.contours.map(find) : [];
  const pairs = matchRois(aim.rois, rtstruct.rois);
  const rois: RoiComparison[] = [];
  const causes = new Map<string, { readonly names: string[]; largest: number }>();
  for (const [a, b] of pairs) {
    const [first, second] = [outlines(aim.rois[a]!), outlines(rtstruct.rois[b]!)];
    const fit = fitOutlines(first.filter(isFound), second.filter(isFound));
    if (fit !== undefined) rois.push({ aim: a, rtstruct: b, fit });
    const cause = findCause(first, second, fit, reference.planes, used.kind === "AIM");
    if (cause === undefined) continue;
    const same = causes.get(cause) ?? { names: [], largest: 0 };
    same.names.push(`"${aim.rois[a]!.name}"`);
    same.largest = Math.max(same.largest, fit?.largest ?? 0);
    causes.set(cause, same);
  }
  const choice = used.kind === "AIM" ? "the AIM file is used" : "the RTSTRUCT is used";
  const disagreements = [...causes].map(([cause, { names, largest }]): Diagnostic => {
    return {
      code: "RTSTRUCT_DISAGREES_WITH_AIM",
      severity: "warning",
      text: `RTSTRUCT and AIM of "${aim.name}" disagree in ${names.length} of ${pairs.length} ROIs (${list(names)}): ${cause}; ${choice}.`,
      collection: used.path,
      value: largest,
    };
  });
  const lone = [
    ...unmatched(aim, new Set(pairs.map(([a]) => a)), "the RTSTRUCT", used),
    ...unmatched(rtstruct, new Set(pairs.map(([, b]) => b)), "the AIM file", used),
  ];
  return { rois, diagnostics: [...disagreements, ...lone] };
}

const isFound = (outline: IndexOutline | undefined): outline is IndexOutline =>
  outline !== undefined;

/** Positions of regions that belong together: the n-th of a name with the n-th of that name, the rest in order. */
function matchRois(
  first: readonly Roi[],
  second: readonly Roi[],
): readonly (readonly [number, number])[] {
  const byName = new Map<string, number[]>();
  second.forEach(({ name }, i) => {
    const key = comparable(name);
    const same = byName.get(key);
    if (same === undefined) byName.set(key, [i]);
    else same.push(i);
  });
  for (const positions of byName.values()) positions.reverse();
  const pairs: [number, number][] = [];
  const rest: number[] = [];
  first.forEach(({ name }, i) => {
    const j = byName.get(comparable(name))?.pop();
    if (j === undefined) rest.push(i);
    else pairs.push([i, j]);
  });
  const left = [...byName.values()].flat().sort((a, b) => a - b);
  return left.length === rest.length
    ? [...pairs, ...rest.map((i, n): [number, number] => [i, left[n]!])]
    : pairs;
}

/** ROIName (VR LO) holds 64 characters. */
const comparable = (name: string): string => name.trim().normalize("NFC").slice(0, 64);

/** Why the outlines of a region differ; undefined when they agree, or cannot be compared. */
function findCause(
  aim: readonly (IndexOutline | undefined)[],
  rtstruct: readonly (IndexOutline | undefined)[],
  fit: OutlineFit | undefined,
  planes: PlaneStack,
  aimIsUsed: boolean,
): string | undefined {
  if (fit !== undefined && fit.largest > tolerated) return nameFault(fit, planes, aimIsUsed);
  if (aim.length === rtstruct.length) return undefined;
  if (![...aim, ...rtstruct].every(isFound)) return undefined;
  return `the AIM file has ${aim.length} contours, the RTSTRUCT ${rtstruct.length}`;
}

function nameFault({ axes, residual }: OutlineFit, planes: PlaneStack, aimIsUsed: boolean): string {
  const [column, row] = axes;
  if (residual > tolerated) return "their outlines are not the same";
  const ratio = Math.hypot(...planes.columnStep) / Math.hypot(...planes.rowStep);
  const near = (scale: number, wanted: number) => Math.abs(scale / wanted - 1) < scaleTolerance;
  const scales = `scale ${round(column.scale, 3)} and ${round(row.scale, 3)}`;
  const before = [column.offset / column.scale, row.offset / row.scale] as const;
  if (!near(ratio, 1) && near(column.scale, ratio) && near(row.scale, 1 / ratio)) {
    return `row and column spacing of the RTSTRUCT are exchanged (${scales})${shiftOf(before, " and it is shifted by ")}`;
  }
  if (!near(column.scale, 1) || !near(row.scale, 1)) {
    return `the RTSTRUCT is stretched (${scales})${shiftOf(before, " and shifted by ")}`;
  }
  const shift = [column.meanOffset, row.meanOffset] as const;
  const known = shift.every((value) => Math.abs(value - 1) < offsetTolerance)
    ? ", as a known fault of the conversion between the two makes it"
    : "";
  return aimIsUsed
    ? `the RTSTRUCT is shifted by ${formatShift(shift)}${known}`
    : `the AIM file is shifted by ${formatShift([-shift[0], -shift[1]])}${known}`;
}

function shiftOf(shift: readonly [number, number], words: string): string {
  return Math.hypot(...shift) > tolerated ? `${words}${formatShift(shift)}` : "";
}

/** `(+1, -0.52) px`: columns, rows. */
function formatShift(shift: readonly [number, number]): string {
  const parts = shift.map((value) => {
    const text = round(value, 2);
    return text.startsWith("-") || text === "0" ? text : `+${text}`;
  });
  return `(${parts.join(", ")}) px`;
}

const round = (value: number, digits: number): string => String(Number(value.toFixed(digits)) + 0);

function unmatched(
  collection: RoiCollection,
  matched: ReadonlySet<number>,
  lacking: string,
  used: RoiCollection,
): readonly Diagnostic[] {
  const names = collection.rois.flatMap(({ number, name }, i) =>
    matched.has(i) ? [] : [`${number} "${name}"`],
  );
  if (names.length === 0) return [];
  const measured = collection === used ? "" : "; they are not measured";
  return [
    {
      code: "UNMATCHED_ROI",
      severity: "info",
      text: `${names.length} ROIs of ${collection.path} (${list(names)}) are not in ${lacking}${measured}.`,
      collection: used.path,
      value: names.length,
    },
  ];
}

function list(names: readonly string[]): string {
  const more = names.length > mostListed ? ` and ${names.length - mostListed} more` : "";
  return `${names.slice(0, mostListed).join(", ")}${more}`;
}
