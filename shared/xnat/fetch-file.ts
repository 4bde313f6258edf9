import type { Answer, XnatConnection } from "./connection.ts";
import type { Digests } from "./digest.ts";
import { complain } from "./judge-answer.ts";
import type { Pause } from "./pause.ts";
import { judge, type PlannedFile } from "./plan-download.ts";
import { moveInto, saveStream } from "./save-stream.ts";
import { isRepeatable } from "./xnat-error.ts";

/** Fetches of one file before it is given up; the connection repeats requests that were not answered by itself. */
const tries = 4;

/** What the fetches of one download share. */
export interface Fetching {
  readonly x: XnatConnection;
  /** Where unfinished files lie. */
  readonly partial: string;
  /** Bytes that may still be written to the disk. */
  readonly freeBytes: number;
  readonly pause: Pause;
  readonly onBytes?: ((bytes: number) => void) | undefined;
  /** Takes remarks for the user. */
  readonly warn: (remark: string) => void;
}

/**
 * One file, checked and in its place. Bodies that break off are fetched again; XNAT sends no parts of files (rule D7).
 *
 * Bytes that do not fit the list are fetched twice. Where the server has an MD5, they stay wrong; where it only has a size,
 * twice the same bytes are taken for right, and the size for stale.
 *
 * @param number - names the unfinished file
 */
export async function fetchFile(
  { x, partial, freeBytes, pause, onBytes, warn }: Fetching,
  file: PlannedFile,
  number: number,
): Promise<Digests> {
  const to = `${partial}/${number}`;
  const limitBytes = Math.min(freeBytes, roomFor(file.size, freeBytes));
  let before: Digests | undefined;
  for (let tried = 1; ; tried += 1) {
    let found: Digests;
    let html = false;
    try {
      [found, html] = await x.stream(
        { method: "GET", path: file.address },
        async (body, answer) => {
          const saved = await saveStream(body, { from: file.address, to, limitBytes, onBytes });
          requireEnd(file, saved, answer);
          return [saved, /^text\/html\b/i.test(answer.headers["content-type"] ?? "")];
        },
      );
    } catch (error) {
      if (!isRepeatable(error) || tried >= tries) throw error;
      await pause(tried);
      continue;
    }
    // Where the list says nothing of a file, a page may stand in for it.
    const page = html && !/\.html?$/i.test(file.path);
    const unknown = file.size === undefined && file.digest === undefined;
    const verdict = page && unknown ? "unlike the list" : judge(file, found);
    const confirmed = before?.md5 === found.md5 && before.size === found.size;
    before = found;
    if (verdict === "unlike the list" && confirmed && page) {
      throw complain(
        "protocol",
        { method: "GET", path: file.address },
        {
          found: `a page of ${found.size} bytes came in place of the file`,
          hint: "Is the user still logged in? Is there a proxy that asks for something?",
          rule: "A2",
        },
      );
    }
    if (verdict === "wrong" && (confirmed || tried >= tries)) {
      throw complain(
        "protocol",
        { method: "GET", path: file.address },
        {
          found: `${found.size} bytes with the MD5 ${found.md5} came, but the list says ${file.digest}`,
          hint: "Refresh the resource's catalog in XNAT with checksums; else the file is damaged there.",
          rule: "D6",
        },
      );
    }
    if (verdict === "unlike the list" && !confirmed && tried >= tries) {
      throw complain(
        "transient",
        { method: "GET", path: file.address },
        {
          found: `other bytes came each of ${tries} times`,
          hint: "Try again later; the file may be changing.",
        },
      );
    }
    if (verdict === "unlike the list" && confirmed) {
      warn(`${file.path}: the list says ${file.size} bytes, it has ${found.size}.`);
    }
    if (verdict === "right" || (verdict === "unlike the list" && confirmed)) {
      await moveInto(to, file.target, file.address);
      return found;
    }
    await pause(tried);
  }
}

/**
 * An answer that says neither its length nor its chunks ends when the connection does, whole or not: shorter than listed it is
 * no stale size but half a file.
 */
function requireEnd(file: PlannedFile, found: Digests, { headers }: Answer): void {
  const framed = "content-length" in headers || "transfer-encoding" in headers;
  if (framed || found.size >= (file.size ?? 0) || judge(file, found) === "right") return;
  throw complain(
    "transient",
    { method: "GET", path: file.address },
    {
      found: `the connection ended after ${found.size} of ${file.size} bytes`,
      hint: "Does a proxy cut long answers? Try again later.",
    },
  );
}

/** Most bytes that are taken for a file or a zip of a listed size; sizes may be stale, but not without bounds. */
export function roomFor(size: number | undefined, free: number): number {
  // Catalogs that nobody has counted say 0.
  return size === undefined || size === 0 ? free / 2 : 2 * size + 64 * 1024 * 1024;
}
