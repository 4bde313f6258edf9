import type { JcampParameter } from "./jcamp.ts";

/** What is wrong at one place of a parameter file. A parameter that breaks the grammar is left out. */
export interface ParameterProblem {
  /** From 1. */
  readonly line: number;
  /** Without `##$`; empty for the file itself. */
  readonly name: string;
  readonly text: string;
}

/** A parameter file of ParaVision. Values are parsed when they are asked for. */
export interface ParameterFile {
  /** For messages. */
  readonly path: string;
  /** TITLE, JCAMPDX, DATATYPE, ORIGIN, OWNER (a console login: a person's trace). */
  readonly labels: ReadonlyMap<string, string>;
  /** Parameters in the order of the file, without `##$`. */
  readonly names: readonly string[];
  /** Whether `##END=` was there: a file may lack its last lines. */
  readonly complete: boolean;
  /** Grows as parameters are asked for. */
  readonly problems: readonly ParameterProblem[];
  /** undefined when the file has no such parameter, or one that breaks the grammar (then `problems` says so). */
  get(name: string): JcampParameter | undefined;
}
