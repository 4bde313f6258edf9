import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { requireSafePath } from "#shared/files/safe-path.ts";
import type { Log } from "#shared/program/log.ts";
import { isXnatError } from "#shared/xnat/xnat-error.ts";
import type { Engine } from "./engine.ts";
import type { Item } from "./item.ts";
import { itemFolder } from "./item-folder.ts";
import { findMissing, isSame } from "./judge-existing.ts";
import { ItemError } from "./judge-failure.ts";
import { scanOf } from "./list-inputs.ts";
import { type Marker, type Pending, pendingName, type ResultFile } from "./marker.ts";
import type { RemoteFile, ResourceKind } from "./project-server.ts";

/** Label of the copy of a result that is being replaced. */
export function copyLabel(label: string): string {
  return `${label}_BEFORE`;
}

/**
 * Copies a complete result of ours to resources of its own before the first of its files is replaced; a copy that was begun is
 * finished. The files go through the work folder, one resource at a time.
 *
 * @param known - files of ours that may lie in the copy already
 * @throws ItemError E-COPY-IN-THE-WAY when somebody else's files lie there; XnatError
 */
export async function copyBefore(
  engine: Engine,
  item: Item,
  { files }: Marker,
  known: readonly ResultFile[],
  kindOf: (label: string) => ResourceKind,
): Promise<void> {
  const { server } = engine;
  const place = scanOf(item);
  for (const label of new Set(files.map((file) => file.label))) {
    const own = files.filter((file) => file.label === label);
    const copy = copyLabel(label);
    const present = (await server.listFiles(place, copy)) ?? [];
    const sizes = new Map<string, number>();
    for (const file of known.filter((one) => one.label === label)) {
      sizes.set(file.path, Math.max(file.size, sizes.get(file.path) ?? 0));
    }
    const strange = present.find(({ path, size }) => size > (sizes.get(path) ?? -1));
    if (strange !== undefined) {
      throw new ItemError(
        "E-COPY-IN-THE-WAY",
        `The result cannot be replaced: its copy would go to ${copy}, where ${strange.path} of another origin lies.`,
      );
    }
    const wanted = own.map((file) => ({ ...file, label: copy }));
    const isThere = (file: ResultFile) =>
      findMissing([{ ...file, label: copy }], new Map([[copy, present]])) === undefined;
    const todo = own.filter((file) => !isThere(file));
    if (todo.length === 0) continue;
    const folder = join(itemFolder(engine, item, "copies"), label);
    try {
      await mkdir(folder, { recursive: true });
      const sources = todo.map(({ path, size, md5 }) => ({ path, size, digest: md5 }));
      await server.download(place, label, folder, sources);
      const upload = todo.map(({ path, size }) => ({
        ...{ path, size },
        source: join(folder, requireSafePath(path)),
      }));
      await server.upload(place, copy, upload, { ...kindOf(label), overwrite: true });
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
    const stored = (await server.listFiles(place, copy)) ?? [];
    const missing = findMissing(wanted, new Map([[copy, stored]]));
    if (missing !== undefined) throw notStored(copy, missing.path);
  }
}

/**
 * Ends a replacement whose marker is there: removes the copies and the note, in this order, so that a copy without a note is never
 * ours.
 *
 * Members of a project may not delete: for them both stay, and the note goes on to say whose the copies are.
 */
export async function finishReplacing(
  { server, log }: Pick<Engine, "server" | "log">,
  item: Item,
  pending: Pending | undefined,
  reportLabel: string,
  targets: readonly { readonly label: string }[],
): Promise<void> {
  if (pending === undefined) return;
  const place = scanOf(item);
  const removed = await ifAllowed(log, item, async () => {
    if (pending.earlier.length > 0) {
      const ours = [...pending.earlier, ...pending.files];
      for (const { label } of targets) {
        const copy = copyLabel(label);
        const files = await server.listFiles(place, copy);
        const isOurs = (file: RemoteFile) =>
          ours.some((one) => one.label === label && one.path === file.path && isSame(file, one));
        // Files somebody else put there or changed stay, and so does the resource.
        if (files?.every(isOurs) === true) await server.deleteResource(place, copy);
      }
    }
  });
  if (removed) {
    await ifAllowed(log, item, () => server.deleteFiles(place, reportLabel, [pendingName]));
  }
}

/** Deletes where the user may; copies and notes that must stay do no harm. */
async function ifAllowed(
  log: Pick<Log, "warn">,
  item: Item,
  remove: () => Promise<void>,
): Promise<boolean> {
  try {
    await remove();
    return true;
  } catch (error) {
    if (!isXnatError(error, "forbidden")) throw error;
    const text = "files of a run before stay, since this user may not delete";
    log.warn({}, `${item.scan.sessionLabel} scan ${item.scan.scanId}: ${text}`);
    return false;
  }
}

/** XNAT said that a file is stored, and does not list it as it was sent. */
export function notStored(label: string, path: string): ItemError {
  return new ItemError(
    "E-NOT-STORED",
    `XNAT said that ${path} is stored in ${label}, but it is not there as it was sent.`,
    { repeatable: true, origin: "xnat" },
  );
}
