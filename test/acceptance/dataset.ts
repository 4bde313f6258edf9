import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

// The reference data lie outside the repository, for their licences; tests that need them are skipped without.
const root = fileURLToPath(new URL("../../", import.meta.url));

/** Folder of a dataset, or undefined when the reference data are not here. */
export function findDataset(name: string): string | undefined {
  const base = process.env["XNAT_PIC_DATA"] ?? join(root, "../shared/data");
  const folder = join(base, "qmri", name);
  return existsSync(join(folder, "expected.json")) ? folder : undefined;
}

/** Folder of a dataset of regions that holds this file, or undefined when the reference data are not here. */
export function findRegionDataset(name: string, file = "expected.json"): string | undefined {
  const base = process.env["XNAT_PIC_DATA"] ?? join(root, "../shared/data");
  const folder = join(base, "roi", name);
  return existsSync(join(folder, file)) ? folder : undefined;
}

/** What a run of a program left behind. */
export interface Run {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly output: string;
}

/** Runs a program as a user does, from the checkout, into a new folder. */
export function runProgram(program: string, input: string, ...options: readonly string[]): Run {
  const output = join(mkdtempSync(join(tmpdir(), "acceptance-")), "out");
  const args = [program, "--input", input, "--output", output, ...options];
  const { status, stdout, stderr } = spawnSync(join(root, "xnat-pic"), args, {
    encoding: "utf8",
    timeout: 120_000,
  });
  return { exitCode: status, stdout, stderr, output };
}

/** Path of the one map of a run with this ending, for instance `_T2map.nii.gz` without a `desc-`. */
export function mapPath(
  run: Pick<Run, "output" | "stderr">,
  suffix: string,
  description?: string,
): string {
  const ending =
    description === undefined ? `_${suffix}.nii.gz` : `_desc-${description}_${suffix}.nii.gz`;
  const names = readdirSync(join(run.output, "maps")).filter(
    (name) => name.endsWith(ending) && (description !== undefined || !name.includes("_desc-")),
  );
  if (names.length !== 1) throw new Error(`${names.length} maps end with ${ending}\n${run.stderr}`);
  return join(run.output, "maps", names[0]!);
}

/** A JSON file of a run. */
export function readRecord(run: Pick<Run, "output">, name: string): Record<string, unknown> {
  return JSON.parse(readFileSync(join(run.output, "report", name), "utf8")) as Record<
    string,
    unknown
  >;
}
