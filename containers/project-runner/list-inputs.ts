import type { Item } from "./item.ts";
import type { InputFile } from "./marker.ts";
import type { Program, ProgramMount } from "./programs.ts";
import type { ListedResource, Place, ProjectServer, RemoteFile } from "./project-server.ts";

/** A resource to fetch for an item. */
export interface InputResource {
  readonly place: Place;
  readonly label: string;
  readonly files: readonly RemoteFile[];
  /** Option of the program that takes the folder. */
  readonly option: string;
  /** Folder below that of the option; "" where the resource is all there is. */
  readonly folder: string;
}

/** What an item is made from, or what it lacks. */
export type Inputs =
  | { readonly missing: string }
  | {
      readonly resources: readonly InputResource[];
      readonly files: readonly InputFile[];
      /** Option that takes the series regions were drawn on, where the program wants it: found when the regions are here. */
      readonly referenceOption: string | undefined;
    };

/** Place of the item's scan. */
export function scanOf({ scan }: Item): Place {
  return { kind: "scan", sessionId: scan.sessionId, scanId: scan.scanId };
}

/**
 * The files an item is made from, as the mounts of its program's command ask for them.
 *
 * The series that regions were drawn on is not among them: it is named by UID inside the collection, which is.
 */
export async function listInputs(
  server: ProjectServer,
  program: Program,
  item: Item,
  scanResources: readonly ListedResource[],
): Promise<Inputs> {
  const resources: InputResource[] = [];
  for (const mount of program.mounts) {
    const found = await listMount(server, mount, item, scanResources);
    if (typeof found === "string") return { missing: found };
    resources.push(...found);
  }
  const files = resources
    .flatMap(({ place, label, files }) =>
      files.map(({ path, size, digest }) => ({
        path: `${place.kind === "assessor" ? `${place.assessorId}/` : ""}${label}/${path}`,
        ...{ size, digest },
      })),
    )
    // The server lists them in any order.
    .sort((a, b) => (a.path < b.path ? -1 : 1));
  const session = program.mounts.find(({ from }) => from.kind === "session");
  return { resources, files, referenceOption: session?.option };
}

/** The resources of one mount, or what is missing. */
async function listMount(
  server: ProjectServer,
  { option, from }: ProgramMount,
  item: Item,
  scanResources: readonly ListedResource[],
): Promise<readonly InputResource[] | string> {
  if (from.kind === "session") return [];
  const place: Place =
    from.kind === "assessor"
      ? { kind: "assessor", sessionId: item.scan.sessionId, assessorId: item.assessorId }
      : scanOf(item);
  const present = from.kind === "assessor" ? await server.listResources(place) : scanResources;
  const labels = [...new Set(present.map(({ label }) => label))].filter(
    (label) => from.kind === "assessor" || from.labels.includes(label),
  );
  const found: InputResource[] = [];
  for (const label of labels) {
    const files = (await server.listFiles(place, label)) ?? [];
    if (files.length === 0) continue;
    const folder = from.kind === "assessor" || labels.length > 1 ? label : "";
    found.push({ place, label, files, option, folder });
  }
  if (found.length > 0) return found;
  if (from.kind === "assessor") return `the ROI collection ${item.assessorId} has no files`;
  const wanted = from.labels.join(" or ");
  return labels.length === 0 ? `the scan has no resource ${wanted}` : `its ${wanted} has no files`;
}
