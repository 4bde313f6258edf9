/** A value inside an array or a struct: a number, a text in angle brackets, a bare word, a struct. */
export type Item = number | Text | Word | Struct | Words;

interface Text {
  readonly kind: "text";
  readonly text: string;
}

interface Word {
  readonly kind: "word";
  readonly word: string;
}

interface Struct {
  readonly kind: "struct";
  readonly members: readonly Item[];
}

/** Several values with blanks between them where a struct has one member: `(1 0 0, 0 0 -1.92)`. */
interface Words {
  readonly kind: "words";
  readonly values: readonly Item[];
}

/** What stands after `##$Name=`. */
export type ParameterValue =
  | { readonly kind: "single"; readonly item: Item }
  /** Sizes before the values; of an array of texts the last one is the longest length they may have. */
  | { readonly kind: "array"; readonly shape: readonly number[]; readonly items: readonly Item[] }
  /** As it is, line breaks included. */
  | { readonly kind: "verbatim"; readonly text: string };

/** Parameters of a file in its order, without `##$`. */
export type Parameters = Readonly<Record<string, ParameterValue>>;

/** `0.8` or `Yes`. */
export function single(value: number | string): ParameterValue {
  return {
    kind: "single",
    item: typeof value === "number" ? value : { kind: "word", word: value },
  };
}

/** Text in angle brackets; with the longest length before it where the file says one, as most do. */
export function text(value: string, longest?: number): ParameterValue {
  const item: Text = { kind: "text", text: value };
  if (longest === undefined) return { kind: "single", item };
  return { kind: "array", shape: [longest], items: [item] };
}

/** `( 2, 65 )` and as many texts. */
export function texts(values: readonly string[], longest = 65): ParameterValue {
  const items = values.map((value) => ({ kind: "text", text: value }) as const);
  return { kind: "array", shape: [values.length, longest], items };
}

/** Numbers in their shape, the last size fastest; one dimension when it is left out. */
export function numbers(values: readonly number[], shape = [values.length]): ParameterValue {
  return { kind: "array", shape, items: values };
}

/** `( 2 )` and as many bare words. */
export function words(values: readonly string[]): ParameterValue {
  const items = values.map((value) => ({ kind: "word", word: value }) as const);
  return { kind: "array", shape: [values.length], items };
}

/** A single struct, without a shape: `(0, 3)`. Strings are texts in angle brackets. */
export function struct(members: readonly Member[]): ParameterValue {
  return { kind: "single", item: structOf(members) };
}

/** `( 2 )` and as many structs. */
export function structs(all: readonly (readonly Member[])[]): ParameterValue {
  return { kind: "array", shape: [all.length], items: all.map(structOf) };
}

/** A member of a struct; a string is a text in angle brackets. */
export type Member = string | Item;

/** A bare word in a struct. */
export function word(value: string): Item {
  return { kind: "word", word: value };
}

/** Numbers with blanks between them, one member of a struct. */
export function list(values: readonly number[]): Item {
  return { kind: "words", values };
}

/** A struct in a struct. */
export function structOf(members: readonly Member[]): Item {
  const items = members.map((member) =>
    typeof member === "string" ? ({ kind: "text", text: member } as const) : member,
  );
  return { kind: "struct", members: items };
}

/** A value as somebody else wrote it, line breaks included. */
export function verbatim(value: string): ParameterValue {
  return { kind: "verbatim", text: value };
}
