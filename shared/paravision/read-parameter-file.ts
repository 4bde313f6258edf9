import { constants } from "node:fs";
import { open } from "node:fs/promises";
import type { ParameterFile } from "./parameter-file.ts";
import { longestParameterFile, parseParameterFile } from "./parse-parameter-file.ts";
import type { RawFile, Skip } from "./reconstruction.ts";

/**
 * A parameter file of ParaVision, read as a whole; links are not followed, and nothing waits at a pipe.
 *
 * @returns Skip unreadable, too-large (more bytes than any such file has) or parse-error
 */
export async function readParameterFile(
  file: Pick<RawFile, "path" | "absolutePath">,
): Promise<ParameterFile | Skip> {
  let bytes: Uint8Array;
  try {
    // A pipe without a writer would be waited for, a link may lead out of the raw tree.
    const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
    const handle = await open(file.absolutePath, flags);
    try {
      const found = await handle.stat();
      if (!found.isFile()) return unreadable(file.path, "it is no regular file");
      if (found.size > longestParameterFile) {
        const text = `${file.path} has ${found.size} bytes, more than any parameter file`;
        return { skip: "too-large", text };
      }
      bytes = await handle.readFile();
    } finally {
      await handle.close();
    }
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === undefined) throw error;
    return unreadable(file.path, code === "ELOOP" ? "it is a link" : code);
  }
  return parseParameterFile(bytes, file.path);
}

function unreadable(path: string, why: string): Skip {
  return { skip: "unreadable", text: `${path} cannot be read (${why})` };
}
