import type { WrapperJson } from "#command-json/schema.ts";
import type { XnatObject } from "./objects.ts";
import { isDerived, type WrapperInputJson, wrapperInputsOf } from "./resolution.ts";

// The server describes only as much of an object's tree as the inputs of the wrapper seem to need: a matcher that asks
// for other children finds none. For a launch it describes external objects whole, for the dialog it does not.

const lists: Readonly<Record<string, readonly string[]>> = {
  subjects: ["Subject"],
  sessions: ["Session", "SubjectAssessor"],
  scans: ["Scan"],
  assessors: ["Assessor"],
  resources: ["Resource"],
  files: ["File", "File[]"],
};

const order = ["Project", "Subject", "Session", "Assessor", "Resource"];

/** Types whose children an input's value is described with: its own, and those derived from it downwards. */
export function loadedTypes(wrapper: WrapperJson, input: WrapperInputJson): ReadonlySet<string> {
  if (!isDerived(input) && input.type === "Project" && input["load-children"] === false) {
    return new Set();
  }
  const types = new Set([typeOf(input)]);
  const names = new Set([input.name]);
  for (const one of wrapperInputsOf(wrapper)) {
    if (!isDerived(one) || !names.has(one["derived-from-wrapper-input"])) continue;
    const parent = wrapperInputsOf(wrapper).find(
      ({ name }) => name === one["derived-from-wrapper-input"],
    );
    if (parent === undefined || rankOf(typeOf(parent)) >= rankOf(typeOf(one))) continue;
    types.add(typeOf(one));
    names.add(one.name);
  }
  return types;
}

const typeOf = ({ type }: WrapperInputJson): string => type ?? "string";

/** Scans are beside assessors, subject assessors beside sessions; texts and files are below everything. */
function rankOf(type: string): number {
  const same = { Scan: "Assessor", SubjectAssessor: "Session", ProjectAsset: "Subject" }[type];
  const rank = order.indexOf(same ?? type);
  return rank < 0 ? order.length : rank;
}

/** An object as a matcher sees it: lists of other types are empty. Without types it is whole. */
export function asLoaded(object: XnatObject, types: ReadonlySet<string> | undefined): XnatObject {
  if (types === undefined) return object;
  const missing = Object.entries(lists)
    .filter(([, needed]) => !needed.some((type) => types.has(type)))
    .map(([list]) => [list, { value: [], enumerable: true }] as const);
  return Object.create(object, Object.fromEntries(missing)) as XnatObject;
}
