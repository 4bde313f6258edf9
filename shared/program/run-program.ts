import { availableParallelism } from "node:os";
import { isMainThread } from "node:worker_threads";
import type { CommandDefinition, OptionsOf } from "#command-json/define-command.ts";
import { parseArgv } from "#command-json/parse-argv.ts";
import { exitCodes, isProgramError, PartialError } from "#shared/errors.ts";
import { openPool, type Pool, serveTasks } from "#shared/parallel/pool.ts";
import { type Log, openLog } from "./log.ts";
import { toOneLine } from "./one-line.ts";
import { noOutput, type OutputFolder, openOutput } from "./outputs.ts";
import { type Progress, startProgress } from "./progress.ts";
import { containerImage, programCommit, programVersion } from "./version.ts";

/** Which program runs, for provenance and for what a person reads. */
export interface ProgramIdentity {
  readonly name: string;
  readonly label: string;
  readonly version: string;
  readonly commit: string;
  readonly image: string | undefined;
}

/** What a pipeline works with besides its options. */
export interface ProgramContext {
  readonly program: ProgramIdentity;
  /** Names of the options that were given; the others have their defaults. */
  readonly given: ReadonlySet<string>;
  readonly log: Log;
  readonly pool: Pool;
  readonly output: OutputFolder;
  readonly startedAt: Date;
  /** Writes the result of a run that prints to standard output, as it is. */
  print(text: string): void;
  /** A progress bar on a terminal, lines in a log. */
  progress(stage: string): Progress;
}

/** What a pipeline has to say at its end; `partial` names what could not be done. */
export interface Outcome {
  readonly partial: readonly string[];
  /**
   * The exit code, where the pipeline judges itself how much of its work was done (programs over many scans): the results are kept
   * whatever it is, with --strict too.
   */
  readonly exitCode?: number;
  /** Done when the results have their names; what it throws is reported, and the results stay. */
  readonly afterwards?: (() => Promise<void>) | undefined;
}

/** How a program that does not simply fill an empty folder deals with its output. */
export interface RunStyle<C extends CommandDefinition> {
  /** True for runs that print their result instead of writing files; the log then goes to standard error. */
  readonly prints?: (options: OptionsOf<C>) => boolean;
  /**
   * The program goes on with the results of an earlier run of its own, which it recognizes itself: a folder with files in it is no
   * error here. What it does not write by `output` it must protect itself.
   */
  readonly resumes?: boolean;
}

/** A program as a page: options in, files out. */
export type Pipeline<C extends CommandDefinition> = (
  options: OptionsOf<C>,
  context: ProgramContext,
) => Promise<Outcome>;

/** Options every program has; the hallway reads them by these names. */
interface HallwayOptions {
  readonly output: string;
  readonly overwrite: boolean;
  readonly workers?: number;
  readonly strict?: boolean;
  readonly "log-format": "text" | "json";
}

const signals = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

/**
 * Runs a program from its command line to its exit code (shared/errors.ts): the three lines of every main.ts.
 *
 * In a worker thread of the pool the same module answers tasks instead, so one bundle is both.
 *
 * @param entry - URL of the running main module (`import.meta.url`)
 */
export async function runProgram<C extends CommandDefinition>(
  command: C,
  pipeline: Pipeline<C>,
  entry: string,
  style: RunStyle<C> = {},
): Promise<void> {
  if (!isMainThread) {
    serveTasks();
    return;
  }
  // Results are for everybody who may read the XNAT archive, whatever umask the container was started with.
  process.umask(0o022);
  process.stdout.on("error", () => {}); // A reader that went away (`| head`) is no reason to lose results.
  try {
    const call = parseArgv(command, process.argv.slice(2));
    if (call.kind === "help") process.stdout.write(`${call.text}\n`);
    else if (call.kind === "version") {
      process.stdout.write(`${command.name} ${programVersion()} (${programCommit()})\n`);
    } else await runPipeline(command, pipeline, call, entry, style);
  } catch (error) {
    process.exitCode = reportFailure(error);
  }
}

