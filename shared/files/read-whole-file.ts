import { open } from "node:fs/promises";
import { InputError, UnsupportedError } from "#shared/errors.ts";
import type { FoundFile } from "./list-files.ts";

/**
 * All bytes of a file.
 *
 * @param longest - most bytes that are read; nothing is reserved for a longer file
 * @throws InputError E-UNREADABLE; UnsupportedError E-FILE-SIZE for a longer file
 */
export async function readWholeFile(file: FoundFile, longest: number): Promise<Uint8Array> {
  let size: number;
  try {
    const handle = await open(file.absolutePath);
    try {
      const found = await handle.stat();
      ({ size } = found);
      // A device has no size, and no end.
      if (found.isFile() && size <= longest) return await handle.readFile();
      if (!found.isFile()) size = Number.POSITIVE_INFINITY;
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw new InputError(
      "E-UNREADABLE",
      `${file.path} cannot be read (${(error as NodeJS.ErrnoException).code ?? error}).`,
      "Give the program's user the right to read it.",
      error,
    );
  }
  if (size === Number.POSITIVE_INFINITY) {
    throw new InputError(
      "E-UNREADABLE",
      `${file.path} is no regular file.`,
      "Give a file with its content.",
    );
  }
  throw new UnsupportedError(
    "E-FILE-SIZE",
    `${file.path} has ${size} bytes; at most ${longest} are read.`,
    "Is it the file you mean? Else split it.",
  );
}
