import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { InputError } from "#shared/errors.ts";
import type { RawFile } from "./reconstruction.ts";

/** Bytes of a 2dseq at a time, at most, unless one image is larger. */
const blockBytes = 4 * 2 ** 20;

/** The images of a 2dseq, read in blocks where they are asked for in order: the file is never in memory as a whole. */
export interface RawPixels {
  /** `bytes` bytes from `offset`; good until the next call. */
  read(offset: number, bytes: number): Buffer;
  close(): void;
}

/** @throws InputError E-UNREADABLE, E-TRUNCATED when the file is not what it was when it was found */
export function openRawPixels({ path, absolutePath, size }: RawFile): RawPixels {
  const descriptor = attempt(path, () => openSync(absolutePath, "r"));
  if (fstatSync(descriptor).size !== size) {
    closeSync(descriptor);
    throw changed(path);
  }
  let held = Buffer.alloc(0);
  let start = 0;
  let next = -1;
  return {
    read: (offset, bytes) => {
      if (offset < start || offset + bytes > start + held.length) {
        // Images that are not asked for in order are read one by one.
        const wanted = offset === next ? Math.max(bytes, blockBytes) : bytes;
        const length = Math.min(wanted, size - offset);
        if (length < bytes) throw changed(path);
        if (held.buffer.byteLength < length) held = Buffer.from(new ArrayBuffer(length));
        held = Buffer.from(held.buffer, 0, length);
        start = offset;
        fill(path, descriptor, held, offset);
      }
      next = offset + bytes;
      return held.subarray(offset - start, offset - start + bytes);
    },
    close: () => closeSync(descriptor),
  };
}

function fill(path: string, descriptor: number, into: Buffer, position: number): void {
  for (let at = 0; at < into.length; ) {
    const count = attempt(path, () =>
      readSync(descriptor, into, at, into.length - at, position + at),
    );
    if (count === 0) throw changed(path);
    at += count;
  }
}

function attempt<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? "unknown error";
    throw new InputError(
      "E-UNREADABLE",
      `${path} cannot be read (${code}).`,
      "Give the program's user the right to read it.",
      error,
    );
  }
}

function changed(path: string): InputError {
  return new InputError(
    "E-TRUNCATED",
    `${path} changed its length while it was converted.`,
    "Wait until the copy of the raw data is complete, and run again.",
  );
}
