import type { ParameterFile } from "./parameter-file.ts";

/**
 * One value of a parameter: a number, a word or text, or a struct of such. A member of a struct that holds several values
 * (`(1 0 0, <a>)`) is a list of them, as if it were a struct itself.
 */
export type JcampValue = number | string | readonly JcampValue[];

/** A parameter of a ParaVision file. */
export interface JcampParameter {
  /** What the values are: `Yes` is a word, `<Yes>` a text. Parameters without any value count as numbers. */
  readonly kind: "numbers" | "words" | "texts" | "structs" | "mixed";
  /**
   * Number of values along each dimension, as written before them: `( 5, 9 )`; empty for a single value. The longest length
   * of texts, which is written there too, is left out.
   */
  readonly shape: readonly number[];
  /** In the order of the file, the last dimension fastest; repetitions written out. As many as the shape says. */
  readonly values: readonly JcampValue[];
}

/** The values of a parameter when they are all numbers; undefined otherwise. */
export function numbersOf(
  file: ParameterFile | undefined,
  name: string,
): readonly number[] | undefined {
  const parameter = file?.get(name);
  return parameter?.kind === "numbers" ? (parameter.values as readonly number[]) : undefined;
}

/** The only value of a parameter, of an array too, when it is a number; undefined otherwise. */
export function numberOf(file: ParameterFile | undefined, name: string): number | undefined {
  const values = numbersOf(file, name);
  return values?.length === 1 ? values[0] : undefined;
}

/** The values of a parameter when they are all texts or words; undefined otherwise. */
export function textsOf(
  file: ParameterFile | undefined,
  name: string,
): readonly string[] | undefined {
  const values = file?.get(name)?.values;
  return values?.every((value) => typeof value === "string")
    ? (values as readonly string[])
    : undefined;
}

/**
 * The first value of a parameter as text, of a pair `(<name>, <what is shown>)` the name; empty when there is none, or when it is
 * something else.
 */
export function textOf(file: ParameterFile | undefined, name: string): string {
  const [value] = file?.get(name)?.values ?? [];
  const text = value === undefined ? undefined : nameOfPair(value);
  return typeof text === "string" ? text : "";
}

/**
 * The words of an enumeration, whichever of its forms the version writes: `Yes`, `<space:Yes>`, `(<Yes>, <what is shown>)`;
 * undefined when one of the values is something else.
 */
export function wordsOf(
  file: ParameterFile | undefined,
  name: string,
): readonly string[] | undefined {
  const words = file?.get(name)?.values.map((value) => {
    const word = nameOfPair(value);
    return typeof word === "string" ? word.replace(/^\w+:/, "") : undefined;
  });
  return words?.includes(undefined) ? undefined : (words as readonly string[] | undefined);
}

function nameOfPair(value: JcampValue): JcampValue {
  if (typeof value !== "object" || value.length !== 2) return value;
  return value.every((member) => typeof member === "string") ? value[0]! : value;
}

/** The first word of an enumeration; empty when there is none. */
export function wordOf(file: ParameterFile | undefined, name: string): string {
  return wordsOf(file, name)?.[0] ?? "";
}

/** The structs of a parameter, also when it is a single one; undefined when it holds something else. */
export function structsOf(
  file: ParameterFile | undefined,
  name: string,
): readonly (readonly JcampValue[])[] | undefined {
  const parameter = file?.get(name);
  return parameter?.kind === "structs"
    ? (parameter.values as readonly (readonly JcampValue[])[])
    : undefined;
}
