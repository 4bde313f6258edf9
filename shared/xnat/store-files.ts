import { quote } from "#shared/files/safe-path.ts";
import { type Digests, digestSource } from "./digest.ts";
import { type ListedFile, listFiles, removeFile } from "./files.ts";
import { complain } from "./judge-answer.ts";
import { resourceSegments } from "./owner-path.ts";
import type { Pause } from "./pause.ts";
import { type Parcel, type ParcelLimits, packParcels, type UploadFile } from "./plan-upload.ts";
import { type Destination, parcelName, sendParcel } from "./send-files.ts";
import { type Evidence, verifyUpload } from "./verify-upload.ts";
import { isRepeatable, isXnatError } from "./xnat-error.ts";

/** Times a file is sent, answered and not found stored before it is given up. */
const mostAnswered = 3;
/** Requests in succession that broke off without a file having been stored. */
const mostBroken = 5;
/** From this many bytes or requests on the first request is looked after before the rest is sent. */
const triedFirst = { bytes: 8 * 1024 * 1024, parcels: 20 };

/** Kinds after which nothing more is sent. */
const final = [
  "auth",
  "token-ended",
  "forbidden",
  "not-found",
  "exists",
  "refused-redirect",
] as const;

/** Where files go, and how. */
export interface Storing extends Destination {
  readonly pause: Pause;
  readonly limits: ParcelLimits;
  readonly overwrite: boolean;
}

/** What was shown to be stored. */
export interface StoredFiles {
  readonly stored: ReadonlyMap<string, { readonly digests: Digests; readonly evidence: Evidence }>;
  /** The resource's last list; undefined when nothing had to be sent. */
  readonly listed: readonly ListedFile[] | undefined;
  /** Sentences for the user. */
  readonly remarks: readonly string[];
}

/** What has happened so far. */
interface Progress {
  readonly stored: Map<string, { readonly digests: Digests; readonly evidence: Evidence }>;
  /** What was sent, whether or not the server has answered. */
  readonly sent: Map<string, Digests>;
  /** How often a request with the file has been answered. */
  readonly answered: Map<string, number>;
  /** Files that a zip has failed to bring. */
  readonly alone: Set<string>;
}

/**
 * Sends files and looks them up until all are stored as they were sent; for the resource's one writer.
 *
 * @param before - paths that were there before: only what is not among them is taken away again when it stays wrong
 */
export async function storeFiles(
  to: Storing,
  files: readonly UploadFile[],
  before: ReadonlySet<string>,
): Promise<StoredFiles> {
  const progress: Progress = {
    stored: new Map(),
    sent: new Map(),
    answered: new Map(),
    alone: new Set(),
  };
  let listed: readonly ListedFile[] | undefined;
  let broken = 0;
  for (let open = files; open.length > 0; ) {
    const { parcels, failure } = await sendRound(to, open, progress, before);
    if (failure !== undefined) {
      broken += 1;
      if (broken >= mostBroken) {
        await takeBack(to, open, before);
        throw failure;
      }
      // The server may still be at work on what a proxy gave up (U13).
      await to.pause(broken);
    }
    const found = await verifyUpload(to, pick(progress.sent, open));
    listed = found.listed;
    for (const [path, evidence] of found.stored) {
      const digests = progress.sent.get(path);
      if (digests !== undefined) progress.stored.set(path, { digests, evidence });
      broken = 0;
    }
    for (const parcel of parcels) noteAlone(parcel, progress);
    open = open.filter(({ path }) => !progress.stored.has(path));
    const given = open.filter(({ path }) => (progress.answered.get(path) ?? 0) >= mostAnswered);
    if (given.length > 0) {
      await takeBack(to, given, before);
      throw notStored(to, given, files.length);
    }
  }
  const left = listed?.some(({ path }) => path === parcelName) && !before.has(parcelName);
  const remarks = left ? await removeParcel(to) : [];
  return { stored: progress.stored, listed, remarks };
}

function pick(
  sent: ReadonlyMap<string, Digests>,
  open: readonly UploadFile[],
): ReadonlyMap<string, Digests> {
  const paths = new Set(open.map(({ path }) => path));
  return new Map([...sent].filter(([path]) => paths.has(path)));
}

