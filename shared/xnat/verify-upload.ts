import { createHash } from "node:crypto";
import type { XnatConnection } from "./connection.ts";
import type { Digests } from "./digest.ts";
import { fewAtOnce } from "./few-at-once.ts";
import { type ListedFile, listFiles, readStoredFile } from "./files.ts";
import { type OwnerPath, resourceSegments } from "./owner-path.ts";
import { type Pause, tryAgain } from "./pause.ts";
import { isXnatError } from "./xnat-error.ts";

/** Up to this many bytes a file without a digest in the list is fetched again and compared. */
const fetchedAgain = 1024 * 1024;
/** Fetches that are tried for a comparison. */
const tries = 3;

/** What showed that a file is stored as it was sent. */
export type Evidence = "digest" | "content" | "size";

/** Which of the sent files the server has. */
export interface Verification {
  readonly stored: ReadonlyMap<string, Evidence>;
  readonly listed: readonly ListedFile[];
}

/** A resource to be looked at. */
export interface Stored {
  readonly x: XnatConnection;
  readonly owner: OwnerPath;
  readonly label: string;
  readonly pause: Pause;
}

/**
 * Looks up which files a resource holds as they were sent; an answer of 200 to an upload says nothing (rule U2).
 *
 * An MD5 in the list decides. Without one small files are fetched again and compared; large ones are judged by their size, after
 * the server has been asked to count and add up again where it disagrees (rules D5, D6).
 *
 * @param sent - digests by path
 */
export async function verifyUpload(
  at: Stored,
  sent: ReadonlyMap<string, Digests>,
): Promise<Verification> {
  let verification = await compare(at, sent);
  const doubted = verification.listed.some(
    ({ path, size, digest }) =>
      sent.has(path) &&
      !verification.stored.has(path) &&
      digest === undefined &&
      size !== undefined &&
      (sent.get(path)?.size ?? 0) > fetchedAgain,
  );
  if (doubted && (await refreshCatalog(at))) verification = await compare(at, sent);
  return verification;
}

async function compare(at: Stored, sent: ReadonlyMap<string, Digests>): Promise<Verification> {
  const { x, owner, label } = at;
  const listed = await listFiles(x, owner, label);
  const stored = new Map<string, Evidence>();
  const again: ListedFile[] = [];
  for (const file of listed) {
    const digests = sent.get(file.path);
    if (digests === undefined) continue;
    if (file.digest !== undefined) {
      if (file.digest === digests.md5) stored.set(file.path, "digest");
    } else if (digests.size <= fetchedAgain) again.push(file);
    else if (file.size === digests.size) stored.set(file.path, "size");
  }
  await fewAtOnce(again, 4, async ({ path }) => {
    const digests = sent.get(path);
    if (digests !== undefined && (await hasBytes(at, path, digests))) stored.set(path, "content");
  });
  return { stored, listed };
}

async function hasBytes(
  { x, owner, label, pause }: Stored,
  path: string,
  { size, md5 }: Digests,
): Promise<boolean> {
  try {
    const bytes = await tryAgain(tries, pause, () => readStoredFile(x, owner, label, path, size));
    return createHash("md5").update(bytes).digest("hex") === md5;
  } catch (error) {
    // Longer than what was sent, or listed without being there.
    if (isXnatError(error, "too-large", "not-found")) return false;
    throw error;
  }
}

/** Asks the server to look at its disk again; false where it will not. */
async function refreshCatalog({ x, owner, label }: Stored): Promise<boolean> {
  const [, ...segments] = resourceSegments(owner, label);
  try {
    await x.text({
      method: "POST",
      path: ["data", "services", "refresh", "catalog"],
      query: {
        resource: `/archive/${segments.join("/")}`,
        options: "checksum,populateStats",
      },
      repeatable: true,
    });
    return true;
  } catch (error) {
    if (isXnatError(error, "auth", "token-ended")) throw error;
    return false;
  }
}
