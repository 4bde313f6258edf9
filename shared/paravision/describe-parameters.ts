import type { JcampParameter, JcampValue } from "./jcamp.ts";
import type { ParameterFile, ParameterProblem } from "./parameter-file.ts";

/** A single value, or lists of lists as the shape of an array says. Structs are lists too. */
export type NestedValue = JcampValue | readonly NestedValue[];

/** A parameter file as plain data, for JSON. */
export interface ParameterRecord {
  /** Whether `##END=` was there. */
  readonly complete: boolean;
  /** TITLE, ORIGIN, OWNER, ... */
  readonly labels: Readonly<Record<string, string>>;
  /** By name, in the order of the file; repetitions written out. */
  readonly parameters: Readonly<Record<string, NestedValue>>;
  /** What was left out and why, by line. */
  readonly problems: readonly ParameterProblem[];
}

/** All of a parameter file: a single value as it is, an array in the dimensions of its shape. */
export function describeParameters(file: ParameterFile): ParameterRecord {
  const parameters = file.names.flatMap((name) => {
    const parameter = file.get(name);
    return parameter === undefined ? [] : [[name, nest(parameter)] as const];
  });
  return {
    complete: file.complete,
    labels: Object.fromEntries(file.labels),
    parameters: Object.fromEntries(parameters),
    problems: file.problems.toSorted((a, b) => a.line - b.line),
  };
}

function nest({ shape, values }: JcampParameter): NestedValue {
  if (shape.length === 0) return values[0] ?? [];
  let list: readonly NestedValue[] = values;
  for (const size of shape.slice(1).reverse()) list = split(list, size);
  return list;
}

function split(list: readonly NestedValue[], size: number): readonly NestedValue[] {
  const count = size === 0 ? 0 : list.length / size;
  return Array.from({ length: count }, (_, n) => list.slice(n * size, (n + 1) * size));
}
