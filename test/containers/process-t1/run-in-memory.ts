import { parseArgv } from "#command-json/parse-argv.ts";
import type { Options } from "#containers/process-t1/choose-method.ts";
import { command } from "#containers/process-t1/command.ts";
import { processT1 } from "#containers/process-t1/pipeline.ts";
import { memoryContext } from "#test/shared/derivatives/example-fit.ts";

/** What the pipeline writes for a folder with options as on the command line, without a process or an output folder. */
export async function runInMemory(
  input: string,
  ...words: string[]
): Promise<ReadonlyMap<string, Uint8Array>> {
  const call = parseArgv(command, ["--input", input, ...words]);
  if (call.kind !== "run") throw new Error("not a run");
  const context = { ...memoryContext(), given: call.given };
  await processT1(call.options, context);
  return context.written;
}

/** Options as on the command line. */
export function optionsOf(...words: string[]): Options {
  const call = parseArgv(command, words);
  if (call.kind !== "run") throw new Error("not a run");
  return call.options;
}
