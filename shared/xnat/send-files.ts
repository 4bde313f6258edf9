import { Readable } from "node:stream";
import { quote } from "#shared/files/safe-path.ts";
import type { Body, XnatConnection } from "./connection.ts";
import { Digester, type Digests, digestSource, readSource } from "./digest.ts";
import { complain } from "./judge-answer.ts";
import { fileSegments, type OwnerPath } from "./owner-path.ts";
import type { Parcel, UploadFile } from "./plan-upload.ts";
import { openStoredZip } from "./zip-write.ts";

/** Where files go and what they are said to be. */
export interface Destination {
  readonly x: XnatConnection;
  readonly owner: OwnerPath;
  readonly label: string;
  readonly format: string;
  readonly content: string;
  readonly onBytes?: ((bytes: number) => void) | undefined;
}

/** Name of the zips that are unpacked on arrival: it is in the list only where they were not. */
export const parcelName = "xnat-pic-parcel.zip";

/** XNAT unpacks and writes its catalog before it answers. */
const answerWithinMs = 600_000;

/**
 * One request with one file or several. That it ends without error says that the server has answered, not that it has stored
 * anything (rule U2).
 *
 * @param overwrite - whether files of these names may be replaced
 * @param inZip - whether a single file goes as a zip too
 * @returns digests of what was sent, by path
 * @throws XnatError "exists" for the duplicates XNAT reports with a 200 (rule U1); InputError E-FILE-CHANGED
 */
export async function sendParcel(
  to: Destination,
  parcel: Parcel,
  { overwrite, inZip }: { readonly overwrite: boolean; readonly inZip: boolean },
): Promise<ReadonlyMap<string, Digests>> {
  const [first] = parcel;
  if (first === undefined) return new Map();
  if (parcel.length > 1 || inZip) return sendZip(to, parcel, overwrite);
  const watched = watch(first, to.onBytes);
  const body: Body =
    first.size === 0
      ? emptyPart(first.path)
      : { contentType: "application/octet-stream", length: first.size, open: watched.open };
  await put(
    to,
    first.path,
    body,
    {
      ...(first.size === 0 ? {} : { inbody: "true" }),
      ...(overwrite ? { overwrite: "true" } : {}),
    },
    watched,
  );
  return new Map([[first.path, watched.digests() ?? (await digestSource(first))]]);
}

async function sendZip(
  to: Destination,
  parcel: Parcel,
  overwrite: boolean,
): Promise<ReadonlyMap<string, Digests>> {
  const digests = new Map<string, Digests>();
  for (const file of parcel) digests.set(file.path, await digestSource(file));
  const zip = openStoredZip(
    parcel.map((file) => ({ ...pick(file), crc32: digests.get(file.path)?.crc32 ?? 0 })),
  );
  const watched = watch({ path: parcelName, size: zip.length, open: zip.open }, to.onBytes);
  await put(
    to,
    parcelName,
    { ...zip, open: watched.open },
    {
      inbody: "true",
      extract: "true",
      ...(overwrite ? { overwrite: "true" } : {}),
    },
    watched,
  );
  return digests;
}

/** Not a spread: `open` may be a method of a class. */
function pick(file: UploadFile): UploadFile {
  return { path: file.path, size: file.size, open: () => file.open() };
}

async function put(
  to: Destination,
  path: string,
  body: Body,
  query: Readonly<Record<string, string>>,
  watched: Watched,
): Promise<void> {
  const address = fileSegments(to.owner, to.label, path);
  let text: string;
  try {
    ({ text } = await to.x.text({
      method: "PUT",
      path: address,
      query: {
        ...query,
        ...(to.format === "" ? {} : { format: to.format }),
        ...(to.content === "" ? {} : { content: to.content }),
      },
      body,
      answerWithinMs,
    }));
  } catch (error) {
    // A file that cannot be read ends the request too; the reason is the file, not the line.
    throw watched.failure() ?? error;
  }
  const duplicates = readDuplicates(text);
  if (duplicates.length === 0) return;
  throw complain(
    "exists",
    { method: "PUT", path: address },
    {
      found: `${duplicates.length} files are there already: ${duplicates.slice(0, 5).map(quote).join(", ")}`,
      hint: "Nothing was replaced. Choose another resource, or say that files may be replaced.",
      rule: "U1",
    },
  );
}

/** Names XNAT did not store because it has them: `{"duplicates":["t2.nii"]}` with status 200. */
function readDuplicates(text: string): readonly string[] {
  if (!text.includes('"duplicates"')) return [];
  try {
    const { duplicates } = JSON.parse(text) as { duplicates?: unknown };
    return Array.isArray(duplicates) ? duplicates.map(String) : [];
  } catch {
    return ["?"];
  }
}

/** A body that is one part without bytes: XNAT takes no empty body. */
function emptyPart(path: string): Body {
  const boundary = "xnat-pic-0f7c1e5a9d";
  const name = path.slice(path.lastIndexOf("/") + 1);
  const bytes = Buffer.from(
    `--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="${name}"\r\n` +
      `Content-Type: application/octet-stream\r\n\r\n\r\n--${boundary}--\r\n`,
  );
  return {
    contentType: `multipart/form-data; boundary=${boundary}`,
    length: bytes.length,
    open: () => bytes,
  };
}

interface Watched {
  open(): Readable;
  /** Of the last complete reading. */
  digests(): Digests | undefined;
  /** Why a reading ended before its time. */
  failure(): unknown;
}

/** A source that remembers what was read of it. */
function watch(source: UploadFile, onBytes: ((bytes: number) => void) | undefined): Watched {
  let digests: Digests | undefined;
  let failure: unknown;
  async function* read(): AsyncGenerator<Uint8Array> {
    const digester = new Digester();
    try {
      for await (const chunk of readSource(source)) {
        digester.add(chunk);
        onBytes?.(chunk.length);
        yield chunk;
      }
    } catch (error) {
      failure = error;
      throw error;
    }
    digests = digester.finish();
  }
  return {
    open: () => Readable.from(read(), { objectMode: false }),
    digests: () => digests,
    failure: () => failure,
  };
}
