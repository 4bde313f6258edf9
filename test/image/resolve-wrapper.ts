import type { CommandJson, DerivedInputJson } from "#command-json/schema.ts";
import { resolveCommandLine } from "#test/command-json/resolve-command-line.ts";
import { splitCommandLine } from "#test/command-json/shell-split.ts";
import type { Launch, Mount } from "./launch.ts";

/** A scan in the archive: its id, and the folder of each of its resources by label. */
export interface ArchiveScan {
  readonly id: string;
  readonly resources: Readonly<Record<string, string>>;
}

/** A session in the archive, with the ids XNAT knows of it. */
export interface ArchiveSession {
  readonly id: string;
  readonly projectId: string;
  readonly subjectId: string;
  readonly scans: readonly ArchiveScan[];
}

/** What a user does in XNAT: from which page the command is started, on which scan, with which values. */
export interface Click {
  readonly level: "scan" | "session";
  readonly session: ArchiveSession;
  readonly scanId: string;
  readonly given?: Readonly<Record<string, string>>;
}

type Found =
  | { readonly type: "Session"; readonly session: ArchiveSession }
  | { readonly type: "Scan"; readonly session: ArchiveSession; readonly scan: ArchiveScan }
  | { readonly type: "Resource"; readonly folder: string }
  | { readonly type: "string"; readonly value: string };

/**
 * Mounts, variables and arguments that the Container Service makes of a command.json alone: the inputs of the wrapper
 * of that page one after the other, each from its parent.
 *
 * @param output - folder for the writable mount
 * @throws Error when the wrapper does not lead to a launch
 */
export function resolveWrapper(command: CommandJson, click: Click, output: string): Launch {
  if (command["override-entrypoint"] !== false) throw new Error("the entrypoint is overridden");
  const context = click.level === "scan" ? "xnat:mrScanData" : "xnat:mrSessionData";
  const wrapper = command.xnat?.find(({ contexts }) => contexts.includes(context));
  const [external] = wrapper?.["external-inputs"] ?? [];
  if (wrapper === undefined || external === undefined) throw new Error(`no wrapper on ${context}`);
  const { session } = click;
  const found = new Map<string, Found>();
  const scan = findScan(session, click.scanId, external.matcher);
  const root: Found =
    external.type === "Scan" ? { type: "Scan", session, scan } : { type: "Session", session };
  found.set(external.name, root);
  const folders = new Map<string, string>();
  for (const input of wrapper["derived-inputs"] ?? []) {
    const value = derive(input, found.get(input["derived-from-wrapper-input"]), click);
    found.set(input.name, value);
    const mount = input["provides-files-for-command-mount"];
    if (mount !== undefined && value.type === "Resource") folders.set(mount, value.folder);
  }
  const variables = Object.entries(command["environment-variables"] ?? {}).map(
    ([name, text]) =>
      [name, text.replaceAll(/#([\w-]+)#/g, (_, key) => textOf(found, key))] as const,
  );
  const mounts = (command.mounts ?? []).map(({ name, path, writable }): Mount => {
    const source = writable === true ? output : folders.get(name);
    if (source === undefined) throw new Error(`nothing is mounted on ${path}`);
    return { source, target: path, writable: writable === true };
  });
  return {
    image: command.image,
    args: splitCommandLine(resolveCommandLine(command, click.given ?? {})),
    mounts,
    environment: Object.fromEntries(variables),
  };
}

function derive(input: DerivedInputJson, parent: Found | undefined, click: Click): Found {
  const { type, matcher } = input;
  if (type === "Scan" && parent?.type === "Session") {
    const { session } = parent;
    return { type, session, scan: findScan(session, click.scanId, matcher) };
  }
  if (type === "Session" && parent?.type === "Scan") return { type, session: parent.session };
  if (type === "Resource" && parent?.type === "Scan") {
    const matching = Object.entries(parent.scan.resources).filter(([label]) =>
      matcher?.includes(`'${label}'`),
    );
    const [resource] = matching;
    if (matching.length !== 1) throw new Error(`${matching.length} resources match ${matcher}`);
    return { type, folder: resource![1] };
  }
  if (type === "string" && (parent?.type === "Scan" || parent?.type === "Session")) {
    const { session } = parent;
    const value = {
      id: parent.type === "Scan" ? parent.scan.id : session.id,
      "session-id": session.id,
      "project-id": session.projectId,
      // A scan knows no subject.
      "subject-id": parent.type === "Session" ? session.subjectId : undefined,
    }[input["derived-from-xnat-object-property"] ?? ""];
    if (value !== undefined) return { type, value };
  }
  throw new Error(`the input ${input.name} cannot be derived`);
}

/** The scan a user chose, when it is offered: it has the resources its matcher names. */
function findScan(session: ArchiveSession, id: string, matcher = ""): ArchiveScan {
  const labels = [...matcher.matchAll(/'([^']+)' in @\.resources\[\*\]\.label/g)];
  const scan = session.scans.find((one) => one.id === id);
  if (scan === undefined || !labels.every(([, label]) => label! in scan.resources)) {
    throw new Error(`scan ${id} is not offered`);
  }
  return scan;
}

function textOf(found: ReadonlyMap<string, Found>, name: string): string {
  const value = found.get(name);
  return value?.type === "string" ? value.value : "";
}
