import type { Program } from "./programs.ts";

/** Options of a program for a whole run. */
export interface ProgramOptions {
  /** Arguments as the Container Service would pass them, for mode here. */
  readonly argv: readonly string[];
  /** Values that differ from their defaults by the name of the command's input, for launches. */
  readonly values: Readonly<Record<string, string>>;
  /** SHA-256 over `values`. */
  readonly hash: string;
}

/**
 * The options of a pipeline from one text, "--model epg --noise none" or "--model=epg --noise=none".
 *
 * @throws UsageError E-PIPELINE-OPTIONS for an option the program does not have in XNAT, or a value it cannot take
 */
export function parseProgramOptions(_program: Program, _text: string): ProgramOptions {
  throw new Error("not written yet");
}