async function runPipeline<C extends CommandDefinition>(
  command: C,
  pipeline: Pipeline<C>,
  { options, given }: { options: OptionsOf<C>; given: ReadonlySet<string> },
  entry: string,
  style: RunStyle<C>,
): Promise<void> {
  const hallway = options as unknown as HallwayOptions;
  const terminal = process.stderr.isTTY && process.stdout.isTTY ? process.stderr : undefined;
  const prints = style.prints?.(options) === true;
  const log = openLog(hallway["log-format"], terminal !== undefined, prints ? 2 : 1);
  const program = {
    name: command.name,
    label: command.label,
    version: programVersion(),
    commit: programCommit(),
    image: containerImage(),
  };
  const inputs = inputPaths(command, options);
  const mayHoldFiles = hallway.overwrite || style.resumes === true;
  const output = prints ? noOutput() : openOutput(hallway.output, inputs, mayHoldFiles);
  const pool = openPool(hallway.workers ?? defaultThreads(), new URL(entry));
  const removeHandlers = discardOnSignal(output);
  let committed = false;
  try {
    log.info({ version: program.version, commit: program.commit }, `${program.label} starts`);
    const outcome = await pipeline(options, {
      program,
      given,
      log,
      pool,
      output,
      startedAt: new Date(),
      print: (text) => void process.stdout.write(text),
      progress: (stage) => startProgress(stage, log, terminal),
    });
    if (outcome.partial.length > 0 && hallway.strict === true && outcome.exitCode === undefined) {
      throw new PartialError(
        "E-PARTIAL",
        `Not everything could be done: ${outcome.partial.join("; ")}.`,
        "Run without --strict to keep what was done.",
      );
    }
    output.commit();
    committed = true;
    removeHandlers();
    const partial = outcome.partial.length > 0;
    log.info(
      { files: output.files.length },
      partial
        ? `partial: ${outcome.partial.join("; ")}`
        : `done${prints ? "" : `: results in ${output.folder}`}`,
    );
    await outcome.afterwards?.();
    if (outcome.exitCode !== undefined) process.exitCode = outcome.exitCode;
  } catch (error) {
    if (!committed) output.discard();
    throw error;
  } finally {
    removeHandlers();
    await pool.close();
  }
}

/** Everything that is read by its path, given or by default; results must not mix with it. */
function inputPaths(
  command: CommandDefinition,
  options: Readonly<Record<string, unknown>>,
): readonly string[] {
  return Object.entries(command.options)
    .filter(
      ([name, { kind, choices }]) => kind === "path" && choices.length === 0 && name !== "output",
    )
    .flatMap(([name]) => options[name])
    .filter((path) => typeof path === "string");
}

/** One clear message on standard error; a bug shows its stack. Returns the exit code. */
function reportFailure(error: unknown): number {
  if (isProgramError(error)) {
    process.stderr.write(`${error.code}: ${toOneLine(error.message)}\n`);
    return error.exitCode;
  }
  const stack = error instanceof Error ? error.stack : String(error);
  process.stderr.write(
    `This is a bug in the program, not in your images. Please report it.\n${stack}\n`,
  );
  return exitCodes.bug;
}

function discardOnSignal(output: OutputFolder): () => void {
  const handlers = Object.entries(signals).map(([signal, code]) => {
    const stop = () => {
      output.discard();
      process.stderr.write(`Stopped by ${signal}; nothing was written.\n`);
      process.exit(code);
    };
    process.on(signal, stop);
    return () => process.off(signal, stop);
  });
  return () => {
    for (const remove of handlers) remove();
  };
}

/** More threads do not shorten a run of seconds, and each takes some 50 MB of a server that others use too. */
const mostThreads = 8;

function defaultThreads(): number {
  return Math.min(mostThreads, availableParallelism());
}
