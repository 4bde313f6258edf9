import { createHash, type Hash } from "node:crypto";
import type { Readable } from "node:stream";
import { crc32 } from "node:zlib";
import { InputError } from "#shared/errors.ts";
import { quote } from "#shared/files/safe-path.ts";

/** Bytes that can be read more than once, with their number. */
export interface Source {
  /** Relative to the resource, with forward slashes. */
  readonly path: string;
  readonly size: number;
  open(): Readable | Uint8Array;
}

/** What a source's bytes add up to. */
export interface Digests {
  readonly size: number;
  readonly crc32: number;
  /** 32 hexadecimal digits in lower case, as XNAT lists them. */
  readonly md5: string;
}

/** Size, CRC-32 and MD5 of bytes as they pass. */
export class Digester {
  size = 0;
  #crc32 = 0;
  readonly #md5: Hash = createHash("md5");

  add(chunk: Uint8Array): void {
    this.size += chunk.length;
    this.#crc32 = crc32(chunk, this.#crc32);
    this.#md5.update(chunk);
  }

  finish(): Digests {
    return { size: this.size, crc32: this.#crc32, md5: this.#md5.digest("hex") };
  }
}

/**
 * The chunks of a source; ends with an error when they are not as many bytes as it says, so that a request's Content-Length is
 * never a lie.
 *
 * @throws InputError E-FILE-CHANGED
 */
export async function* readSource(source: Source): AsyncGenerator<Uint8Array> {
  const opened = source.open();
  let size = 0;
  for await (const chunk of opened instanceof Uint8Array ? [opened] : opened) {
    size += (chunk as Uint8Array).length;
    if (size > source.size) throw changed(source, `at least ${size}`);
    yield chunk as Uint8Array;
  }
  if (size !== source.size) throw changed(source, `${size}`);
}

/** Reads a source once for its digests. */
export async function digestSource(source: Source): Promise<Digests> {
  const digester = new Digester();
  for await (const chunk of readSource(source)) digester.add(chunk);
  return digester.finish();
}

function changed(source: Source, found: string): InputError {
  return new InputError(
    "E-FILE-CHANGED",
    `${quote(source.path)} was said to have ${source.size} bytes and has ${found}.`,
    "Has something written to it meanwhile? Send it when it is finished.",
  );
}
