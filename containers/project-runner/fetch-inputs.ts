import { mkdir, readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { requireSafePath } from "#shared/files/safe-path.ts";
import type { Engine } from "./engine.ts";
import type { Place } from "./project-server.ts";
import type { Task } from "./settle-item.ts";

/** Label of the images of a scan. */
const imagesLabel = "DICOM";

/**
 * Fetches the files of a task into a folder for each option.
 *
 * @returns arguments that name the folders: `--input=...`
 * @throws XnatError;
 */
export async function fetchInputs(
  { server }: Pick<Engine, "server">,
  task: Task,
  folder: string,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const folderOf = (option: string) => join(folder, option.replace(/^-+/, ""));
  for (const { place, label, files, option, folder: below } of task.inputs) {
    const target = join(folderOf(option), below === "" ? "" : requireSafePath(below));
    await mkdir(target, { recursive: true });
    await server.download(place, label, target, files, signal);
  }
  const options = new Set(task.inputs.map(({ option }) => option));
  if (task.referenceOption !== undefined) {
    const collection = task.inputs.find(({ place }) => place.kind === "assessor");
    const drawn = collection === undefined ? folder : folderOf(collection.option);
    const fetched = await fetchReference(
      { server },
      task,
      folderOf(task.referenceOption),
      drawn,
      signal,
    );
    if (fetched > 0) options.add(task.referenceOption);
  }
  return [...options].map((option) => `${option}=${folderOf(option)}`);
}

/**
 * The scans a collection was drawn on, found by their series UID in its files; where none is named, every scan of the session. Laid
 * out as in the session's folder on the server: `<scan>/DICOM/...`.
 *
 * @returns how many scans were fetched
 */
async function fetchReference(
  { server }: Pick<Engine, "server">,
  { item }: Task,
  folder: string,
  drawn: string,
  signal: AbortSignal,
): Promise<number> {
  const { sessionId } = item.scan;
  const scans = await server.listSessionScans(sessionId);
  const named = await findNamed(
    drawn,
    scans.map(({ seriesUid }) => seriesUid),
  );
  const chosen = scans.filter(({ seriesUid }) => named.has(seriesUid));
  let fetched = 0;
  for (const { scanId } of chosen.length > 0 ? chosen : scans) {
    const place: Place = { kind: "scan", sessionId, scanId };
    const files = (await server.listFiles(place, imagesLabel)) ?? [];
    if (files.length === 0) continue;
    const target = join(folder, requireSafePath(scanId), imagesLabel);
    await mkdir(target, { recursive: true });
    await server.download(place, imagesLabel, target, files, signal);
    fetched += 1;
  }
  return fetched;
}

/** A collection larger than this is not searched; the whole session is then fetched. */
const largestSearched = 256 * 1024 * 1024;

/** Which of the UIDs stand in the files of a folder: in XML and in DICOM they are plain text. */
async function findNamed(folder: string, uids: readonly string[]): Promise<ReadonlySet<string>> {
  const named = new Set<string>();
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (!entry.isFile() || (await stat(path)).size > largestSearched) continue;
    const bytes = await readFile(path);
    for (const uid of uids) if (uid !== "" && holdsUid(bytes, uid)) named.add(uid);
  }
  return named;
}

/** Whether the UID stands there, and not as the beginning or end of a longer one. */
function holdsUid(bytes: Buffer, uid: string): boolean {
  const belongs = (byte: number | undefined) =>
    byte !== undefined && (byte === 0x2e || (byte >= 0x30 && byte <= 0x39));
  for (let at = bytes.indexOf(uid); at >= 0; at = bytes.indexOf(uid, at + 1)) {
    if (!belongs(bytes[at - 1]) && !belongs(bytes[at + uid.length])) return true;
  }
  return false;
}
