import { createHash } from "node:crypto";
import { closeSync, openSync, readSync } from "node:fs";
import { defineTask, type Pool } from "#shared/parallel/pool.ts";
import type { SourceFile } from "#shared/volume/series-volume.ts";
import { unreadable } from "./byte-source.ts";
import type { Instance } from "./frame.ts";

/** Bytes read at a time. */
const chunkBytes = 1 << 20;

/** Files handed to a thread at once. */
const batchSize = 64;

type FileToDigest = Pick<Instance, "path" | "absolutePath">;

/**
 * SHA-256 of files, hex, in order.
 *
 * @throws InputError E-UNREADABLE
 */
export const digestBatch = defineTask(
  "dicom/digest-files",
  (files: readonly FileToDigest[]): readonly string[] => {
    const chunk = new Uint8Array(chunkBytes);
    return files.map((file) => digestFile(file, chunk));
  },
);

/** The files of a series for the record, ordered by path. */
export async function digestFiles(
  instances: readonly Instance[],
  pool: Pool,
): Promise<readonly SourceFile[]> {
  const sorted = [...instances].sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
  const batches: FileToDigest[][] = [];
  sorted.forEach(({ path, absolutePath }, i) => {
    if (i % batchSize === 0) batches.push([]);
    batches.at(-1)!.push({ path, absolutePath });
  });
  const digests = await Promise.all(batches.map((batch) => pool.run(digestBatch, batch)));
  const sha256 = digests.flat();
  return sorted.map(({ path, sopInstanceUID }, i) => ({
    path,
    sha256: sha256[i]!,
    sopInstanceUID,
  }));
}

function digestFile({ path, absolutePath }: FileToDigest, chunk: Uint8Array): string {
  let descriptor: number | undefined;
  try {
    descriptor = openSync(absolutePath, "r");
    const hash = createHash("sha256");
    for (;;) {
      const count = readSync(descriptor, chunk, 0, chunk.length, null);
      if (count === 0) return hash.digest("hex");
      hash.update(chunk.subarray(0, count));
    }
  } catch (error) {
    throw unreadable(path, error);
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}
