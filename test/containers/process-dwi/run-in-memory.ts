import { parseArgv } from "#command-json/parse-argv.ts";
import { command } from "#containers/process-dwi/command.ts";
import { processDwi } from "#containers/process-dwi/pipeline.ts";
import { memoryContext } from "#test/shared/derivatives/example-fit.ts";

/** What the pipeline writes for a folder with options as on the command line, without a process or an output folder. */
export async function runInMemory(
  input: string,
  ...options: string[]
): Promise<ReadonlyMap<string, Uint8Array>> {
  const call = parseArgv(command, ["--input", input, ...options]);
  if (call.kind !== "run") throw new Error("not a run");
  const context = { ...memoryContext(), given: call.given };
  await processDwi(call.options, context);
  return context.written;
}
