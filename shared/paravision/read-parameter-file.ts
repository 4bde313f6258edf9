import { closeSync, constants, fstatSync, openSync, readFileSync } from "node:fs";
import type { ParameterFile } from "./parameter-file.ts";
import { longestParameterFile, parseParameterFile } from "./parse-parameter-file.ts";
import { isSkip, type RawFile, type Skip } from "./reconstruction.ts";

type Place = Pick<RawFile, "path" | "absolutePath">;

/**
 * A parameter file of ParaVision, read as a whole.
 *
 * @returns Skip unreadable, too-large (more bytes than any such file has) or parse-error
 */
export async function readParameterFile(file: Place): Promise<ParameterFile | Skip> {
  const bytes = readParameterBytes(file);
  return isSkip(bytes) ? bytes : parseParameterFile(bytes, file.path);
}

/**
 * The bytes of a parameter file. A link, which may lead out of the raw tree, is not followed, and nothing waits at a pipe, even when
 * one took the file's place since the tree was listed.
 *
 * @returns Skip unreadable or too-large
 */
export function readParameterBytes({ path, absolutePath }: Place): Uint8Array | Skip {
  try {
    const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
    const handle = openSync(absolutePath, flags);
    try {
      const found = fstatSync(handle);
      if (!found.isFile()) return unreadable(path, "it is no regular file");
      if (found.size <= longestParameterFile) return readFileSync(handle);
      const text = `${path} has ${found.size} bytes, more than any parameter file`;
      return { skip: "too-large", text };
    } finally {
      closeSync(handle);
    }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    return unreadable(path, code === "ELOOP" ? "it is a link" : code);
  }
}

function unreadable(path: string, why: string): Skip {
  return { skip: "unreadable", text: `${path} cannot be read (${why})` };
}
