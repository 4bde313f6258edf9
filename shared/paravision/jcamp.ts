/** One value of a parameter: a number, a word or text, or a struct of such. */
export type JcampValue = number | string | readonly JcampValue[];

/** A parameter of a ParaVision file. */
export interface JcampParameter {
  /** As written before the values, `( 5, 9 )`; empty for a single value. */
  readonly shape: readonly number[];
  /** In the order of the file, the last dimension fastest; repetitions written out. */
  readonly values: readonly JcampValue[];
}

export type JcampFile = ReadonlyMap<string, JcampParameter>;

/**
 * Largest text that is read, characters (files with many thousand frames have some ten million), and most values
 * of a parameter: `@1000000*(0)` is short.
 */
const longestText = 64 * 2 ** 20;
const mostValues = 4_000_000;

/** Structs inside structs; ParaVision writes three. */
const deepest = 16;

/**
 * The parameters of a ParaVision file (JCAMP-DX 4.24 in Bruker's dialect), those asked for.
 *
 * `##$Name=` begins a parameter. Values are numbers, words, `<text>`, structs `(a, <b>, c)`, and repetitions
 * `@N*(v)`; arrays have their shape before them, with blanks inside the brackets, which structs have not. `$$` begins
 * a comment line, also between the lines of one value. Nothing is ever evaluated (bruker.md 2).
 *
 * @param wanted - names without `##$`; the others are passed over
 * @returns undefined when the text is no such file; a parameter that breaks the grammar is left out
 */
export function parseJcamp(text: string, wanted: ReadonlySet<string>): JcampFile | undefined {
  if (text.length > longestText || !/^\s*##TITLE=/.test(text)) return undefined;
  const parameters = new Map<string, JcampParameter>();
  let name = "";
  let lines: string[] = [];
  const close = (): void => {
    const value = name === "" ? undefined : parseParameter(lines.join("\n"));
    if (value !== undefined) parameters.set(name, value);
  };
  for (const line of text.split(/\r?\n/)) {
    if (line.startsWith("$$")) continue;
    const head = /^##(\$?)([A-Za-z0-9_ ]+)=(.*)$/s.exec(line);
    if (head === null) {
      if (name !== "") lines.push(line);
      continue;
    }
    close();
    name = head[1] === "$" && wanted.has(head[2]!) ? head[2]! : "";
    lines = [head[3]!];
  }
  close();
  return parameters;
}

/** Shape and values of a parameter; undefined where it breaks the grammar, or has other than shape's many values. */
function parseParameter(text: string): JcampParameter | undefined {
  const head = /^\s*\( (\d+(?:, \d+)*) \)/.exec(text);
  const shape = head === null ? [] : head[1]!.split(", ").map(Number);
  const count = shape.reduce((product, size) => product * size, 1);
  if (!(count <= mostValues)) return undefined;
  const reader = { text, at: head?.[0].length ?? 0, left: mostValues };
  const values = readList(reader, "", 0);
  if (values === undefined) return undefined;
  // The last size of an array of texts is their longest length; dates are texts without one.
  const texts = text.includes("<") && values.every((value) => typeof value === "string");
  const counts = texts ? [count, count / (shape.at(-1) ?? 1)] : [count];
  return counts.includes(values.length) ? { shape, values } : undefined;
}

interface Reader {
  readonly text: string;
  at: number;
  /** Values that may still come, at all depths: `(@4000000*(0))` is short. */
  left: number;
}

/** Values up to the closing bracket (or the end); undefined when something does not belong there. */
function readList(reader: Reader, end: "" | ")", depth: number): JcampValue[] | undefined {
  if (depth > deepest) return undefined;
  const values: JcampValue[] = [];
  const { text } = reader;
  for (;;) {
    while (reader.at < text.length && " \n\t,".includes(text[reader.at]!)) reader.at++;
    if (reader.at >= text.length) return end === "" ? values : undefined;
    const sign = text[reader.at]!;
    if (sign === ")") {
      if (end === "") return undefined;
      reader.at++;
      return values;
    }
    const read = readValues(reader, sign, depth);
    if (read === undefined || read.count > reader.left) return undefined;
    reader.left -= read.count;
    for (let n = 0; n < read.count; n++) values.push(read.value);
  }
}

/** One value and how often it stands there. */
function readValues(
  reader: Reader,
  sign: string,
  depth: number,
): { value: JcampValue; count: number } | undefined {
  const { text } = reader;
  if (sign === "<") {
    const value = readText(reader);
    return value === undefined ? undefined : { value, count: 1 };
  }
  if (sign === "(") {
    reader.at++;
    const value = readList(reader, ")", depth + 1);
    return value === undefined ? undefined : { value, count: 1 };
  }
  if (sign === "@") {
    const head = /@(\d{1,9})\*\(/y;
    head.lastIndex = reader.at;
    const match = head.exec(text);
    if (match === null) return undefined;
    reader.at = head.lastIndex;
    const inner = readList(reader, ")", depth + 1);
    if (inner === undefined || inner.length === 0) return undefined;
    return { value: inner.length === 1 ? inner[0]! : inner, count: Number(match[1]) };
  }
  const start = reader.at;
  while (reader.at < text.length && !" \n\t,()<".includes(text[reader.at]!)) reader.at++;
  const word = text.slice(start, reader.at);
  const isNumber = /^[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?$/.test(word);
  return { value: isNumber ? Number(word) : word, count: 1 };
}

/** `<...>` with `\<` and `\>` inside; a line that ends in a backslash has a new line there, others just go on. */
function readText(reader: Reader): string | undefined {
  const { text } = reader;
  let value = "";
  for (let at = reader.at + 1; at < text.length; at++) {
    const sign = text[at]!;
    if (sign === ">") {
      reader.at = at + 1;
      return value;
    }
    if (sign === "\\" && at + 1 < text.length) value += text[++at]!;
    else if (sign !== "\n") value += sign;
  }
  return undefined;
}

/** The values of a parameter when they are all numbers; undefined otherwise. */
export function numbersOf(file: JcampFile, name: string): readonly number[] | undefined {
  const values = file.get(name)?.values;
  return values?.every((value) => typeof value === "number") ? (values as number[]) : undefined;
}

/** The only value of a parameter as text; empty when there is none. */
export function textOf(file: JcampFile, name: string): string {
  const [value] = file.get(name)?.values ?? [];
  return typeof value === "string" ? value : "";
}
