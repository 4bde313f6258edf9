import { findIllegalString } from "#command-json/illegal-strings.ts";
import type { DerivedInputJson, ExternalInputJson } from "#command-json/schema.ts";
import { findByUri, projectOf } from "../../find.ts";
import { canRead, projectsOf } from "../../rights.ts";
import { asLoaded, loadedTypes } from "./load-types.ts";
import { matchesObject } from "./match.ts";
import { childrenOf, describeUri, parentOf, type XnatObject } from "./objects.ts";
import {
  type InputNode,
  isDerived,
  keyOf,
  type LaunchRequest,
  ResolutionError,
  readValues,
  type ValueNode,
  type WrapperInputJson,
  wrapperInputsOf,
} from "./resolution.ts";

const objectTypes = new Set([
  ...["Project", "Subject", "Session", "Scan", "Assessor", "Resource"],
  ...["File", "ProjectAsset", "SubjectAssessor"],
]);

/** Lists of an object that hold its children of a type. */
const listOf: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  Project: { Subject: "subjects", Resource: "resources" },
  Subject: { Session: "sessions", SubjectAssessor: "sessions", Resource: "resources" },
  SubjectAssessor: { Resource: "resources" },
  Session: { Scan: "scans", Assessor: "assessors", Resource: "resources" },
  Scan: { Resource: "resources" },
  Assessor: { Resource: "resources" },
  Resource: { File: "files" },
};

const parents = ["Project", "Subject", "Session"];

/**
 * The wrapper's inputs as a tree: external ones with what is derived from each of their values, in declared order.
 * Nothing is judged yet: an input may have no value or several.
 *
 * @throws ResolutionError for an illegal string, a matcher that cannot be read, or a thing the user may not read
 */
export function resolveInputs(
  request: LaunchRequest,
  purpose: "launch" | "dialog" = "launch",
): readonly InputNode[] {
  const nodes = new Map<string, InputNode[]>();
  const known = new Map<string, string>();
  const roots: InputNode[] = [];
  for (const input of wrapperInputsOf(request.wrapper)) {
    const made: InputNode[] = [];
    if (isDerived(input)) {
      for (const parent of nodes.get(input["derived-from-wrapper-input"]) ?? []) {
        for (const value of parent.values) {
          const node = { input, values: deriveValues(request, input, value, known) };
          value.children.push(node);
          made.push(node);
        }
      }
    } else {
      const node = { input, values: resolveExternal(request, input, known, purpose) };
      roots.push(node);
      made.push(node);
    }
    nodes.set(input.name, made);
    const values = made.flatMap((node) => node.values);
    for (const { value } of values) requireLegal(input.name, value);
    const [only] = values;
    if (values.length === 1 && only !== undefined) known.set(keyOf(input), only.value);
  }
  return roots;
}

/** @throws ResolutionError when a value holds what the server refuses in any input */
export function requireLegal(name: string, value: string): void {
  const illegal = findIllegalString(value);
  if (illegal === undefined) return;
  throw new ResolutionError(`Input "${name}" has a value containing illegal string "${illegal}".`);
}

function givenValue(request: LaunchRequest, input: WrapperInputJson): string | undefined {
  const sent = request.values[input.name];
  if (sent !== undefined) return sent;
  return request.configuration.inputs?.[input.name]?.["default-value"] ?? input["default-value"];
}

function fits(
  request: LaunchRequest,
  input: WrapperInputJson,
  object: XnatObject,
  known: ReadonlyMap<string, string>,
  loaded: ReadonlySet<string> | undefined,
): boolean {
  const configured = request.configuration.inputs?.[input.name]?.matcher;
  let matcher = configured ?? input.matcher ?? "";
  for (const [key, value] of known) matcher = matcher.replaceAll(key, () => value);
  try {
    return matchesObject(matcher, asLoaded(object, loaded));
  } catch (error) {
    throw new ResolutionError(error instanceof Error ? error.message : String(error));
  }
}

function resolveExternal(
  request: LaunchRequest,
  input: ExternalInputJson,
  known: ReadonlyMap<string, string>,
  purpose: "launch" | "dialog",
): readonly ValueNode[] {
  const given = givenValue(request, input);
  if (given === undefined || given.trim() === "") return [];
  if (!objectTypes.has(input.type ?? "string")) {
    return [{ value: given, label: given, children: [] }];
  }
  const object = readObject(request, input, given);
  const types = loadedTypes(request.wrapper, input);
  const isWhole = given.startsWith("{") || (purpose === "launch" && types.size > 0);
  const loaded = isWhole ? undefined : types;
  if (object === undefined || !fits(request, input, object, known, loaded)) return [];
  return [{ value: object.uri, label: object.label || object.id, object, loaded, children: [] }];
}

