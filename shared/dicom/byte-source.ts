import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { InputError } from "#shared/errors.ts";

/** First piece of a file that is read: longer than the header of most single-frame images. */
const firstPiece = 8192;

/**
 * Longest header that is read, bytes: an Enhanced MR object with 60,000 frames has about 90 MB of them.
 * What follows the header is never read here.
 */
const longestHeader = 256 * 2 ** 20;

/** Bytes of a file from its start, read as far as they are asked for. */
export interface ByteSource {
  readonly path: string;
  /** Length of the whole file, bytes. */
  readonly size: number;
  /**
   * A view that covers at least the first `end` bytes.
   *
   * @throws InputError E-TRUNCATED when the file is shorter, E-HEADER-SIZE when `end` is senseless
   */
  view(end: number): DataView;
}

/** A source over bytes in memory. */
export function memorySource(path: string, bytes: Uint8Array): ByteSource {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return {
    path,
    size: bytes.byteLength,
    view: (end) => {
      if (end > bytes.byteLength) throw truncated(path, end, bytes.byteLength);
      return view;
    },
  };
}

/**
 * Opens a file, hands its source to `use`, and closes it.
 *
 * @throws InputError E-UNREADABLE when the file cannot be opened or read
 */
export function withFile<T>(path: string, absolutePath: string, use: (source: ByteSource) => T): T {
  let descriptor: number;
  try {
    descriptor = openSync(absolutePath, "r");
  } catch (error) {
    throw unreadable(path, error);
  }
  try {
    const { size } = fstatSync(descriptor);
    return use(fileSource(path, descriptor, size));
  } finally {
    closeSync(descriptor);
  }
}

function fileSource(path: string, descriptor: number, size: number): ByteSource {
  let held = new Uint8Array(0);
  let view = new DataView(held.buffer);
  return {
    path,
    size,
    view: (end) => {
      if (end <= held.length) return view;
      if (end > size) throw truncated(path, end, size);
      if (end > longestHeader) throw tooLong(path, end);
      const length = Math.min(size, Math.max(end, firstPiece, held.length * 4));
      const grown = new Uint8Array(length);
      grown.set(held);
      for (let at = held.length; at < length; ) {
        const count = read(path, descriptor, grown, at);
        if (count === 0) throw truncated(path, size, at);
        at += count;
      }
      held = grown;
      view = new DataView(held.buffer);
      return view;
    },
  };
}

function read(path: string, descriptor: number, into: Uint8Array, at: number): number {
  try {
    return readSync(descriptor, into, at, into.length - at, at);
  } catch (error) {
    throw unreadable(path, error);
  }
}

/** E-TRUNCATED: the file ends before what its header announces. */
export function truncated(path: string, expected: number, found: number): InputError {
  return new InputError(
    "E-TRUNCATED",
    `${path} is cut short: it has ${found} bytes, its header asks for at least ${expected}.`,
    "Transfer the file again.",
  );
}

/** E-UNREADABLE: the operating system does not let us read the file. */
export function unreadable(path: string, error: unknown): InputError {
  const code = (error as NodeJS.ErrnoException).code ?? "unknown error";
  return new InputError(
    "E-UNREADABLE",
    `${path} cannot be read (${code}).`,
    "Give the program's user the right to read it.",
    error,
  );
}

function tooLong(path: string, end: number): InputError {
  return new InputError(
    "E-HEADER-SIZE",
    `The header of ${path} claims to be longer than ${end} bytes.`,
    "The file is damaged, or no image; remove it.",
  );
}