/** Files of a zip that came half, or not for the second time, are sent alone. */
function noteAlone(parcel: Parcel, { stored, answered, alone }: Progress): void {
  const half = parcel.some(({ path }) => stored.has(path));
  for (const { path } of parcel) {
    if (half || (answered.get(path) ?? 0) >= mostAnswered - 1) alone.add(path);
  }
}

/** Sends what is open, up to the first request that breaks off. */
async function sendRound(
  to: Storing,
  open: readonly UploadFile[],
  { stored, sent, answered, alone }: Progress,
  before: ReadonlySet<string>,
): Promise<{ readonly parcels: readonly Parcel[]; readonly failure: unknown }> {
  const parcels = packParcels(open, to.limits, ({ path }) => alone.has(path));
  const bytes = open.reduce((sum, { size }) => sum + size, 0);
  const much = bytes >= triedFirst.bytes || parcels.length > triedFirst.parcels;
  const done: Parcel[] = [];
  for (const parcel of stored.size === 0 && much ? parcels.slice(0, 1) : parcels) {
    const tried = Math.max(...parcel.map(({ path }) => answered.get(path) ?? 0));
    // What we have sent ourselves may be replaced: it was not there, or half of it is.
    const overwrite = to.overwrite || parcel.some(({ path }) => sent.has(path));
    // XNAT's ways of taking empty files differ: the other one the second time.
    const inZip = parcel.length === 1 && parcel[0]?.size === 0 && tried % 2 === 1;
    try {
      const digests = await sendParcel(to, parcel, { overwrite, inZip });
      for (const [path, known] of digests) sent.set(path, known);
    } catch (error) {
      if (!isXnatError(error)) throw error;
      const again = mayPass(error);
      if (!again && (parcel.length === 1 || isXnatError(error, ...final))) {
        if (!isXnatError(error, ...final)) await takeBack(to, parcel, before);
        throw error;
      }
      for (const file of parcel) sent.set(file.path, await digestSource(file));
      if (again) return { parcels: [...done, parcel], failure: error };
      // Unpacking stopped half way (U10), or the zip was too large for a proxy: the files follow alone.
      for (const { path } of parcel) alone.add(path);
    }
    for (const { path } of parcel) answered.set(path, (answered.get(path) ?? 0) + 1);
    done.push(parcel);
  }
  return { parcels: done, failure: undefined };
}

/** Takes away a zip that the server has kept instead of unpacking it. */
async function removeParcel({ x, owner, label }: Storing): Promise<readonly string[]> {
  try {
    await removeFile(x, owner, label, parcelName);
    return [];
  } catch (error) {
    if (!isXnatError(error)) throw error;
    return [`${parcelName} is left in ${label} and can be deleted: XNAT has not unpacked it.`];
  }
}

function mayPass(error: unknown): boolean {
  return isRepeatable(error) || isXnatError(error, "locked");
}

/** Deletes halves that we have left; what cannot be deleted now stays. */
async function takeBack(
  { x, owner, label }: Storing,
  files: readonly UploadFile[],
  before: ReadonlySet<string>,
): Promise<void> {
  const sizes = new Map(files.map(({ path, size }) => [path, size]));
  try {
    for (const { path, size } of await listFiles(x, owner, label)) {
      const whole = sizes.get(path);
      if (whole === undefined || before.has(path)) continue;
      // A whole file may be another writer's.
      if (size !== undefined && size < whole) await removeFile(x, owner, label, path);
    }
  } catch (error) {
    if (!isXnatError(error)) throw error;
  }
}

function notStored({ owner, label }: Storing, files: readonly UploadFile[], all: number): Error {
  const names = files.slice(0, 5).map(({ path }) => quote(path));
  return complain(
    "not-stored",
    { method: "PUT", path: resourceSegments(owner, label) },
    {
      found: `XNAT said yes and did not store ${files.length} of ${all} files as they were sent: ${names.join(", ")}`,
      hint: "Has the user the right to edit? Is there room on XNAT's disk? A manager of the site sees both.",
      rule: "U2",
    },
  );
}
