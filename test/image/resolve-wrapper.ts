import { existsSync } from "node:fs";
import { join } from "node:path";
import type { CommandJson, DerivedInputJson, ExternalInputJson } from "#command-json/schema.ts";
import { resolveCommandLine } from "#test/command-json/resolve-command-line.ts";
import { splitCommandLine } from "#test/command-json/shell-split.ts";
import type { Launch, Mount } from "./launch.ts";
import { matches } from "./match-object.ts";

/** A scan in the archive: its id, and the folder of each of its resources by label. */
export interface ArchiveScan {
  readonly id: string;
  readonly resources: Readonly<Record<string, string>>;
}

/** A ROI collection, or another assessor. */
export interface ArchiveAssessor {
  readonly id: string;
  readonly label: string;
  readonly xsiType: string;
}

/** A session in the archive, with the ids XNAT knows of it. */
export interface ArchiveSession {
  readonly id: string;
  readonly projectId: string;
  readonly subjectId: string;
  readonly scans: readonly ArchiveScan[];
  readonly assessors?: readonly ArchiveAssessor[];
  /** Its folder, where a program is shown it. */
  readonly folder?: string;
}

/** What a user does in XNAT: from which page the command is started, what is chosen in the menus, with which values. */
export interface Click {
  readonly level: "scan" | "session" | "assessor";
  readonly session: ArchiveSession;
  /** Of the page, or chosen; nothing is chosen in a bulk launch. */
  readonly scanId?: string;
  /** Of the scan the regions were drawn on, where a menu asks for it. */
  readonly referenceScanId?: string | undefined;
  readonly assessorId?: string;
  readonly given?: Readonly<Record<string, string>>;
}

/** A launch, and where its results go. */
export interface ResolvedLaunch extends Launch {
  readonly uploads: readonly {
    /** Below the output folder. */
    readonly path: string;
    /** Label of the resource. */
    readonly label: string;
    /** Id of the object that gets the resource. */
    readonly below: string;
  }[];
}

type Found =
  | { readonly type: "Session"; readonly id: string }
  | { readonly type: "Scan"; readonly id: string; readonly scan: ArchiveScan }
  | { readonly type: "Assessor"; readonly id: string; readonly label: string }
  | { readonly type: "Resource"; readonly id: string; readonly folder: string }
  | { readonly type: "string"; readonly id: string };

const pages = {
  scan: "xnat:mrScanData",
  session: "xnat:mrSessionData",
  assessor: "icr:roiCollectionData",
} as const;

/**
 * Mounts, variables and arguments that the Container Service makes of a command.json alone: the inputs of the wrapper
 * of that page one after the other, each from its parent.
 *
 * @param output - folder for the writable mount
 * @throws Error when the wrapper does not lead to a launch, in the words of the server where it has some
 */
