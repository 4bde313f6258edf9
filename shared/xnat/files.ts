import { quote, unsafe } from "#shared/files/safe-path.ts";
import type { Call, XnatConnection } from "./connection.ts";
import { inTurn } from "./in-turn.ts";
import { complain } from "./judge-answer.ts";
import { fileSegments, type OwnerPath, resourceSegments } from "./owner-path.ts";
import { readBody } from "./read-body.ts";
import { readRows } from "./read-rows.ts";
import { writerOf } from "./resources.ts";
import { cell, countIn } from "./rows.schema.ts";

/** A file of a resource as the server lists it: a claim until its bytes have been seen. */
export interface ListedFile {
  /** Relative to the resource, with forward slashes; as the server sent it, so it may be unsafe. */
  readonly path: string;
  /** Bytes; undefined where the list says none. May be stale (rule D6). */
  readonly size: number | undefined;
  /** MD5, 32 hexadecimal digits in lower case; undefined where the server has none (D5). */
  readonly digest: string | undefined;
  readonly uri: string;
  /** Of the resource, as the URI names it: numeric but in the user's cache. */
  readonly resourceId: string;
  readonly format: string;
  readonly content: string;
}

/**
 * The files of a resource, or of all resources of that label (rule D8); none where the resource holds none.
 *
 * @throws XnatError "not-found" when there is no such resource, "protocol" when a row names no file of a resource
 */
export async function listFiles(
  x: XnatConnection,
  owner: OwnerPath,
  labelOrId: string,
): Promise<readonly ListedFile[]> {
  const path = [...resourceSegments(owner, labelOrId), "files"];
  return (await readRows(x, path)).map((row) => {
    const uri = cell(row, "URI");
    const digest = cell(row, "digest");
    const place = placeOf(uri, cell(row, "Name"));
    if (place === undefined) {
      throw complain(
        "protocol",
        { method: "GET", path: path },
        {
          found: `the list names ${quote(uri)}, which is no file of a resource`,
          hint: "Is there a proxy that changes what the server says?",
        },
      );
    }
    return {
      ...place,
      size: countIn(row, "Size"),
      digest: /^[0-9a-f]{32}$/i.test(digest) ? digest.toLowerCase() : undefined,
      uri,
      format: cell(row, "file_format"),
      content: cell(row, "file_content"),
    };
  });
}

/**
 * Resource and path of a file's URI. `Name` is the path's last part only; it tells whether the URI is percent-encoded, which
 * servers are not at one about.
 */
function placeOf(
  uri: string,
  name: string,
): { readonly path: string; readonly resourceId: string } | undefined {
  const match = /\/resources\/([^/]+)\/files\/(.+)$/s.exec(firstResource(uri));
  const resourceId = match?.[1];
  const path = match?.[2];
  if (resourceId === undefined || path === undefined) return undefined;
  if (name === "" || path === name || path.endsWith(`/${name}`)) return { path, resourceId };
  const decoded = [path.replaceAll("%20", " "), decode(path)].find(
    (other) => other === name || other?.endsWith(`/${name}`),
  );
  return { path: decoded ?? path, resourceId };
}

/** The URI from its first "/resources/X/files/": a file may have folders of those names too. */
function firstResource(uri: string): string {
  const start = uri.search(/\/resources\/[^/]+\/files\//);
  return start < 0 ? "" : uri.slice(start);
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

/**
 * The bytes of a small file: a manifest, a summary.
 *
 * @param limitBytes - more is XnatError "too-large"
 */
export async function readStoredFile(
  x: XnatConnection,
  owner: OwnerPath,
  labelOrId: string,
  path: string,
  limitBytes: number,
): Promise<Uint8Array> {
  requireFilePath(owner, labelOrId, path);
  const call: Call = { method: "GET", path: fileSegments(owner, labelOrId, path) };
  return x.stream(call, (body) => readBody(body, call, limitBytes));
}

/**
 * Deletes a file of a resource.
 *
 * @returns whether it was there
 * @throws XnatError "not-stored" when it is still listed afterwards
 */
export async function deleteFile(
  x: XnatConnection,
  owner: OwnerPath,
  labelOrId: string,
  path: string,
): Promise<boolean> {
  return inTurn(writerOf(x, owner, labelOrId), () => removeFile(x, owner, labelOrId, path));
}

/** `deleteFile` for those who are the resource's writer already. */
export async function removeFile(
  x: XnatConnection,
  owner: OwnerPath,
  labelOrId: string,
  path: string,
): Promise<boolean> {
  requireFilePath(owner, labelOrId, path);
  const segments = fileSegments(owner, labelOrId, path);
  const { status } = await x.text({ method: "DELETE", path: segments, accept: [404] });
  if (status === 404) return false;
  const left = await listFiles(x, owner, labelOrId);
  if (!left.some((file) => file.path === path)) return true;
  throw complain(
    "not-stored",
    { method: "DELETE", path: segments },
    {
      found: "the server said yes, and the file is still listed",
      hint: "Has the user the right to delete? Owners and members have, collaborators have not.",
      rule: "U12",
    },
  );
}

/** A path from a list goes into an address: "../../.." or "" must not make it another one. */
function requireFilePath(owner: OwnerPath, labelOrId: string, path: string): void {
  const reason = unsafe(path);
  if (reason === undefined) return;
  throw complain(
    "protocol",
    { method: "GET", path: [...resourceSegments(owner, labelOrId), "files"] },
    {
      found: `the file name ${quote(path)} is refused: ${reason}`,
      hint: "Look at the resource in XNAT and rename the file.",
    },
  );
}
