import { InputError } from "#shared/errors.ts";
import { findClash, quote, requireSafePath } from "#shared/files/safe-path.ts";
import type { Source } from "./digest.ts";

/** A file to store: its path in the resource, its size, and how to read it, more than once where it has to be sent again. */
export type UploadFile = Source;

/** Files that one request brings: one as it is, or several as a stored zip. */
export type Parcel = readonly UploadFile[];

/** How much goes into one zip: proxies cut long requests (rule U13). */
export interface ParcelLimits {
  readonly bytes: number;
  readonly files: number;
}

/** Up to this many files go one by one. */
const oneByOne = 20;
/** What XNAT may take for a zip in the zip, and open. */
const archive = /\.(zip|tar|tgz|tar\.gz|xar|jar)$/i;

/**
 * Refuses what XNAT would store under another name, not at all, or where nobody could fetch it from.
 *
 * @throws InputError E-FILE-NAME, E-FILE-SIZE
 */
export function requireStorable(files: readonly UploadFile[]): void {
  for (const { path, size } of files) {
    requireSafePath(path);
    if (!Number.isSafeInteger(size) || size < 0) {
      throw new InputError("E-FILE-SIZE", `${quote(path)} cannot have ${size} bytes.`, "");
    }
  }
  const clash = findClash(files.map(({ path }) => path));
  if (clash === undefined) return;
  throw new InputError(
    "E-FILE-NAME",
    `The file names ${quote(clash[0])} and ${quote(clash[1])} cannot lie in one resource.`,
    "Rename one of them; upper and lower case alone do not tell files apart everywhere.",
  );
}

/**
 * Sorts files into requests, in their order.
 *
 * @param alone - files that are sent by themselves, because a zip has failed to bring them
 */
export function packParcels(
  files: readonly UploadFile[],
  limits: ParcelLimits,
  alone: (file: UploadFile) => boolean,
): readonly Parcel[] {
  const single = (file: UploadFile): boolean =>
    // XNAT takes empty files by another way (U4).
    file.size === 0 || file.size >= limits.bytes || archive.test(file.path) || alone(file);
  const packed = files.filter((file) => !single(file));
  if (packed.length <= oneByOne) return files.map((file) => [file]);
  const parcels: UploadFile[][] = [];
  let parcel: UploadFile[] = [];
  let bytes = 0;
  for (const file of packed) {
    if (bytes + file.size > limits.bytes || parcel.length >= limits.files) {
      parcels.push(parcel);
      parcel = [];
      bytes = 0;
    }
    parcel.push(file);
    bytes += file.size;
  }
  return [...parcels, parcel, ...files.filter(single).map((file) => [file])];
}
