import { z } from "zod";
import type { Unit } from "#shared/units.ts";
import { describeLimits, isWithin, type Limits, parseDecimal } from "./limits.ts";
import type { Option } from "./option.ts";
import {
  choicesOf,
  common,
  hasControlCharacter,
  type Keywords,
  option,
  orOneOf,
  type Reading,
  readPath,
  sentence,
  splitList,
  type Unset,
  unsetIfBlank,
  type Words,
  withKeywords,
} from "./reading.ts";

/** A number, or one of some words (`keywords`); number, or undefined when there is no default. */
export function number<
  const K extends string = never,
  const D extends number | NoInfer<K> | undefined = undefined,
>(
  spec: Words & Limits & { unit: Unit; keywords?: Keywords<K>; default?: D },
): Option<number | NoInfer<K> | Unset<D>> {
  return numeric("number", spec);
}

/** A whole number, or one of some words. */
export function integer<
  const K extends string = never,
  const D extends number | NoInfer<K> | undefined = undefined,
>(
  spec: Words & Limits & { unit?: Unit; keywords?: Keywords<K>; default?: D },
): Option<number | NoInfer<K> | Unset<D>> {
  return numeric("integer", spec);
}

function numeric<K extends string, D extends number | K | undefined>(
  kind: "number" | "integer",
  spec: Words & Limits & { unit?: Unit; keywords?: Keywords<K>; default?: D },
): Option<number | NoInfer<K> | Unset<D>> {
  const words = choicesOf(spec.keywords ?? []);
  const limits = describeLimits(spec, spec.unit);
  const noun = kind === "integer" ? "a whole number" : "a number";
  const read = (text: string): Reading<number> => {
    const value = parseDecimal(text);
    if (value === undefined || (kind === "integer" && !Number.isSafeInteger(value))) {
      return { complaint: `must be ${noun}${orOneOf(words)}` };
    }
    if (!isWithin(value, spec)) return { complaint: `must be ${limits}${orOneOf(words)}` };
    return { value };
  };
  return option(kind, spec, "NUMBER", limits, words, withKeywords<number, K>(words, read));
}

/** A list of numbers separated by commas or blanks. */
export function numbers(
  spec: Words & Limits & { unit: Unit; atLeastCount?: number },
): Option<readonly number[] | undefined> {
  const limits = describeLimits(spec, spec.unit);
  const count = spec.atLeastCount ?? 1;
  const complaint = [
    `must be ${count > 1 ? `at least ${count} ` : ""}numbers`,
    limits,
    "separated by commas",
  ];
  const read = (text: string): Reading<readonly number[]> => {
    const values = splitList(text).map(parseDecimal);
    const good = values.every((value) => value !== undefined && isWithin(value, spec));
    if (!good || values.length < count) return { complaint: sentence(complaint) };
    return { value: values as readonly number[] };
  };
  return option<readonly number[], undefined>("numbers", spec, "NUMBERS", limits, [], read);
}

/** Two numbers separated by a comma: one along x (columns), one along y (rows). */
export function pair(
  spec: Words & Limits & { unit: Unit },
): Option<readonly [number, number] | undefined> {
  const limits = describeLimits(spec, spec.unit);
  const complaint = sentence(["must be two numbers", limits, "separated by a comma"]);
  const read = (text: string): Reading<readonly [number, number]> => {
    const [x, y, ...others] = splitList(text).map(parseDecimal);
    if (x === undefined || y === undefined || others.length > 0) return { complaint };
    return isWithin(x, spec) && isWithin(y, spec) ? { value: [x, y] } : { complaint };
  };
  return option<readonly [number, number], undefined>("pair", spec, "X,Y", limits, [], read);
}

/** A list of numbers as `numbers` takes it, or a file that holds them; in XNAT's dialog the numbers only. */
export function numbersOrPath(
  spec: Words & Limits & { unit: Unit },
): Option<readonly number[] | PathValue | undefined> {
  const limits = describeLimits(spec, spec.unit);
  const complaint = sentence(["must be numbers", limits, "separated by commas, or a file"]);
  const read = (text: string): Reading<readonly number[] | PathValue> => {
    const values = splitList(text).map(parseDecimal);
    if (values.every((value) => value !== undefined)) {
      return values.every((value) => isWithin(value, spec)) ? { value: values } : { complaint };
    }
    // A slip in a list of numbers is no name of a file.
    if (parseDecimal(text.split(",")[0]!) !== undefined) return { complaint };
    const reading = readPath(text);
    return "value" in reading ? { value: { path: reading.value } } : reading;
  };
  return option<readonly number[] | PathValue, undefined>(
    "numbers",
    spec,
    "NUMBERS|FILE",
    limits,
    [],
    read,
  );
}