/** A JSON object is taken as it is; a URI or an id is looked up and must be readable. */
function readObject(
  request: LaunchRequest,
  input: ExternalInputJson,
  given: string,
): XnatObject | undefined {
  if (given.startsWith("{")) return JSON.parse(given) as XnatObject;
  const uri = uriOf(given, input.type ?? "");
  const owner = findByUri(request.site, uri.replace(/\/resources\/.*$/, ""));
  if (owner === undefined) return undefined;
  if (!projectsOf(request.site, owner).some((project) => canRead(request.user, project))) {
    throw new ResolutionError(
      `User does not have permission to read ${input.type} with URI ${uri}.`,
    );
  }
  const object = describeUri(request.site, uri);
  const isSame =
    object?.type === input.type || (object?.type === "Session" && input.type === "SubjectAssessor");
  return isSame ? object : undefined;
}

function uriOf(given: string, type: string): string {
  if (given.startsWith("/archive")) return given;
  if (given.startsWith("/")) return `/archive${given}`;
  if (type === "Project") return `/archive/projects/${given}`;
  if (type === "Subject") return `/archive/subjects/${given}`;
  return `/archive/experiments/${given}`;
}

function deriveValues(
  request: LaunchRequest,
  input: DerivedInputJson,
  parent: ValueNode,
  known: ReadonlyMap<string, string>,
): readonly ValueNode[] {
  const { object } = parent;
  if (object === undefined) return [];
  const candidates = candidatesOf(request, input, parent, object, known);
  const given = givenValue(request, input);
  if (given === undefined || given === "") return candidates;
  const chosen = readValues(given);
  return candidates.filter(({ value, object: one }) =>
    [value, one?.uri, one?.id, one?.label, one?.directory, shortUri(one)].some(
      (name) => typeof name === "string" && chosen.includes(name),
    ),
  );
}

const shortUri = (object: XnatObject | undefined): string | undefined =>
  object?.uri.replace(/^\/archive/, "");

function candidatesOf(
  request: LaunchRequest,
  input: DerivedInputJson,
  parent: ValueNode,
  object: XnatObject,
  known: ReadonlyMap<string, string>,
): readonly ValueNode[] {
  const type = input.type ?? "string";
  const property = input["derived-from-xnat-object-property"];
  if (type === "string") return textNode(textOf(object, property ?? ""));
  if (type === "Directory" && object.type === "Resource") return textNode(object.directory ?? "");
  if (type === "File[]" && object.type === "Resource") {
    return textNode(
      childrenOf(object, "files")
        .map(({ uri }) => uri)
        .join(", "),
    );
  }
  const list = listOf[object.type]?.[type];
  const isUp = list === undefined;
  const loaded = isUp ? loadedTypes(request.wrapper, input) : parent.loaded;
  const found = isUp
    ? upwards(request, type, object)
    : childrenOf(asLoaded(object, parent.loaded), list);
  return found
    .filter((one) => fits(request, input, one, known, loaded))
    .map((one) => ({
      value: property === undefined ? one.uri : textOf(one, property),
      label: one.label || one.id,
      object: one,
      loaded,
      children: [],
    }));
}

function upwards(request: LaunchRequest, type: string, object: XnatObject): readonly XnatObject[] {
  // A scan knows no subject, a subject or resource no session.
  if (!parents.includes(type) || (type === "Subject" && object.type === "Scan")) return [];
  const found = parentOf(request.site, object, type);
  return found === undefined ? [] : [found];
}

const textNode = (text: string): readonly ValueNode[] =>
  text === "" ? [] : [{ value: text, label: text, children: [] }];

function textOf(object: XnatObject, property: string): string {
  const value = object[property];
  if (Array.isArray(value)) return value.join(", ");
  return value === undefined || value === null ? "" : String(value);
}

/** Project a launch belongs to when its URL names none: that of the first external input. */
export function projectIdOfInputs(
  request: Pick<LaunchRequest, "site">,
  roots: readonly InputNode[],
): string | undefined {
  for (const { object } of roots.flatMap(({ values }) => values)) {
    const owner = object === undefined ? undefined : findByUri(request.site, object.uri);
    if (owner !== undefined) return projectOf(request.site, owner).id;
  }
  return undefined;
}
