import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  realpathSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
} from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { basename, dirname, join, relative, resolve } from "node:path";
import { UsageError } from "#shared/errors.ts";
import { cannotWrite } from "#shared/files/cannot-write.ts";

/** A file of this run. */
export interface WrittenFile {
  /** Relative to the output folder, with forward slashes. */
  readonly path: string;
  readonly size: number;
  readonly sha256: string;
}

/**
 * The results of a run, gathered under a hidden name inside the output folder and moved to their
 * own names all at once, so that the folder of a failed run holds nothing half-written and the
 * results of an earlier run stay until the new ones are complete.
 */
export interface OutputFolder {
  readonly folder: string;
  /** Everything written so far, in order of writing. */
  readonly files: readonly WrittenFile[];
  /** Writes one file. @throws UsageError E-OUTPUT-FULL, E-OUTPUT */
  write(path: string, content: Uint8Array | string): Promise<void>;
  /** Moves the results to their names. Afterwards the run is complete. */
  commit(): void;
  /** Removes what was written, and writes nothing from now on. Synchronous, because signals call it. */
  discard(): void;
}

/** Time the writes under way have to end before they are cleared away, ms; what is slower clears after itself. */
const lastWrites = 50;

const stagingPrefix = ".xnat-pic-";

/**
 * Opens an output folder, which is made when it is missing.
 *
 * @throws UsageError E-OUTPUT when it cannot be written, E-OUTPUT-NOT-EMPTY when it holds files and
 * `overwrite` is not given, E-OUTPUT-IN-INPUT when it lies inside one of the input folders
 */
export function openOutput(
  folder: string,
  inputs: readonly string[],
  overwrite: boolean,
): OutputFolder {
  for (const input of inputs) refuseInside(folder, input);
  const made = guard(folder, () => makeFolders(resolve(folder)));
  const present = guard(folder, () => readdirSync(folder)).filter(
    (name) => !name.startsWith(stagingPrefix),
  );
  if (present.length > 0 && !overwrite) {
    throw new UsageError(
      "E-OUTPUT-NOT-EMPTY",
      `The output folder ${folder} is not empty (${present.slice(0, 3).join(", ")}${present.length > 3 ? ", ..." : ""}).`,
      "Give an empty folder, or --overwrite to replace the results of an earlier run.",
    );
  }
  const staging = join(folder, `${stagingPrefix}${process.pid}`);
  guard(folder, () => {
    rmSync(staging, { recursive: true, force: true });
    mkdirSync(staging);
    mkdirSync(join(staging, "new"));
  });
  const files: WrittenFile[] = [];
  const underWay = new Set<Promise<void>>();
  let discarded = false;
  const store = async (path: string, content: Uint8Array | string): Promise<void> => {
    const bytes = typeof content === "string" ? Buffer.from(content, "utf8") : content;
    const target = join(staging, "new", path);
    try {
      await mkdir(dirname(target), { recursive: true });
      await writeFile(target, bytes, { flag: "wx" });
    } catch (error) {
      throw cannotWrite(folder, error);
    }
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    files.push({ path, size: bytes.length, sha256 });
  };
  const clear = (): void => {
    rmSync(staging, { recursive: true, force: true });
    if (made !== undefined) removeMadeFolders(folder, made);
  };
  return {
    folder,
    files,
    write: async (path, content) => {
      // Other parts of a failed run may still be at work, and must not bring the folder back.
      if (discarded) return;
      const writing = store(path, content);
      underWay.add(writing);
      try {
        await writing;
      } finally {
        underWay.delete(writing);
        if (discarded) clear();
      }
    },
    commit: () => guard(folder, () => moveInto(folder, staging)),
    discard: () => {
      discarded = true;
      if (underWay.size > 0) pause(lastWrites);
      clear();
    },
  };
}

/** The output of a run that only prints. */
export function noOutput(): OutputFolder {
  return {
    folder: "",
    files: [],
    write: async (path) => {
      throw new Error(`${path} is written by a run that only prints`);
    },
    commit: () => {},
    discard: () => {},
  };
}

/** Stops this thread; the system goes on with the writes it was given. */
function pause(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}

/** Swaps each result in; when one cannot be moved, everything is put back as it was. */
function moveInto(folder: string, staging: string): void {
  const undo: (() => void)[] = [];
  mkdirSync(join(staging, "old"));
  try {
    for (const name of readdirSync(join(staging, "new"))) {
      const target = join(folder, name);
      const old = join(staging, "old", name);
      if (readdirSync(folder).includes(name)) {
        renameSync(target, old);
        undo.push(() => renameSync(old, target));
      }
      const fresh = join(staging, "new", name);
      renameSync(fresh, target);
      undo.push(() => renameSync(target, fresh));
    }
  } catch (error) {
    for (const step of undo.reverse()) step();
    throw error;
  }
  rmSync(staging, { recursive: true, force: true });
}

/**
 * Makes a folder and its missing parents; returns the outermost one made.
 *
 * One by one, because Node's recursive mkdir never returns where a file system answers ENOENT below a
 * folder that exists (/proc).
 */
function makeFolders(folder: string): string | undefined {
  if (existsSync(folder)) return undefined;
  const outer = makeFolders(dirname(folder));
  mkdirSync(folder);
  return outer ?? folder;
}

/** Removes folders this run made, outermost `made`, as long as they are empty. */
function removeMadeFolders(folder: string, made: string): void {
  for (let here = resolve(folder); here.length >= resolve(made).length; here = dirname(here)) {
    try {
      rmdirSync(here);
    } catch {
      return;
    }
  }
}

function refuseInside(folder: string, input: string): void {
  let inside: string;
  try {
    // Results may well lie beside a file that is read.
    if (!statSync(input).isDirectory()) return;
    inside = relative(realpathSync(input), realPlace(resolve(folder)));
  } catch {
    return; // A missing input is reported by its reader, with a better message.
  }
  if (inside !== ".." && !inside.startsWith("../")) {
    throw new UsageError(
      "E-OUTPUT-IN-INPUT",
      `The output folder ${folder} lies inside the input folder ${input}.`,
      "Give an output folder elsewhere: results must not mix with images.",
    );
  }
}

/** Where a folder is, or would be made: links on its way are followed. */
function realPlace(folder: string): string {
  try {
    return realpathSync(folder);
  } catch {
    const above = dirname(folder);
    return above === folder ? folder : join(realPlace(above), basename(folder));
  }
}

function guard<T>(folder: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw cannotWrite(folder, error);
  }
}
