import type { JcampParameter } from "./jcamp.ts";
import type { ParameterFile, ParameterProblem } from "./parameter-file.ts";

/** A parameter file as plain data, for JSON. */
export interface ParameterRecord {
  readonly path: string;
  /** TITLE, ORIGIN, OWNER, ... */
  readonly labels: Readonly<Record<string, string>>;
  /** By name, in the order of the file. */
  readonly parameters: Readonly<Record<string, JcampParameter>>;
  /** Whether `##END=` was there. */
  readonly complete: boolean;
  /** What was left out and why, by line. */
  readonly problems: readonly ParameterProblem[];
}

/**
 * All of a parameter file: each parameter with its kind, its shape and its values, the last dimension fastest, repetitions
 * written out.
 */
export function describeParameters(file: ParameterFile): ParameterRecord {
  const parameters = file.names.flatMap((name): [string, JcampParameter][] => {
    const parameter = file.get(name);
    return parameter === undefined ? [] : [[name, parameter]];
  });
  return {
    path: file.path,
    labels: Object.fromEntries(file.labels),
    parameters: Object.fromEntries(parameters),
    complete: file.complete,
    problems: file.problems.toSorted((a, b) => a.line - b.line),
  };
}
