import { mkdir, open, rename, statfs } from "node:fs/promises";
import { dirname } from "node:path";
import type { Readable } from "node:stream";
import { Digester, type Digests } from "./digest.ts";
import { withDiskNamed } from "./disk-error.ts";
import { complain } from "./judge-answer.ts";

/** Left free on the disk of a download, bytes: the programs write their logs there. */
const spare = 64 * 1024 * 1024;

/** Where bytes go while they are not known to be complete and right, and what may be spent on them. */
export interface Save {
  /** Of the request, for messages. */
  readonly from: readonly string[];
  readonly to: string;
  readonly limitBytes: number;
  readonly onBytes?: ((bytes: number) => void) | undefined;
}

/**
 * Writes a stream to a file, digesting it as it passes; an older file of that name is replaced.
 *
 * @throws XnatError "too-large" beyond the limit, "disk" when this machine's disk is full
 */
export async function saveStream(body: Readable, save: Save): Promise<Digests> {
  const digester = new Digester();
  try {
    // The file is open before the first byte comes and closed when this ends: the opening of a try that broke off at once must
    // not come late and empty the file of the next one.
    const file = await open(save.to, "w");
    try {
      for await (const chunk of body as AsyncIterable<Uint8Array>) {
        digester.add(chunk);
        if (digester.size > save.limitBytes) {
          throw complain(
            "too-large",
            { method: "GET", path: save.from },
            {
              found: `more than ${save.limitBytes} bytes came, far more than the list says`,
              hint: "Look at the resource in XNAT; a refresh of its catalog mends wrong sizes.",
              rule: "D6",
            },
          );
        }
        save.onBytes?.(chunk.length);
        await file.writeFile(chunk);
      }
    } finally {
      await file.close();
    }
  } catch (error) {
    throw withDiskNamed(error, save.from);
  }
  return digester.finish();
}

/** Gives a complete file its name; folders on the way are made. */
export async function moveInto(
  partial: string,
  target: string,
  from: readonly string[],
): Promise<void> {
  try {
    await mkdir(dirname(target), { recursive: true });
    await rename(partial, target);
  } catch (error) {
    throw withDiskNamed(error, from);
  }
}

/** Bytes that may be written below a folder, with a rest left free. */
export async function freeBytes(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return Math.max(0, bavail * bsize - spare);
}
