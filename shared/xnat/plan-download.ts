import { createReadStream } from "node:fs";
import { lstat } from "node:fs/promises";
import { findClash, placeBelow, quote, unsafe } from "#shared/files/safe-path.ts";
import { type Digests, digestSource } from "./digest.ts";
import type { ListedFile } from "./files.ts";
import { complain } from "./judge-answer.ts";
import { fileSegments, type OwnerPath, resourceSegments } from "./owner-path.ts";

/** A file that is to come. */
export interface PlannedFile {
  readonly path: string;
  readonly size: number | undefined;
  readonly digest: string | undefined;
  /** Of the request for it. */
  readonly address: readonly string[];
  /** Absolute. */
  readonly target: string;
}

/** What a download means to fetch, and what it says of the resource. */
export interface DownloadPlan {
  readonly files: readonly PlannedFile[];
  /** Whether one zip can bring them: not where two resources share the label. */
  readonly byZip: boolean;
  readonly warnings: readonly string[];
}

/**
 * The files of a listing with their places below `folder`; nothing has been fetched yet, and nothing is fetched when one of
 * them is refused: a resource with a trick in it is not to be trusted with the rest.
 *
 * @param wanted - paths; all when undefined
 * @throws XnatError "protocol" for names that lead elsewhere, "conflict" for two files of one name, "not-found"
 */
export function planDownload(
  owner: OwnerPath,
  label: string,
  listed: readonly ListedFile[],
  folder: string,
  wanted?: readonly string[],
): DownloadPlan {
  const address = [...resourceSegments(owner, label), "files"];
  const ids = new Set(listed.map(({ resourceId }) => resourceId));
  const byPath = new Map<string, ListedFile>();
  for (const file of listed) {
    const reason = unsafe(file.path);
    if (reason !== undefined) {
      throw complain(
        "protocol",
        { method: "GET", path: address },
        {
          found: `the file name ${quote(file.path)} is refused: ${reason}`,
          hint: "Look at the resource in XNAT and rename the file.",
        },
      );
    }
    const other = byPath.get(file.path);
    if (other !== undefined && !sameBytes(other, file)) {
      throw complain(
        "conflict",
        { method: "GET", path: address },
        {
          found: `${quote(file.path)} is listed twice, in the resources ${other.resourceId} and ${file.resourceId} of one label`,
          hint: "Delete or rename one of the two resources in XNAT.",
          rule: "D8",
        },
      );
    }
    byPath.set(file.path, other ?? file);
  }
  const clash = findClash([...byPath.keys()]);
  if (clash !== undefined) {
    throw complain(
      "protocol",
      { method: "GET", path: address },
      {
        found: `the file names ${quote(clash[0])} and ${quote(clash[1])} cannot lie in one folder everywhere`,
        hint: "Rename one of them in XNAT.",
      },
    );
  }
  const missing = wanted?.find((path) => !byPath.has(path));
  if (missing !== undefined) {
    throw complain(
      "not-found",
      { method: "GET", path: address },
      {
        found: `there is no file ${quote(missing)}`,
        hint: "Has it been deleted since it was listed?",
      },
    );
  }
  const chosen = wanted === undefined ? undefined : new Set(wanted);
  const files = [...byPath.values()]
    .filter(({ path }) => chosen?.has(path) ?? true)
    .map(({ path, size, digest, resourceId }) => ({
      path,
      size,
      digest,
      // An id where the label means two; a blank or odd one is never put into an address.
      address: fileSegments(
        owner,
        ids.size > 1 && /^\d+$/.test(resourceId) ? resourceId : label,
        path,
      ),
      target: placeBelow(folder, path) as string,
    }));
  const warnings =
    ids.size > 1
      ? [`${ids.size} resources share the label ${label} (${[...ids].join(", ")}); all were taken.`]
      : [];
  // A zip brings all files of a resource, however large those are that nobody asked for.
  return { files, byZip: ids.size <= 1 && files.length === byPath.size, warnings };
}

function sameBytes(a: ListedFile, b: ListedFile): boolean {
  if (a.resourceId === b.resourceId) return true;
  return a.digest !== undefined && a.digest === b.digest && a.size === b.size;
}

/** What is known of a file after it has come. */
export type Verdict = "right" | "wrong" | "unlike the list";

/**
 * Whether bytes are those of the list. An MD5 decides; where there is none the size does, but a size may be stale (rule D6):
 * "unlike the list" is for the caller to look at again.
 */
export function judge(file: PlannedFile, found: Digests): Verdict {
  if (file.digest !== undefined) return file.digest === found.md5 ? "right" : "wrong";
  return file.size === undefined || file.size === found.size ? "right" : "unlike the list";
}

/**
 * The digests of a file that an earlier run has brought, or undefined where it has to come again. Without MD5 and without size
 * in the list nothing tells an old file from the present one.
 */
export async function findHere(file: PlannedFile): Promise<Digests | undefined> {
  const stats = await lstat(file.target).catch(() => undefined);
  if (stats?.isFile() !== true) return undefined;
  if (file.size === undefined && file.digest === undefined) return undefined;
  // A digest decides; the size beside it may be stale (D6), and is no reason to read the file.
  if (file.digest === undefined && file.size !== stats.size) return undefined;
  const found = await digestSource({
    path: file.path,
    size: stats.size,
    open: () => createReadStream(file.target),
  }).catch(() => undefined);
  return found !== undefined && judge(file, found) === "right" ? found : undefined;
}
