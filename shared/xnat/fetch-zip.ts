import { rm } from "node:fs/promises";
import { readZip, ZipError } from "#shared/files/zip-read.ts";
import type { Digests } from "./digest.ts";
import { type Fetching, roomFor } from "./fetch-file.ts";
import { complain } from "./judge-answer.ts";
import { type OwnerPath, resourceSegments } from "./owner-path.ts";
import { judge, type PlannedFile } from "./plan-download.ts";
import { moveInto, saveStream } from "./save-stream.ts";
import { isRepeatable, isXnatError } from "./xnat-error.ts";

/** Catalogs and files that have come since the list was made, besides the files of the list. */
const moreEntries = 1_000;

/** Names one resource's zip. */
export interface ZipRequest {
  readonly owner: OwnerPath;
  readonly label: string;
}

/**
 * Brings the files of a resource that one zip holds whole and right, each into its place. What is not among them is for the
 * caller to fetch alone: a zip has no length, and one that is cut short says so by nothing but its end (rule D1).
 *
 * @returns the files that are in their places now
 * @throws XnatError "protocol" for a zip with a trick in it
 */
export async function fetchZip(
  { x, partial, freeBytes, onBytes }: Fetching,
  { owner, label }: ZipRequest,
  files: readonly PlannedFile[],
): Promise<ReadonlyMap<PlannedFile, Digests>> {
  const from = [...resourceSegments(owner, label), "files"];
  const listed = files.reduce((sum, { size }) => sum + (size ?? 0), 0);
  // The zip and its files lie on the disk together.
  const limitBytes = Math.min(freeBytes, 2 * roomFor(listed, freeBytes));
  const zip = `${partial}/zip`;
  const done = new Map<PlannedFile, Digests>();
  try {
    await x.stream(
      { method: "GET", path: from, query: { format: "zip", compression: "0" } },
      (body) => saveStream(body, { from, to: zip, limitBytes, onBytes }),
    );
    const byPath = new Map(files.map((file) => [file.path, file]));
    await readZip(
      zip,
      { entries: files.length * 2 + moreEntries, bytes: limitBytes },
      async (entry) => {
        const file = matchEntry(entry.name, label, byPath);
        if (file === undefined || done.has(file)) return;
        const to = `${partial}/entry`;
        const found = await saveStream(await entry.open(), { from, to, limitBytes });
        if (judge(file, found) !== "right") return;
        await moveInto(to, file.target, from);
        done.set(file, found);
      },
    );
  } catch (error) {
    if (error instanceof ZipError && error.reason === "refused") {
      throw complain(
        "protocol",
        { method: "GET", path: from },
        {
          found: `the zip is refused: ${error.message}`,
          hint: "Look at the resource in XNAT.",
          cause: error,
        },
      );
    }
    // Not there as a zip (D3), too large as one, cut short, or broken off: the files may still come one by one.
    const mayComeAlone = error instanceof ZipError || isXnatError(error, "not-found", "too-large");
    if (!mayComeAlone && !isRepeatable(error)) throw error;
  } finally {
    await rm(zip, { force: true });
  }
  return done;
}

/**
 * The file of the list that a zip's entry is: layouts differ between servers and settings, and names of scan types are changed
 * (rule D2), so the entry's end is looked up in the list.
 */
export function matchEntry<T>(
  name: string,
  label: string,
  byPath: ReadonlyMap<string, T>,
): T | undefined {
  const whole = `/${name}`;
  for (const mark of [`/${label}/files/`, `/${label}/`, "/files/"]) {
    for (let at = whole.indexOf(mark); at >= 0; at = whole.indexOf(mark, at + 1)) {
      const file = byPath.get(whole.slice(at + mark.length));
      if (file !== undefined) return file;
    }
  }
  return byPath.get(name);
}
