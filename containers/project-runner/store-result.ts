import type { Engine } from "./engine.ts";
import { findChanged, findMissing } from "./judge-existing.ts";
import { ItemError } from "./judge-failure.ts";
import { scanOf } from "./list-inputs.ts";
import {
  jsonFile,
  type Marker,
  markerName,
  type Pending,
  pendingName,
  type ResultFile,
} from "./marker.ts";
import type { LocalFile, Place, RemoteFile, ResourceKind } from "./project-server.ts";
import { copyBefore, finishReplacing, notStored } from "./replace-result.ts";
import type { Task } from "./settle-item.ts";

/** A file of a result and where it lies on this machine. */
export interface MadeFile extends ResultFile {
  readonly source: string;
}

/**
 * Stores a result: first the note that says which files are ours from now on, then the files, their check by listing, and the marker
 * last. A result of ours that is replaced is copied before and the copy removed after. Stopped anywhere, the next run goes on.
 *
 * @throws XnatError; ItemError E-NOT-STORED
 */
export async function storeResult(
  engine: Engine,
  task: Task,
  made: readonly MadeFile[],
): Promise<void> {
  const { server } = engine;
  const { item, targets, reportLabel, existing } = task;
  const place = scanOf(item);
  const fresh = existing.kind === "none";
  const files = made.map(({ source: _, ...file }) => file);
  const pending: Pending = {
    format: 1,
    ...{ key: item.key, runId: engine.runId, fingerprint: task.fingerprint, files },
    earlier: distinct(earlierFiles(task)),
  };
  const kindOf = (label: string): ResourceKind => {
    const target = targets.find((one) => one.label === label);
    return { format: target?.format ?? "", content: target?.content ?? "" };
  };
  const put = async (label: string, local: readonly LocalFile[], overwrite: boolean) =>
    server.upload(place, label, local, { ...kindOf(label), overwrite });

  await requireFree(engine, task, files);
  // Read back: without it, files that arrive would look like somebody else's.
  await putNote(server, place, reportLabel, jsonFile(pendingName, pending), kindOf(reportLabel));
  const before = replacedBy(task);
  if (before !== undefined) {
    await copyBefore(engine, item, before, copiedFiles(task), kindOf);
  }
  for (const { label } of targets) {
    await put(
      label,
      made.filter((file) => file.label === label),
      !fresh,
    );
  }
  const stored = await listTargets(engine, task);
  const missing = findMissing(files, stored);
  if (missing !== undefined) throw notStored(missing.label, missing.path);
  await deleteLeftovers(engine, task, pending, stored);

  await writeMarker(engine, task, files);
  await finishReplacing(engine, item, pending, reportLabel, targets);
}

/**
 * Writes the marker of a task whose files are stored and checked, and reads it back.
 *
 * @throws XnatError; ItemError E-NOT-STORED
 */
export async function writeMarker(
  { server, runId }: Pick<Engine, "server" | "runId">,
  { item, work, fingerprint, targets, reportLabel }: Task,
  files: readonly ResultFile[],
): Promise<void> {
  const { program, version, options, input } = work;
  const marker: Marker = {
    format: 1,
    ...{ key: item.key, runId, program, version, options, fingerprint, input, files },
  };
  const file = jsonFile(markerName, marker);
  const { format = "", content = "" } = targets.find(({ label }) => label === reportLabel) ?? {};
  const place = scanOf(item);
  await putNote(server, place, reportLabel, file, { format, content });
}

/**
 * Stores a note of ours and reads it back; one that is listed and cannot be read is put there anew.
 *
 * @throws XnatError; ItemError E-NOT-STORED
 */
async function putNote(
  server: Engine["server"],
  place: Place,
  label: string,
  note: ReturnType<typeof jsonFile>,
  kind: ResourceKind,
): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    await server.upload(place, label, [note], { ...kind, overwrite: true });
    const stored = await server.readText(place, label, note.path);
    if (stored === Buffer.from(note.source).toString("utf8")) return;
    if (attempt === 2) throw notStored(label, note.path);
    // A list that still shows it with its digest would keep it from being sent again.
    await server.deleteFiles(place, label, [note.path]);
  }
}

