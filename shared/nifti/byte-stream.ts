import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";
import { Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { InputError } from "#shared/errors.ts";
import type { FoundFile } from "#shared/files/list-files.ts";

/** How a file is stored. */
export interface StoredForm {
  readonly size: number;
  readonly gzipped: boolean;
}

/** Deflate cannot pack more than this many bytes into one (RFC 1951: 258 bytes in 2 bits). */
const largestRatio = 1032;

const chunkBytes = 1 << 20;

/**
 * Size of a file and whether it is gzipped, which its first two bytes tell, not its name.
 *
 * @throws InputError E-UNREADABLE when it cannot be opened
 */
export async function inspectFile(file: FoundFile): Promise<StoredForm> {
  try {
    const handle = await open(file.absolutePath);
    try {
      const { size } = await handle.stat();
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(2), 0, 2, 0);
      return { size, gzipped: bytesRead === 2 && buffer[0] === 0x1f && buffer[1] === 0x8b };
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw cannotRead(file, error);
  }
}

/** The most bytes a file can hold once it is unpacked. */
export function mostContent({ size, gzipped }: StoredForm): number {
  return gzipped ? size * largestRatio : size;
}

/** The first bytes of a file, unpacked: `count` of them, or fewer when the file is shorter. */
export async function readStart(
  file: FoundFile,
  form: StoredForm,
  count: number,
): Promise<Uint8Array> {
  const start = new Uint8Array(count);
  let filled = 0;
  await readContent(file, form, (chunk) => {
    const part = chunk.subarray(0, count - filled);
    start.set(part, filled);
    filled += part.length;
    return filled < count;
  });
  return start.subarray(0, filled);
}

/**
 * Hands the unpacked content of a file to `take`, part by part, until it returns false.
 *
 * @returns SHA-256 of the file as stored, hexadecimal; undefined when `take` ended the reading
 * @throws InputError E-UNREADABLE, E-GZIP when the compressed stream is damaged or cut short
 */
export async function readContent(
  file: FoundFile,
  form: StoredForm,
  take: (chunk: Uint8Array) => boolean,
): Promise<string | undefined> {
  const hash = createHash("sha256");
  const tap = new Transform({
    transform: (chunk, _encoding, done) => {
      hash.update(chunk);
      done(null, chunk);
    },
  });
  const source = createReadStream(file.absolutePath, { highWaterMark: chunkBytes });
  let whole = true;
  const sink = async (content: AsyncIterable<Uint8Array>): Promise<void> => {
    for await (const chunk of content) {
      if (take(chunk)) continue;
      whole = false;
      break;
    }
  };
  try {
    if (form.gzipped) {
      await pipeline(source, tap, createGunzip({ chunkSize: chunkBytes }), sink);
    } else {
      await pipeline(source, tap, sink);
    }
  } catch (error) {
    if (whole || !isAbort(error)) throw cannotRead(file, error);
  }
  return whole ? hash.digest("hex") : undefined;
}

/** Leaving the loop early closes the streams before their end, which the pipeline reports. */
function isAbort(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException).code;
  return code === "ERR_STREAM_PREMATURE_CLOSE" || code === "ABORT_ERR";
}

function cannotRead(file: FoundFile, error: unknown): unknown {
  const code = (error as NodeJS.ErrnoException).code ?? "";
  if (code.startsWith("Z_")) {
    return new InputError(
      "E-GZIP",
      `${file.path} is gzipped, but damaged or cut short (${code}).`,
      "Copy the file again.",
      error,
    );
  }
  // Anything without a code of the operating system is not about the file.
  if (!/^E[A-Z]+$/.test(code)) return error;
  return new InputError(
    "E-UNREADABLE",
    `${file.path} cannot be read (${code}).`,
    "Check that it exists and that this user may read it.",
    error,
  );
}
