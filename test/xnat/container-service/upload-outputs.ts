import { randomUUID } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { basename, dirname, join, relative } from "node:path";
import { findByUri, sessionOf } from "../find.ts";
import { addAssessor, addScan } from "../records.ts";
import { addResource, findResource } from "../resources.ts";
import type { ContainerRecord, Owner, Session } from "../site.ts";
import { type NewFile, storeFiles } from "../stored-files.ts";
import { describeOwner } from "./resolve/objects.ts";
import type { ResolvedOutput } from "./resolve/resolve-command.ts";
import type { ContainerOrder } from "./run-container.ts";
import type { StagedMount } from "./stage-mounts.ts";

/**
 * Puts what a container wrote where its handlers say, in their order.
 *
 * @returns why a required output could not be stored; a failed optional one is nobody's business
 */
export async function uploadOutputs(
  order: ContainerOrder,
  record: ContainerRecord,
  mounts: readonly StagedMount[],
): Promise<string | undefined> {
  const made = new Map<string, Owner>();
  for (const [at, output] of order.resolved.outputs.entries()) {
    try {
      const created = await uploadOutput(order, output, mounts, made);
      const shown = record.outputs[at];
      if (shown !== undefined) shown.created = created.replace(/^\/archive/, "");
    } catch (error) {
      if (output.required) return error instanceof Error ? error.message : String(error);
    }
  }
  return undefined;
}

async function uploadOutput(
  order: ContainerOrder,
  output: ResolvedOutput,
  mounts: readonly StagedMount[],
  made: Map<string, Owner>,
): Promise<string> {
  const { site } = order;
  const mount = mounts.find(({ name }) => name === output.mount);
  const owner = ownerOf(order, output, made);
  if (mount === undefined || owner === undefined) {
    throw new Error(`Cannot upload output "${output.name}".`);
  }
  const path = join(mount.source, output.path);
  const type = output.handler.type ?? "Resource";
  if (type !== "Resource") {
    const record = makeFromXml(order, owner, type, path);
    made.set(output.handler.name, record);
    return describeOwner(site, record).uri;
  }
  const resource =
    findResource(owner, output.label) ??
    (await addResource(site, owner, output.label, {
      ...{ format: output.format, content: output.content, tags: output.tags },
    }));
  await storeFiles(site, resource, filesOf(path), { overwrite: true, user: order.user.login });
  return `${describeOwner(site, owner).uri}/resources/${output.label}`;
}

function ownerOf(
  { site }: ContainerOrder,
  { parent }: ResolvedOutput,
  made: ReadonlyMap<string, Owner>,
): Owner | undefined {
  if (typeof parent === "string") return made.get(parent);
  return findByUri(site, parent.uri.replace(/\/resources\/.*$/, ""));
}

/**
 * Every direct child goes up, folders with their structure. An empty folder leaves an odd empty entry.
 *
 * @throws Error when there is nothing at the path
 */
function* filesOf(path: string): Generator<NewFile> {
  if (statSync(path, { throwIfNoEntry: false }) === undefined) {
    throw new Error(`Unable to upload: no such file or directory ${basename(path)}`);
  }
  if (statSync(path).isFile()) return yield { path: basename(path), source: readFileSync(path) };
  let isEmpty = true;
  for (const entry of readdirSync(path, { recursive: true, withFileTypes: true })) {
    isEmpty = false;
    if (!entry.isFile()) continue;
    const file = join(entry.parentPath, entry.name);
    yield { path: relative(path, file), source: readFileSync(file) };
  }
  if (isEmpty) yield { path: randomUUID(), source: "" };
}

/** Assessors and scans come as one XML file. @throws Error for none or several */
function makeFromXml(
  { site }: ContainerOrder,
  owner: Owner,
  type: "Assessor" | "Scan",
  path: string,
): Owner {
  const isFile = statSync(path, { throwIfNoEntry: false })?.isFile() === true;
  const folder = isFile ? dirname(path) : path;
  const all = isFile ? [basename(path)] : readdirSync(path);
  const found = all.filter((name) => name.endsWith(".xml"));
  const [name] = found;
  if (found.length !== 1 || name === undefined) {
    throw new Error(
      `Expecting precisely one xml file to upload for ${type}; found ${found.length === 0 ? "none" : found.join(", ")}`,
    );
  }
  const session = requireSession(site, owner);
  const xml = readFileSync(join(folder, name), "utf8");
  const [, element = "", attributes = ""] = /<([A-Za-z]\w*:\w+)\s([^>]*)>/.exec(xml) ?? [];
  const attribute = (key: string): string =>
    new RegExp(`\\b${key}="([^"]*)"`).exec(attributes)?.[1] ?? "";
  const id = attribute("ID");
  const xsiType = attribute("xsi:type") || element.replace(/^(\w+):(\w+)$/, typeName);
  if (type === "Scan") return addScan(site, session, { id, xsiType, type: attribute("type") });
  const given = { label: attribute("label") || id, xsiType };
  return addAssessor(site, session, id === "" ? given : { ...given, id });
}

const typeName = (_: string, prefix: string, name: string): string =>
  `${prefix}:${name.charAt(0).toLowerCase()}${name.slice(1)}Data`;

function requireSession(site: ContainerOrder["site"], owner: Owner): Session {
  if (owner.kind === "session") return owner;
  if (owner.kind === "scan" || owner.kind === "assessor") return sessionOf(site, owner);
  throw new Error(`A ${owner.kind} has no scans or assessors.`);
}
