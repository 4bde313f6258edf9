import { isSameWork, type Work } from "./fingerprint.ts";
import { type Marker, markerName, type Pending, pendingName, type ResultFile } from "./marker.ts";
import type { RemoteFile } from "./project-server.ts";

/** What lies at the place of a result. */
export type Existing =
  | { readonly kind: "none" }
  /** Ours, complete, of the same work. */
  | { readonly kind: "current"; readonly marker: Marker; readonly pending: Pending | undefined }
  /** Ours and complete, of other work. */
  | {
      readonly kind: "ours-outdated";
      readonly marker: Marker;
      readonly pending: Pending | undefined;
    }
  /** Not ours, or changed by somebody since. */
  | { readonly kind: "foreign"; readonly reason: string }
  /**
   * Begun by a run of ours that was stopped, or ours with files missing. `earlier` are the files of ours that may be there; `replaces`
   * is the result that was being replaced, as long as it is still complete.
   */
  | {
      readonly kind: "interrupted";
      readonly earlier: readonly ResultFile[];
      readonly replaces: Marker | undefined;
    };

/** What a place holds, as the server lists it. */
export interface FoundResult {
  /** By label; labels without a resource are missing. */
  readonly files: ReadonlyMap<string, readonly RemoteFile[]>;
  readonly marker: Marker | undefined;
  readonly pending: Pending | undefined;
}

/** What a result is, from what is stored at its place: nothing that is not certainly ours is taken for ours. */
export function judgeExisting({ files, marker, pending }: FoundResult, work: Work): Existing {
  const complete = marker !== undefined && isComplete(marker.files, files);
  if (pending !== undefined) {
    const finished = complete && marker.fingerprint === pending.fingerprint;
    if (finished) return judgeMarker(marker, work, pending);
    const ours = [...pending.files, ...pending.earlier, ...(marker?.files ?? [])];
    const strange = findStranger(files, ours);
    if (strange !== undefined) return { kind: "foreign", reason: strange };
    return { kind: "interrupted", earlier: ours, replaces: complete ? marker : undefined };
  }
  if (marker !== undefined) {
    if (complete) return judgeMarker(marker, work, undefined);
    const strange = findChanged(files, marker.files);
    // What is merely gone can be made again without touching anything.
    return strange === undefined
      ? { kind: "interrupted", earlier: marker.files, replaces: undefined }
      : { kind: "foreign", reason: strange };
  }
  const stored = listStored(files);
  const [first] = stored;
  if (first === undefined) return { kind: "none" };
  const count =
    stored.length === 1
      ? "a file of another origin is"
      : `${stored.length} files of another origin are`;
  const reason = `${count} there (${first.label}/${first.path})`;
  return { kind: "foreign", reason };
}

function judgeMarker(marker: Marker, work: Work, pending: Pending | undefined): Existing {
  if (isSameWork(marker, work)) return { kind: "current", marker, pending };
  return { kind: "ours-outdated", marker, pending };
}

/** Whether all files are there with their sizes, and their digests where the server has them. */
export function isComplete(
  wanted: readonly ResultFile[],
  files: ReadonlyMap<string, readonly RemoteFile[]>,
): boolean {
  return findMissing(wanted, files) === undefined;
}

/** The first file that is not there as it should be. */
export function findMissing(
  wanted: readonly ResultFile[],
  files: ReadonlyMap<string, readonly RemoteFile[]>,
): ResultFile | undefined {
  const present = new Map<string, RemoteFile>();
  for (const [label, list] of files)
    for (const file of list) present.set(`${label}/${file.path}`, file);
  return wanted.find((file) => {
    const found = present.get(`${file.label}/${file.path}`);
    return found === undefined || !isSame(found, file);
  });
}

/** Whether a listed file is the one that was stored, by size and, where both are known, digest. */
export function isSame(found: RemoteFile, { size, md5 }: ResultFile): boolean {
  const fits = found.size === size || found.size < 0;
  return fits && (found.digest === "" || md5 === "" || found.digest.toLowerCase() === md5);
}

/** A file that cannot come from a run of ours: of an unknown name, or larger or other than any we sent. */
function findStranger(
  files: FoundResult["files"],
  ours: readonly ResultFile[],
): string | undefined {
  const known = new Set(ours.map(({ label, path }) => `${label}/${path}`));
  const unknown = listStored(files).find(({ label, path }) => !known.has(`${label}/${path}`));
  if (unknown !== undefined) {
    return `${unknown.label}/${unknown.path} is of another origin, beside a result that was being stored`;
  }
  return findChanged(files, ours);
}

/**
 * A file under a name of ours that is none of ours. A full disk or a broken line leaves one file too short, no more: two of them are
 * somebody else's result.
 */
export function findChanged(
  files: FoundResult["files"],
  ours: readonly ResultFile[],
): string | undefined {
  const versions = new Map<string, ResultFile[]>();
  for (const file of ours) {
    const name = `${file.label}/${file.path}`;
    versions.set(name, [...(versions.get(name) ?? []), file]);
  }
  let cutOff = 0;
  for (const { label, path, file } of listStored(files)) {
    const own = versions.get(`${label}/${path}`);
    if (own === undefined || own.some((one) => isSame(file, one))) continue;
    if (own.some((one) => file.size < one.size)) cutOff += 1;
    if (cutOff === 1 && own.some((one) => file.size < one.size)) continue;
    return `${label}/${path} was changed after it was stored`;
  }
  return undefined;
}

function listStored(files: FoundResult["files"]) {
  return [...files].flatMap(([label, list]) =>
    list
      .filter(({ path }) => path !== markerName && path !== pendingName)
      .map((file) => ({ label, path: file.path, file })),
  );
}
