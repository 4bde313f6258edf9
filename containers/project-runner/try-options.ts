import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { UsageError } from "#shared/errors.ts";
import type { Execute } from "./execute-program.ts";
import { ItemError } from "./judge-failure.ts";
import type { ProgramOptions } from "./program-options.ts";
import type { Program } from "./programs.ts";

/** Time a program has to refuse its options; it has no images to work on, ms. */
const timeOutMs = 60_000;

/**
 * Lets a program judge its options itself before anything is fetched: it is started on an empty folder, which it refuses after its
 * options.
 *
 * @throws UsageError E-PIPELINE-OPTIONS with the program's words
 */
export async function tryOptions(
  program: Program,
  options: ProgramOptions,
  work: string,
  execute: Execute,
): Promise<void> {
  if (Object.keys(options.values).length === 0) return;
  await mkdir(work, { recursive: true });
  const folder = await mkdtemp(join(work, "try-"));
  try {
    const inputs = program.mounts.map(({ option }) => `${option}=${join(folder, "nothing")}`);
    const argv = [...new Set(inputs), `--output=${join(folder, "output")}`, ...options.argv];
    await mkdir(join(folder, "nothing"));
    const environment = { PATH: process.env["PATH"] ?? "" };
    const execution = { main: program.main, argv, environment, folder, timeOutMs };
    await execute(execution, new AbortController().signal);
  } catch (error) {
    if (!(error instanceof ItemError)) throw error;
    if (!/^E-(OPTION|ARGUMENT)/.test(error.code)) return; // It is the missing images it complains of.
    const found = `Options of ${program.name}: ${error.message}`;
    throw new UsageError("E-PIPELINE-OPTIONS", found, "");
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
