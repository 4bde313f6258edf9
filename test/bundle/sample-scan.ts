import { execFileSync } from "node:child_process";
import { globSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { bundleProgram } from "../../scripts/bundle.ts";

export const root = fileURLToPath(new URL("../..", import.meta.url));

/** A folder that is removed at the end; files other users left in it may stay. */
export interface Workspace {
  readonly folder: string;
  remove(): void;
}

export function makeWorkspace(): Workspace {
  const folder = mkdtempSync(join(tmpdir(), "xnat-pic-test-"));
  return {
    folder,
    remove: () => {
      try {
        rmSync(folder, { recursive: true, force: true });
      } catch {
        // Results of another user, which only root can remove.
      }
    },
  };
}

/** Folder with the DICOM files of the digital mouse's multi-echo scan, made below `folder`. */
export function makeSampleScan(folder: string): string {
  const sample = join(folder, "sample");
  execFileSync(join(root, "xnat-pic"), ["sample-data", "--output", sample], {
    stdio: ["ignore", "ignore", "inherit"],
  });
  const [scan] = globSync(join(sample, "*/arc001/*/SCANS/3/DICOM")).sort();
  if (scan === undefined) throw new Error(`no multi-echo scan in ${sample}`);
  return scan;
}

/**
 * The result of `work` done on one state of the sources: repeated when the bundle of the program changed meanwhile,
 * as it does where somebody edits or commits while the tests run.
 */
export async function onOneState<T>(program: string, work: () => Promise<T>): Promise<T> {
  const state = async () => {
    const workspace = makeWorkspace();
    const { sha256 } = await bundleProgram(program, join(workspace.folder, "bundle"));
    workspace.remove();
    return sha256;
  };
  for (let attempt = 0; attempt < 5; attempt++) {
    const before = await state();
    const result = await work();
    if ((await state()) === before) return result;
  }
  throw new Error("the sources keep changing while the tests run");
}
