import type { CommandJson } from "#command-json/schema.ts";
import { requireUnique } from "../xnat/container-service/resolve/require-values.ts";
import { wrapperInputsOf } from "../xnat/container-service/resolve/resolution.ts";
import { resolveCommand } from "../xnat/container-service/resolve/resolve-command.ts";
import { resolveInputs } from "../xnat/container-service/resolve/resolve-inputs.ts";
import type { Launch, Mount } from "./launch.ts";
import type { Archive } from "./read-archive.ts";

/** What a user does in XNAT: from which page the command is started, what is chosen in the menus, with which values. */
export interface Click {
  readonly level: "scan" | "session" | "assessor";
  readonly archive: Archive;
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

const pages = {
  scan: "xnat:mrScanData",
  session: "xnat:mrSessionData",
  assessor: "icr:roiCollectionData",
} as const;

/**
 * Mounts, variables and arguments that the simulated Container Service makes of a command.json, with the folder of the
 * results chosen by the test.
 *
 * @param output - folder for the writable mount
 * @throws Error when the wrapper does not lead to a launch, in the words of the server
 */
export function resolveClick(command: CommandJson, click: Click, output: string): ResolvedLaunch {
  if (command["override-entrypoint"] !== false) throw new Error("the entrypoint is overridden");
  const { site, session, user } = click.archive;
  const wrapper = command.xnat?.find(({ contexts }) => contexts.includes(pages[click.level]));
  if (wrapper === undefined) throw new Error(`no wrapper on ${pages[click.level]}`);
  const inputs = new Set(wrapperInputsOf(wrapper).map(({ name }) => name));
  const chosen = Object.entries(urisOf(click)).filter(([name]) => inputs.has(name));
  const request = {
    ...{ site, user, command, wrapper, configuration: {} },
    project: site.projects.get(session.project),
    values: { ...click.given, ...Object.fromEntries(chosen) },
  };
  // The dialog comes first, and knows less of the archive.
  requireUnique(request, resolveInputs(request, "dialog"));
  const resolved = resolveCommand(request);
  return {
    image: resolved.image,
    args: resolved.args,
    mounts: resolved.mounts.map(({ path, writable, object }): Mount => {
      const source = writable ? output : (object?.directory ?? "");
      return { source, target: path, writable };
    }),
    environment: Object.fromEntries(resolved.environment),
    uploads: resolved.outputs.map(({ path, label, parent }) => ({
      ...{ path, label, below: typeof parent === "string" ? parent : parent.id },
    })),
  };
}

/** What the page sends, by the name of the input. */
function urisOf(click: Click): Readonly<Record<string, string>> {
  const session = `/archive/experiments/${click.archive.session.id}`;
  const places = [
    ["session", click.level === "session" ? session : undefined],
    ["scan", click.scanId && `${session}/scans/${click.scanId}`],
    ["reference-scan", click.referenceScanId && `${session}/scans/${click.referenceScanId}`],
    ["assessor", click.assessorId && `${session}/assessors/${click.assessorId}`],
  ] as const;
  return Object.fromEntries(
    places.flatMap(([name, uri]) => (uri === undefined ? [] : [[name, uri]])),
  );
}