/** Files of the outputs of a task as they are listed now. */
export async function listTargets(
  { server }: Engine,
  { item, targets }: Pick<Task, "item" | "targets">,
): Promise<ReadonlyMap<string, readonly RemoteFile[]>> {
  const files = new Map<string, readonly RemoteFile[]>();
  for (const { label } of targets) {
    const list = await server.listFiles(scanOf(item), label);
    if (list !== undefined) files.set(label, list);
  }
  return files;
}

/** The complete result of ours that is there, if any: it is copied before the first of its files is replaced. */
function replacedBy({ existing }: Task): Marker | undefined {
  if (existing.kind === "ours-outdated") return existing.marker;
  return existing.kind === "interrupted" ? existing.replaces : undefined;
}

function earlierFiles(task: Task): readonly ResultFile[] {
  const { existing } = task;
  if (existing.kind === "ours-outdated") return [...existing.marker.files, ...copiedFiles(task)];
  return existing.kind === "interrupted" ? existing.earlier : [];
}

/** Files that a copy made by runs before may hold. */
function copiedFiles({ existing }: Task): readonly ResultFile[] {
  if (existing.kind === "interrupted") return existing.earlier;
  // A note that could not be deleted goes with a copy that could not.
  if (existing.kind !== "ours-outdated" || existing.pending === undefined) return [];
  return [...existing.pending.files, ...existing.pending.earlier];
}

/**
 * Between the judgement and now the program has run, and somebody may have stored a result of his own.
 *
 * @throws ItemError E-CHANGED-MEANWHILE
 */
async function requireFree(
  engine: Engine,
  task: Task,
  files: readonly ResultFile[],
): Promise<void> {
  const stored = await listTargets(engine, task);
  const earlier = earlierFiles(task);
  const changed = findChanged(stored, earlier);
  if (changed !== undefined) {
    const text = `${changed}, while this run worked on the scan; it was left alone.`;
    throw new ItemError("E-CHANGED-MEANWHILE", text, { repeatable: true });
  }
  const known = new Set(earlier.map(({ label, path }) => `${label}/${path}`));
  const own = new Set(files.map(({ label, path }) => `${label}/${path}`));
  for (const [label, list] of stored) {
    for (const { path } of list) {
      if (path === markerName || path === pendingName || known.has(`${label}/${path}`)) continue;
      if (task.existing.kind === "ours-outdated" && !own.has(`${label}/${path}`)) continue;
      throw new ItemError(
        "E-CHANGED-MEANWHILE",
        `${label}/${path} was stored by somebody else while this run worked on the scan; it was left alone.`,
        // Perhaps by another run of this program, whose result is then as good as ours.
        { repeatable: true },
      );
    }
  }
}

/** Files of earlier results of ours that the new one does not have. */
async function deleteLeftovers(
  { server }: Engine,
  { item, targets }: Task,
  { files, earlier }: Pending,
  stored: ReadonlyMap<string, readonly RemoteFile[]>,
): Promise<void> {
  const kept = new Set(files.map(({ label, path }) => `${label}/${path}`));
  for (const { label } of targets) {
    const ours = new Set(earlier.flatMap((file) => (file.label === label ? file.path : [])));
    const gone = (stored.get(label) ?? [])
      .map(({ path }) => path)
      .filter((path) => ours.has(path) && !kept.has(`${label}/${path}`));
    // Without the right to delete this fails, and the result stays unmarked: old maps among new ones would be measured.
    if (gone.length > 0) await server.deleteFiles(scanOf(item), label, gone);
  }
}

function distinct(files: readonly ResultFile[]): readonly ResultFile[] {
  const byIdentity = new Map(
    files.map((file) => [`${file.label}/${file.path}/${file.size}/${file.md5}`, file] as const),
  );
  return [...byIdentity.values()];
}
