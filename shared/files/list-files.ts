import { opendir } from "node:fs/promises";
import { join } from "node:path";
import { UsageError } from "#shared/errors.ts";

/** A regular file below an input folder. */
export interface FoundFile {
  /** Relative to the folder, with forward slashes. */
  readonly path: string;
  readonly absolutePath: string;
}

/**
 * All regular files below a folder, sorted by relative path; hidden files, links and special files are left out.
 *
 * Links are not followed: what is read must lie in the folder that was given, and a loop must not hang us.
 *
 * @param option - that names the folder, for messages
 * @throws UsageError E-INPUT-FOLDER when the folder is missing, not a folder, or cannot be read
 */
export async function listFiles(folder: string, option = "--input"): Promise<readonly FoundFile[]> {
  const found: FoundFile[] = [];
  const folders = [""];
  for (let next = folders.pop(); next !== undefined; next = folders.pop()) {
    const here = next;
    try {
      for await (const entry of await opendir(join(folder, here))) {
        if (entry.name.startsWith(".")) continue;
        const path = here === "" ? entry.name : `${here}/${entry.name}`;
        if (entry.isDirectory()) folders.push(path);
        else if (entry.isFile()) found.push({ path, absolutePath: join(folder, path) });
      }
    } catch (error) {
      throw cannotRead(join(folder, here), option, error);
    }
  }
  return found.sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
}

function cannotRead(folder: string, option: string, error: unknown): Error {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === "ENOENT") {
    return new UsageError(
      "E-INPUT-FOLDER",
      `The input folder ${folder} does not exist.`,
      `Give ${option}.`,
      error,
    );
  }
  if (code === "ENOTDIR") {
    return new UsageError(
      "E-INPUT-FOLDER",
      `The input ${folder} is a file, not a folder.`,
      `Give the folder with ${option}.`,
      error,
    );
  }
  if (code === "EACCES" || code === "EPERM") {
    return new UsageError(
      "E-INPUT-FOLDER",
      `The folder ${folder} cannot be read by this user (${code}).`,
      "Give the program's user the right to read it.",
      error,
    );
  }
  return error instanceof Error ? error : new Error(String(error));
}
