import { mkdir, rm } from "node:fs/promises";
import { join, resolve } from "node:path";
import { partialFolder } from "#shared/files/safe-path.ts";
import type { XnatConnection } from "./connection.ts";
import type { Digests } from "./digest.ts";
import { type Fetching, fetchFile } from "./fetch-file.ts";
import { fetchZip } from "./fetch-zip.ts";
import { fewAtOnce } from "./few-at-once.ts";
import { listFiles } from "./files.ts";
import { inTurn } from "./in-turn.ts";
import { complain } from "./judge-answer.ts";
import { type OwnerPath, resourceSegments } from "./owner-path.ts";
import { pause as ordinaryPause, type Pause } from "./pause.ts";
import { findHere, type PlannedFile, planDownload } from "./plan-download.ts";
import { freeBytes } from "./save-stream.ts";

/** From this many missing files on one zip is asked for. */
const zipFrom = 8;
/** Zips that are asked for before the files are fetched one by one. */
const zipTries = 2;
/** Files that are fetched side by side. */
const atOnce = 4;

export interface DownloadOptions {
  /** Paths in the resource; all files unless given. */
  readonly files?: readonly string[];
  /** Called with the number of bytes of each piece that has come; what is fetched again counts again. */
  readonly onBytes?: (bytes: number) => void;
  readonly pause?: Pause;
}

export interface DownloadedFile {
  readonly path: string;
  readonly size: number;
  readonly md5: string;
}

export interface Download {
  /** In the order of the server's list. */
  readonly files: readonly DownloadedFile[];
  /** Of them, those that an earlier run had brought. */
  readonly alreadyHere: number;
  /** Sentences for the user: stale sizes, two resources of one label. */
  readonly warnings: readonly string[];
}

/**
 * Brings the files of a resource into a folder: each is written aside, checked against the list, and only then gets its name.
 * Whatever stops it, the folder holds whole files only, and the next call fetches what is missing.
 *
 * What the server says is not trusted: names that lead out of the folder, zips with tricks and endless bodies are refused.
 *
 * @throws XnatError: what the requests throw; "disk" when the files do not fit, before the first is fetched; "protocol" for
 * what is refused or stays wrong; "not-found" for a resource or file that does not exist
 */
export async function downloadResource(
  x: XnatConnection,
  owner: OwnerPath,
  label: string,
  folder: string,
  { files: wanted, onBytes, pause = ordinaryPause }: DownloadOptions = {},
): Promise<Download> {
  const listed = await listFiles(x, owner, label);
  const plan = planDownload(owner, label, listed, folder, wanted);
  return inTurn(`folder ${resolve(folder)}`, async () => {
    const partial = join(resolve(folder), partialFolder);
    await rm(partial, { recursive: true, force: true });
    await mkdir(partial, { recursive: true });
    try {
      const warnings = [...plan.warnings];
      const done = new Map<PlannedFile, Digests>();
      await fewAtOnce(plan.files, atOnce, async (file) => {
        const found = await findHere(file);
        if (found !== undefined) done.set(file, found);
      });
      const alreadyHere = done.size;
      const free = await freeBytes(folder);
      const missing = plan.files.filter((file) => !done.has(file));
      const needed = missing.reduce((sum, { size }) => sum + (size ?? 0), 0);
      requireRoom(needed, free, [...resourceSegments(owner, label), "files"]);
      const fetching: Fetching = {
        x,
        partial,
        freeBytes: free,
        pause,
        onBytes,
        warn: (remark) => warnings.push(remark),
      };
      for (let tried = 0; plan.byZip && tried < zipTries; tried += 1) {
        const open = plan.files.filter((file) => !done.has(file));
        const most = open.length >= zipFrom && open.length * 2 >= plan.files.length;
        // The zip and its files lie on the disk together.
        if (!most || 2 * needed > free) break;
        if (tried > 0) await pause(tried);
        for (const [file, found] of await fetchZip(fetching, { owner, label }, open)) {
          done.set(file, found);
        }
      }
      const left = [...plan.files.entries()].filter(([, file]) => !done.has(file));
      await fewAtOnce(left, atOnce, async ([number, file]) => {
        done.set(file, await fetchFile(fetching, file, number));
      });
      return { files: plan.files.map((file) => describe(file, done)), alreadyHere, warnings };
    } finally {
      await rm(partial, { recursive: true, force: true });
    }
  });
}

function describe(file: PlannedFile, done: ReadonlyMap<PlannedFile, Digests>): DownloadedFile {
  const { size, md5 } = done.get(file) as Digests;
  return { path: file.path, size, md5 };
}

function requireRoom(needed: number, free: number, path: readonly string[]): void {
  if (needed <= free) return;
  throw complain(
    "disk",
    { method: "GET", path: path },
    {
      found: `its files need ${needed} bytes, and this machine has room for ${free}`,
      hint: "Make room, or give a work folder on a larger disk.",
    },
  );
}
