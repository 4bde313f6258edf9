import { parseArgv } from "#command-json/parse-argv.ts";
import { command } from "#containers/mask-average/command.ts";
import { maskAverage } from "#containers/mask-average/pipeline.ts";
import { memoryContext } from "#test/shared/derivatives/example-fit.ts";

/** What a run in memory leaves behind. */
export interface MemoryRun {
  readonly written: ReadonlyMap<string, Uint8Array>;
  /** What the log said, a line each. */
  readonly said: readonly string[];
  /** What could not be done. */
  readonly partial: readonly string[];
}

/** Runs the pipeline with words as on the command line, without a process or an output folder. */
export async function runInMemory(...words: string[]): Promise<MemoryRun> {
  const call = parseArgv(command, words);
  if (call.kind !== "run") throw new Error("not a run");
  const context = { ...memoryContext(), given: call.given };
  const { partial } = await maskAverage(call.options, context);
  return { written: context.written, said: context.said, partial };
}

/** A row of roi_statistics.json. */
export type Row = Readonly<Record<string, unknown>>;

/** The rows of a run's table. */
export function rowsOf({ written }: MemoryRun): readonly Row[] {
  return jsonOf(written, "stats/roi_statistics.json") as readonly Row[];
}

/** A JSON file of a run. */
export function jsonOf(written: ReadonlyMap<string, Uint8Array>, path: string): unknown {
  const bytes = written.get(path);
  if (bytes === undefined) throw new Error(`no ${path} among ${[...written.keys()].join(", ")}`);
  return JSON.parse(Buffer.from(bytes).toString("utf8"));
}