export function resolveWrapper(command: CommandJson, click: Click, output: string): ResolvedLaunch {
  if (command["override-entrypoint"] !== false) throw new Error("the entrypoint is overridden");
  const context = pages[click.level];
  const wrapper = command.xnat?.find(({ contexts }) => contexts.includes(context));
  const [external] = wrapper?.["external-inputs"] ?? [];
  if (wrapper === undefined || external === undefined) throw new Error(`no wrapper on ${context}`);
  const found = new Map<string, Found>();
  const folders = new Map<string, string>();
  for (const input of [external, ...(wrapper["derived-inputs"] ?? [])]) {
    const value = resolveInput(input, found, click);
    found.set(input.name, value);
    const mount = input["provides-files-for-command-mount"];
    if (mount !== undefined) folders.set(mount, folderOf(value, mount, click.session));
  }
  const fill = (text: string) =>
    text.replaceAll(/#([\w-]+)#/g, (_, key: string) => found.get(key)?.id ?? "");
  const variables = Object.entries(command["environment-variables"] ?? {}).map(
    ([name, text]) => [name, fill(text)] as const,
  );
  const mounts = (command.mounts ?? []).map(({ name, path, writable }): Mount => {
    const source = writable === true ? output : folders.get(name);
    if (source === undefined) throw new Error(`nothing is mounted on ${path}`);
    return { source, target: path, writable: writable === true };
  });
  const uploads = (wrapper["output-handlers"] ?? []).map((handler) => ({
    path:
      command.outputs?.find(({ name }) => name === handler["accepts-command-output"])?.path ?? "",
    label: fill(handler.label ?? ""),
    below: found.get(handler["as-a-child-of"])?.id ?? "",
  }));
  return {
    image: command.image,
    args: splitCommandLine(resolveCommandLine(command, click.given ?? {})),
    mounts,
    environment: Object.fromEntries(variables),
    uploads,
  };
}

/** The one value of an input: what its parent has, as far as it matches, and of that what the user chose. */
function resolveInput(
  input: ExternalInputJson | DerivedInputJson,
  found: ReadonlyMap<string, Found>,
  click: Click,
): Found {
  const candidates = candidatesOf(input, found, click);
  const choice = chosenOf(click)[input.name];
  const chosen = candidates.filter(({ id }) => choice === undefined || id === choice);
  if (candidates.length > 0 && chosen.length === 0) {
    throw new Error(`${input.name} ${choice} is not offered`);
  }
  const [value] = chosen;
  if (value === undefined) {
    throw new Error(`Input "${input.name}" could not be resolved for this item.`);
  }
  if (chosen.length > 1) {
    throw new Error(`Input "${input.name}"  does not have a unique, resolved value`);
  }
  return value;
}

/** By the name of the input, as a launch sends what was chosen. */
function chosenOf(click: Click): Readonly<Record<string, string | undefined>> {
  return {
    scan: click.scanId,
    "reference-scan": click.referenceScanId,
    assessor: click.assessorId,
  };
}

function candidatesOf(
  input: ExternalInputJson | DerivedInputJson,
  found: ReadonlyMap<string, Found>,
  { session }: Click,
): readonly Found[] {
  const parent =
    "derived-from-wrapper-input" in input
      ? found.get(input["derived-from-wrapper-input"])
      : undefined;
  const { type, matcher } = input;
  if (type === "Session") return [{ type, id: session.id }];
  if (type === "Scan") {
    const offered = session.scans.filter(({ id, resources }) =>
      matches(matcher, { label: id, xsiType: pages.scan, resources: Object.keys(resources) }),
    );
    return offered.map((scan) => ({ type, id: scan.id, scan }));
  }
  if (type === "Assessor") {
    // Its resources are not loaded on every page: a matcher must not ask for them.
    const all = session.assessors ?? [];
    const offered = all.filter((assessor) => matches(matcher, { ...assessor, resources: [] }));
    return offered.map(({ id, label }) => ({ type, id, label }));
  }
  if (type === "Resource" && parent?.type === "Scan") {
    const all = Object.entries(parent.scan.resources);
    return all
      .filter(([label]) => matches(matcher, { label, xsiType: "", resources: [] }))
      .map(([label, folder]) => ({ type, id: label, folder }));
  }
  if (type === "string" && "derived-from-xnat-object-property" in input) {
    const property = input["derived-from-xnat-object-property"] ?? "";
    const value = propertiesOf(parent, session)[property];
    return value === undefined ? [] : [{ type, id: value }];
  }
  throw new Error(`the input ${input.name} cannot be derived`);
}

/** What the server tells of an object; a scan knows no subject. */
function propertiesOf(
  parent: Found | undefined,
  session: ArchiveSession,
): Readonly<Record<string, string | undefined>> {
  const ids = { id: parent?.id, "project-id": session.projectId };
  if (parent?.type === "Session") return { ...ids, "subject-id": session.subjectId };
  return { ...ids, "session-id": session.id };
}

/** The folder the server mounts for an object; that of an assessor is named by its label. */
function folderOf(value: Found, mount: string, session: ArchiveSession): string {
  if (value.type === "Resource") return value.folder;
  const below = value.type === "Assessor" ? join("ASSESSORS", value.label) : "";
  const folder = session.folder === undefined ? undefined : join(session.folder, below);
  if (folder === undefined || !existsSync(folder)) {
    throw new Error(`Mount "${mount}" should have a root path but does not.`);
  }
  return folder;
}
