import { z } from "zod";
import type { Unit } from "#shared/units.ts";
import type { Choice, Option, OptionKind } from "./option.ts";

/** What every option may say about itself. */
export interface Words {
  readonly description: string;
  readonly details?: string;
  readonly label?: string;
  readonly inXnat?: boolean;
  /** What happens without the option, where it has no default: `all echoes`. */
  readonly unset?: string;
  /** What stands for the value in --help. */
  readonly placeholder?: string;
}

/** Adds undefined to the value type of an option without default. */
export type Unset<D> = [D] extends [undefined] ? undefined : never;

/** From a text to a value, or to a complaint that continues the sentence "--name ...". */
export type Reading<T> = { readonly value: T } | { readonly complaint: string };

/** Allowed words: a list, or a table from word to meaning. */
export type Keywords<K extends string> = readonly K[] | Readonly<Record<K, string>>;

export function choicesOf(words: Keywords<string>): readonly Choice[] {
  if (Array.isArray(words))
    return (words as readonly string[]).map((value) => ({ value, meaning: "" }));
  return Object.entries(words).map(([value, meaning]) => ({ value, meaning: String(meaning) }));
}

export function withKeywords<T, K extends string>(
  words: readonly Choice[],
  read: ((text: string) => Reading<T>) | undefined,
): (text: string) => Reading<T | K> {
  return (text) => {
    const word = text.trim();
    if (words.some((choice) => choice.value === word)) return { value: word as K };
    if (read !== undefined) return read(text);
    return { complaint: `must be ${oneOf(words)}` };
  };
}

export function option<T, D>(
  kind: OptionKind,
  spec: Words & { unit?: Unit; default?: D },
  placeholder: string,
  limits: string,
  words: readonly Choice[],
  read: (text: string) => Reading<T>,
): Option<T | Unset<D>> {
  const fromText = z.string().transform((given, context): T => {
    const reading = read(given);
    if ("value" in reading) return reading.value;
    context.addIssue({ code: "custom", message: reading.complaint });
    return z.NEVER;
  });
  const fallback = spec.default;
  // The default passes through the same reading, so a default outside its own limits is found at once.
  const inner = z.preprocess(
    (given) => unsetIfBlank(given) ?? (fallback === undefined ? undefined : String(fallback)),
    fallback === undefined ? fromText.optional() : fromText,
  );
  return {
    ...common(kind, spec, placeholder, limits, words),
    unit: spec.unit,
    schema: inner as z.ZodType<T | Unset<D>>,
    defaultText: fallback === undefined ? "" : String(fallback),
  };
}

export function common(
  kind: OptionKind,
  spec: Words,
  placeholder: string,
  limits: string,
  choices: readonly Choice[],
) {
  return {
    kind,
    description: spec.description,
    details: spec.details ?? "",
    label: spec.label ?? "",
    unit: undefined as Unit | undefined,
    placeholder: spec.placeholder ?? placeholder,
    limits,
    choices,
    unset: spec.unset ?? "",
    repeatable: false,
    inXnat: spec.inXnat ?? true,
  };
}

export function readPath(given: string): Reading<string> {
  return given.includes("\0") ? { complaint: "must be a path" } : { value: given };
}

export function splitList(text: string): readonly string[] {
  return text.trim().split(/\s*,\s*|\s+/);
}

export function sentence(parts: readonly string[]): string {
  return parts.filter((part) => part !== "").join(" ");
}

function oneOf(words: readonly Choice[]): string {
  const names = words.map((choice) => choice.value);
  return names.length === 1 ? names.join("") : `one of ${names.join(", ")}`;
}

export function orOneOf(words: readonly Choice[]): string {
  return words.length === 0 ? "" : ` or ${oneOf(words)}`;
}

export function unsetIfBlank(given: unknown): unknown {
  return typeof given === "string" && given.trim() === "" ? undefined : given;
}

export function hasControlCharacter(text: string): boolean {
  for (const character of text) if (character < " " || character === "\x7f") return true;
  return false;
}
