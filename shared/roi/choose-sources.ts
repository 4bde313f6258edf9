import { basename, dirname } from "node:path";
import type { Diagnostic } from "./diagnostic.ts";
import type { RoiCollection } from "./roi.ts";

/** A collection and where its file lies. */
export interface PlacedCollection {
  readonly collection: RoiCollection;
  readonly absolutePath: string;
}

/** The collections to measure, and of each drawing that is stored twice the other file. */
export interface ChosenSources {
  readonly collections: readonly RoiCollection[];
  readonly alternatives: readonly Alternative[];
}

/** One drawing as AIM and as RTSTRUCT. */
export interface Alternative {
  readonly used: RoiCollection;
  readonly other: RoiCollection;
}

/** Which of AIM and RTSTRUCT to use where a drawing is stored as both; `auto`: the original. */
export type ContourChoice = "auto" | "aim" | "rtstruct";

/** StructureSetLabel (VR SH) holds 16 characters. */
const longestLabel = 16;

/**
 * Of AIM and RTSTRUCT files of one drawing, the one it was drawn as; everything else stays.
 *
 * The equipment of the AIM file tells: XNAT's viewer stores AIM, from which the server makes an RTSTRUCT; an AIM file of
 * another origin beside an RTSTRUCT that is no product of the conversion is itself the product. An RTSTRUCT of XNAT's
 * conversion without its AIM file gets DERIVED_RTSTRUCT.
 */
export function chooseSources(
  found: readonly PlacedCollection[],
  choice: ContourChoice,
): ChosenSources {
  const aims = found.filter(({ collection }) => collection.kind === "AIM");
  const rtstructs = found.filter(({ collection }) => collection.kind === "RTSTRUCT");
  const partners = new Map<PlacedCollection, PlacedCollection[]>();
  for (const rtstruct of rtstructs) {
    const [best] = aims
      .map((aim) => ({ aim, relation: relate(aim, rtstruct, aims, rtstructs) }))
      .filter(({ relation }) => relation > 0)
      .sort((a, b) => b.relation - a.relation);
    if (best !== undefined) partners.set(best.aim, [...(partners.get(best.aim) ?? []), rtstruct]);
  }
  const dropped = new Set<PlacedCollection>();
  const alternatives: Alternative[] = [];
  for (const [aim, others] of partners) {
    const original = others.find((other) => isOriginal(aim.collection, other.collection, choice));
    if (original === undefined) {
      for (const other of others) {
        dropped.add(other);
        alternatives.push({ used: aim.collection, other: other.collection });
      }
    } else {
      dropped.add(aim);
      alternatives.push({ used: original.collection, other: aim.collection });
    }
  }
  const paired = new Set([...partners.values()].flat());
  return {
    collections: found
      .filter((placed) => !dropped.has(placed))
      .map((placed) => (paired.has(placed) ? placed.collection : warnOfConversion(placed))),
    alternatives,
  };
}

/** True when the RTSTRUCT is to be used, the AIM file not. */
function isOriginal(aim: RoiCollection, rtstruct: RoiCollection, choice: ContourChoice): boolean {
  if (choice !== "auto") return choice === "rtstruct";
  const { model } = aim.equipment;
  if (isViewer(model)) return false;
  return /RT-?STRUCT/i.test(model) || !isConverted(rtstruct);
}

const isViewer = (model: string): boolean => /XNAT-?OHIF/i.test(model);

/** Equipment that XNAT's conversion from AIM writes. */
function isConverted({ equipment: { manufacturer, model } }: RoiCollection): boolean {
  return isViewer(model) || /^ICR$/i.test(manufacturer.trim()) || /etherj/i.test(model);
}

function warnOfConversion({ collection }: PlacedCollection): RoiCollection {
  if (collection.kind !== "RTSTRUCT" || !isConverted(collection)) return collection;
  const { manufacturer, model } = collection.equipment;
  const warning: Diagnostic = {
    code: "DERIVED_RTSTRUCT",
    severity: "warning",
    text: `${collection.path} comes from ${[manufacturer, model].filter((text) => text !== "").join(" ")}: XNAT converted it from an AIM file, which is not here. Older versions of the conversion shift outlines by (+1, +1) px; give the AIM file, or correct it with --rtstruct-shift-px=-1,-1.`,
    collection: collection.path,
  };
  return { ...collection, diagnostics: [...collection.diagnostics, warning] };
}

/** How surely two files are one drawing: 0 not, higher is surer. */
function relate(
  aim: PlacedCollection,
  rtstruct: PlacedCollection,
  aims: readonly PlacedCollection[],
  rtstructs: readonly PlacedCollection[],
): number {
  const place = placeOf(aim.absolutePath);
  if (place.folder !== placeOf(rtstruct.absolutePath).folder) return 0;
  const beside = (list: readonly PlacedCollection[]) =>
    list.filter((other) => placeOf(other.absolutePath).folder === place.folder).length;
  const assessor = place.isAssessor && placeOf(rtstruct.absolutePath).isAssessor;
  if (assessor && beside(aims) === 1 && beside(rtstructs) === 1) return 4;
  const [a, b] = [aim.collection, rtstruct.collection];
  if (!shareNames(a, b)) return 0;
  if (stem(aim) === stem(rtstruct)) return 3;
  if (!shareSeries(a, b)) return 0;
  return label(a) === label(b) ? 2 : 1;
}

/** Folder of the collection: above the folders of its resources (AIM, RTSTRUCT), as XNAT lays them out. */
function placeOf(absolutePath: string): { readonly folder: string; readonly isAssessor: boolean } {
  const parent = dirname(absolutePath);
  const folder = basename(parent) === "files" ? dirname(parent) : parent;
  const isAssessor = /^(?:AIM|RTSTRUCT)$/i.test(basename(folder));
  return { folder: isAssessor ? dirname(folder) : folder, isAssessor };
}

const stem = ({ absolutePath }: PlacedCollection): string =>
  basename(absolutePath).replace(/\.[^.]*$/, "");
const label = ({ name }: RoiCollection): string => name.slice(0, longestLabel).trim();

/** Every name of one of the two is a name of the other. */
function shareNames(a: RoiCollection, b: RoiCollection): boolean {
  const names = ({ rois }: RoiCollection) => rois.map(({ name }) => name.trim());
  return isSubset(names(a), names(b)) || isSubset(names(b), names(a));
}

function isSubset(some: readonly string[], all: readonly string[]): boolean {
  const known = new Set(all);
  return some.every((name) => known.has(name));
}

/** Same study and a series in common, as far as they say. */
function shareSeries(a: RoiCollection, b: RoiCollection): boolean {
  const studies = [a.studyInstanceUID, b.studyInstanceUID].filter((uid) => uid !== "");
  if (new Set(studies).size > 1) return false;
  const [first, second] = [a.seriesInstanceUIDs, b.seriesInstanceUIDs];
  return first.length === 0 || second.length === 0 || first.some((uid) => second.includes(uid));
}
