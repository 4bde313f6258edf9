import { createHash } from "node:crypto";
import { parseArgv } from "#command-json/parse-argv.ts";
import { command } from "#containers/process-t2/command.ts";
import { processT2 } from "#containers/process-t2/pipeline.ts";
import { openPool } from "#shared/parallel/pool.ts";
import type { WrittenFile } from "#shared/program/outputs.ts";
import type { Outcome, ProgramContext } from "#shared/program/run-program.ts";

/** What a run of the pipeline wrote and said, without a process or an output folder. */
export interface MemoryRun {
  readonly files: ReadonlyMap<string, Uint8Array>;
  /** Messages of the log, warnings with their code before them. */
  readonly said: readonly string[];
  readonly outcome: Outcome;
}

/** Runs the pipeline on a folder with options as on the command line. */
export async function runInMemory(input: string, ...options: string[]): Promise<MemoryRun> {
  const call = parseArgv(command, ["--input", input, ...options]);
  if (call.kind !== "run") throw new Error("not a run");
  const files = new Map<string, Uint8Array>();
  const written: WrittenFile[] = [];
  const said: string[] = [];
  const write = async (path: string, content: Uint8Array | string): Promise<void> => {
    if (files.has(path)) throw new Error(`${path} written twice`);
    const bytes = typeof content === "string" ? Buffer.from(content) : content;
    files.set(path, bytes);
    written.push({ path, size: bytes.length, sha256: digestOf(bytes) });
  };
  const context: ProgramContext = {
    program: { name: command.name, label: command.label, version: "0.0.0", commit: "c", image: "" },
    given: call.given,
    log: {
      info: (_, message) => said.push(message),
      warn: (fields, message) => said.push(`${(fields as { code?: string }).code}: ${message}`),
      error: (_, message) => said.push(message),
    },
    pool: openPool(1, ""),
    output: { folder: "memory", files: written, write, commit: () => {}, discard: () => {} },
    startedAt: new Date(0),
    progress: () => () => {},
  };
  const outcome = await processT2(call.options, context);
  return { files, said, outcome };
}

/** SHA-256 of some bytes. */
export function digestOf(bytes: Uint8Array | string): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** A JSON file of a run. */
export function readJson(run: MemoryRun, path: string): Record<string, unknown> {
  const bytes = run.files.get(path);
  if (bytes === undefined) throw new Error(`no ${path} among ${[...run.files.keys()].join(", ")}`);
  return JSON.parse(Buffer.from(bytes).toString("utf8")) as Record<string, unknown>;
}