/** Longest range that is written out, so that `1-999999999999` cannot fill the memory. */
const largestIndex = 99_999;

/** Whole numbers from 1 on, single or as ranges (`1-8,10`); ascending, each once. */
export function ranges(spec: Words & { atMost?: number }): Option<readonly number[] | undefined> {
  const atMost = spec.atMost ?? largestIndex;
  const complaint = `must be whole numbers or ranges from 1 to ${atMost}, such as 1-8,10`;
  const read = (text: string): Reading<readonly number[]> => {
    const found = new Set<number>();
    const parts = splitList(text.replace(/\s*-\s*/g, "-"));
    if (parts.length > 10_000) return { complaint };
    for (const part of parts) {
      const match = /^(\d{1,6})(?:-(\d{1,6}))?$/.exec(part);
      if (match === null) return { complaint };
      const first = Number(match[1]);
      const last = Number(match[2] ?? match[1]);
      if (first < 1 || last < first || last > atMost) return { complaint };
      for (let index = first; index <= last; index++) found.add(index);
    }
    return { value: [...found].sort((a, b) => a - b) };
  };
  return option<readonly number[], undefined>("ranges", spec, "RANGES", "", [], read);
}

/** One of some words; `values` is a list, or a table from word to meaning. There is always a default. */
export function choice<const V extends string, const D extends NoInfer<V>>(
  values: Keywords<V>,
  spec: Words & { default: D },
): Option<V> {
  const words = choicesOf(values);
  return option<V, string>(
    "choice",
    spec,
    "CHOICE",
    "",
    words,
    withKeywords<never, V>(words, undefined),
  );
}

/** Any of some words, the option repeated for each; none by default. */
export function choices<const V extends string>(
  values: Keywords<V>,
  spec: Words,
): Option<readonly V[]> {
  const words = choicesOf(values);
  const one = option<V, undefined>(
    "choice",
    spec,
    "CHOICE",
    "",
    words,
    withKeywords<never, V>(words, undefined),
  );
  return repeated(one);
}

/** The same option, allowed several times; the list of its values: its default alone, or empty without one. */
export function repeated<T>(one: Option<T>): Option<readonly Exclude<T, undefined>[]> {
  const texts = z
    .array(z.unknown())
    .transform((given) => (given.length === 0 ? [undefined] : given));
  const schema = texts
    .pipe(z.array(one.schema))
    .transform((values): readonly Exclude<T, undefined>[] => values.filter(isGiven));
  return { ...one, schema: schema.prefault([]), repeatable: true };
}

/** On or off; off by default. */
export function flag(spec: Words & { default?: boolean }): Option<boolean> {
  const inner = z.stringbool({ error: "must be true or false" }).default(spec.default ?? false);
  const { placeholder: _, ...words } = spec;
  return {
    ...common("flag", words, "", "", []),
    schema: z.preprocess(unsetIfBlank, inner),
    defaultText: String(spec.default ?? false),
  };
}

/** A text of one line. `pattern` must match all of it; `patternInWords` continues "must be ...". */
export function text<const D extends string | undefined = undefined>(
  spec: Words & { pattern?: RegExp; patternInWords?: string; default?: D },
): Option<string | Unset<D>> {
  const { pattern, patternInWords = "in the right form" } = spec;
  const read = (given: string): Reading<string> => {
    if (hasControlCharacter(given)) return { complaint: "must be one line of plain text" };
    if (pattern !== undefined && !pattern.test(given))
      return { complaint: `must be ${patternInWords}` };
    return { value: given };
  };
  return option("text", spec, "TEXT", "", [], read);
}

/** A path beside keywords, told apart from them by its shape. */
export interface PathValue {
  readonly path: string;
}

/** A file or folder of the machine the program runs on; XNAT's dialog never offers it. */
export function path<const D extends string | undefined = undefined>(
  spec: Words & { default?: D },
): Option<string | Unset<D>> {
  return option("path", { ...spec, inXnat: false }, "FILE", "", [], readPath);
}

/** One of some words or a file; in XNAT's dialog the words only. A file named like a word is given as `./word`. */
export function pathOr<const K extends string, const D extends NoInfer<K>>(
  keywords: Keywords<K>,
  spec: Words & { default: D },
): Option<K | PathValue> {
  const words = choicesOf(keywords);
  const read = (given: string): Reading<PathValue> => {
    const reading = readPath(given);
    return "value" in reading ? { value: { path: reading.value } } : reading;
  };
  return option<PathValue | K, string>(
    "path",
    spec,
    "FILE",
    "",
    words,
    withKeywords<PathValue, K>(words, read),
  );
}

function isGiven<T>(value: T): value is Exclude<T, undefined> {
  return value !== undefined;
}
