import { quote } from "#shared/files/safe-path.ts";
import type { XnatConnection } from "./connection.ts";
import { type Digests, digestSource } from "./digest.ts";
import { type ListedFile, listFiles } from "./files.ts";
import { inTurn } from "./in-turn.ts";
import { complain } from "./judge-answer.ts";
import { isUserCache, type OwnerPath, resourceSegments } from "./owner-path.ts";
import { pause as ordinaryPause, type Pause } from "./pause.ts";
import { type ParcelLimits, requireStorable, type UploadFile } from "./plan-upload.ts";
import { putResource, type ResourceMeta, requireResourceLabel, writerOf } from "./resources.ts";
import { storeFiles } from "./store-files.ts";
import type { Evidence } from "./verify-upload.ts";
import { isXnatError } from "./xnat-error.ts";

export type { UploadFile } from "./plan-upload.ts";

export interface UploadOptions {
  /** Of the files: "NIFTI", "DICOM". */
  readonly format?: string;
  readonly content?: string;
  /** Whether files of these names may be replaced; files with the same MD5 are left alone in any case. */
  readonly overwrite?: boolean;
  /** Called with the number of bytes of each piece that is sent; what is sent again counts again. */
  readonly onBytes?: (bytes: number) => void;
  readonly limits?: ParcelLimits;
  readonly pause?: Pause;
}

export interface UploadedFile {
  readonly path: string;
  readonly size: number;
  readonly md5: string;
  /** What showed that it is there. */
  readonly evidence: Evidence;
}

export interface Upload {
  /** In the order they were given. */
  readonly files: readonly UploadedFile[];
  /** Of them, those that the server had before. */
  readonly alreadyThere: number;
  /** Sentences for the user: two resources of one label. */
  readonly warnings: readonly string[];
}

const ordinaryLimits: ParcelLimits = { bytes: 512 * 1024 * 1024, files: 2_000 };

/**
 * Stores files in a resource, which is made where it is missing, and shows that they are there: by their MD5 in the list, by
 * fetching them again, or by their size.
 *
 * Up to twenty files go one by one, more as stored zips that the server unpacks; what such a zip failed to bring is sent
 * alone. After a broken connection nothing is sent again before the list has been looked at. One upload at a time writes to a
 * resource.
 *
 * @throws InputError for names XNAT does not keep and files that change while they are read; XnatError "exists" when a file of
 * another content is there and may not be replaced, "not-stored" when the server says yes and stores nothing
 */
export async function uploadFiles(
  x: XnatConnection,
  owner: OwnerPath,
  label: string,
  files: readonly UploadFile[],
  options: UploadOptions = {},
): Promise<Upload> {
  requireResourceLabel(label);
  requireStorable(files);
  const { format = "", content = "", overwrite = false, onBytes } = options;
  const { pause = ordinaryPause, limits = ordinaryLimits } = options;
  return inTurn(writerOf(x, owner, label), async () => {
    const before = await openResource(x, owner, label, { format, content });
    const there = await findThere(files, before);
    const open = files.filter(({ path }) => !there.has(path));
    if (!overwrite) requireAbsent(owner, label, open, before);
    const { stored, listed, remarks } = await storeFiles(
      { x, owner, label, format, content, onBytes, pause, limits, overwrite },
      open,
      new Set(before.map(({ path }) => path)),
    );
    return {
      files: files.map(({ path, size }) => {
        const known = there.get(path);
        if (known !== undefined) return { path, size, md5: known.md5, evidence: "digest" };
        const { digests, evidence } = stored.get(path) as { digests: Digests; evidence: Evidence };
        return { path, size, md5: digests.md5, evidence };
      }),
      alreadyThere: there.size,
      warnings: [...remarks, ...warn(label, listed ?? before)],
    };
  });
}

/** Makes the resource where it is missing, and lists it. */
async function openResource(
  x: XnatConnection,
  owner: OwnerPath,
  label: string,
  meta: ResourceMeta,
): Promise<readonly ListedFile[]> {
  if (!isUserCache(owner)) {
    await putResource(x, owner, label, meta);
    return listFiles(x, owner, label);
  }
  return listFiles(x, owner, label).catch((error: unknown) => {
    if (isXnatError(error, "not-found")) return [];
    throw error;
  });
}

/** Files that the server has with the same MD5. */
async function findThere(
  files: readonly UploadFile[],
  before: readonly ListedFile[],
): Promise<ReadonlyMap<string, Digests>> {
  const listed = new Map(before.map((file) => [file.path, file]));
  const there = new Map<string, Digests>();
  for (const file of files) {
    const other = listed.get(file.path);
    if (other?.digest === undefined) continue;
    const digests = await digestSource(file);
    if (digests.md5 === other.digest) there.set(file.path, digests);
  }
  return there;
}

function requireAbsent(
  owner: OwnerPath,
  label: string,
  files: readonly UploadFile[],
  before: readonly ListedFile[],
): void {
  const listed = new Set(before.map(({ path }) => path));
  const present = files.filter(({ path }) => listed.has(path));
  if (present.length === 0) return;
  const names = present.slice(0, 5).map(({ path }) => quote(path));
  throw complain(
    "exists",
    { method: "PUT", path: resourceSegments(owner, label) },
    {
      found: `${present.length} files of another content are there already: ${names.join(", ")}`,
      hint: "Nothing was sent. Choose another resource, or say that files may be replaced.",
      rule: "U1",
    },
  );
}

function warn(label: string, listed: readonly ListedFile[]): readonly string[] {
  const ids = new Set(listed.map(({ resourceId }) => resourceId));
  if (ids.size <= 1) return [];
  return [`${ids.size} resources share the label ${label} (${[...ids].join(", ")}).`];
}
