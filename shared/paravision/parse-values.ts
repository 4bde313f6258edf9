import type { JcampParameter, JcampValue } from "./jcamp.ts";

/** Structs inside structs; ParaVision writes three. */
const deepest = 16;
/** Most values of a parameter, repetitions written out: `@1000000*(0)` is short. */
const mostValues = 4_000_000;

/** What of a parameter breaks the grammar, and where in the text of the file. */
export interface Fault {
  readonly at: number;
  readonly found: string;
}

/** How many values may still be held of one file: repetitions make many of a few bytes. */
export interface ValueBudget {
  left: number;
}

interface Reader {
  readonly text: string;
  readonly end: number;
  readonly budget: ValueBudget;
  at: number;
  fault?: Fault;
}

/**
 * Shape and values of one parameter: what stands between its `=` and the next parameter.
 *
 * Values are numbers, words, `<text>` and structs `(a, <b>, c d e)`, whose members may be lists; `@N*(v)` repeats, at every
 * depth. Arrays have their shape before them, written with blanks inside the brackets, which structs have not. Lines
 * that begin with `$$` are comments. Nothing is ever evaluated.
 *
 * @param from - index behind the `=`; @param end - index behind the last character
 */
export function parseValues(
  text: string,
  from: number,
  end: number,
  budget: ValueBudget,
): JcampParameter | Fault {
  const reader: Reader = { text, end, budget, at: from };
  const shape = readShape(reader);
  const count = shape.reduce((product, size) => product * size, 1);
  const kinds = new Set<JcampParameter["kind"]>();
  const values: JcampValue[] = [];
  if (!readSequence(reader, "", 0, values, Math.min(count, mostValues), kinds)) {
    return reader.fault ?? { at: reader.at, found: "no value" };
  }
  const kind = kinds.size === 1 ? [...kinds][0]! : kinds.size === 0 ? "numbers" : "mixed";
  if (values.length === count) return { kind, shape, values };
  // Texts have their longest length as the last size, unless they are dates.
  if (kind === "texts" && shape.length > 0) {
    const texts = shape.slice(0, -1);
    const fits = texts.reduce((product, size) => product * size, 1) === values.length;
    if (fits) return { kind, shape: texts, values };
  }
  const wanted = shape.length === 0 ? "one" : `as many as ( ${shape.join(", ")} ) says`;
  return { at: from, found: `${values.length} values, not ${wanted}` };
}

export function isFault(result: JcampParameter | Fault): result is Fault {
  return "found" in result;
}

/** The sizes before the values of an array; none for a single value, also where that is a struct of integers. */
function readShape(reader: Reader): readonly number[] {
  const pattern = /[ \t]*\( ([0-9]+(?:, [0-9]+)*) \)/y;
  pattern.lastIndex = reader.at;
  const head = pattern.exec(reader.text);
  if (head === null || pattern.lastIndex > reader.end) return [];
  reader.at = pattern.lastIndex;
  return head[1]!.split(", ").map(Number);
}

/**
 * Values up to `stop`, which is left to be read: the end of the parameter, or what ends a member of a struct.
 *
 * @param into - gets the values; @param most - of them
 * @returns false at a fault
 */
function readSequence(
  reader: Reader,
  stop: "" | ",)" | ")",
  depth: number,
  into: JcampValue[],
  most: number,
  kinds?: Set<JcampParameter["kind"]>,
): boolean {
  if (depth > deepest) return fail(reader, `more than ${deepest} brackets inside each other`);
  const { text, end } = reader;
  for (;;) {
    skipBlanks(reader);
    if (reader.at >= end) return stop === "" || fail(reader, "no closing bracket");
    const sign = text[reader.at]!;
    if (sign === ")" || sign === ",") {
      return stop.includes(sign) && stop !== ""
        ? true
        : fail(reader, `a ${JSON.stringify(sign)} that does not belong there`);
    }
    if (sign === "@") {
      if (!readRepetition(reader, depth, into, most, kinds)) return false;
      continue;
    }
    if (into.length >= most) return fail(reader, `more than ${most} values`);
    if (--reader.budget.left < 0) return fail(reader, "more values than are read of one file");
    if (sign === "<") {
      const value = readText(reader);
      if (value === undefined) return false;
      kinds?.add("texts");
      into.push(value);
    } else if (sign === "(") {
      const value = readStruct(reader, depth + 1);
      if (value === undefined) return false;
      kinds?.add("structs");
      into.push(value);
    } else {
      const value = readWord(reader);
      if (value === undefined) return false;
      kinds?.add(typeof value === "number" ? "numbers" : "words");
      into.push(value);
    }
  }
}

/** `(a, <b>, c d e)`: a member of several values is a list. */
function readStruct(reader: Reader, depth: number): readonly JcampValue[] | undefined {
  const members: JcampValue[] = [];
  for (;;) {
    // Behind the bracket or the comma.
    reader.at++;
    const member: JcampValue[] = [];
    if (!readSequence(reader, ",)", depth, member, mostValues)) return undefined;
    const last = reader.text[reader.at] === ")";
    if (--reader.budget.left < 0) {
      fail(reader, "more values than are read of one file");
      return undefined;
    }
    if (!last || members.length > 0 || member.length > 0) {
      members.push(member.length === 1 ? member[0]! : member);
    }
    if (last) {
      reader.at++;
      return members;
    }
  }
}

/** `@3*(0)`, `@12*(On)`, `@2*((1, <a>))`. */
function readRepetition(
  reader: Reader,
  depth: number,
  into: JcampValue[],
  most: number,
  kinds?: Set<JcampParameter["kind"]>,
): boolean {
  const head = /@([0-9]{1,9})\*\(/y;
  head.lastIndex = reader.at;
  const match = head.exec(reader.text);
  if (match === null) return fail(reader, 'an "@" that begins no repetition such as @3*(0)');
  const start = reader.at;
  reader.at = head.lastIndex;
  const values: JcampValue[] = [];
  if (!readSequence(reader, ")", depth + 1, values, mostValues, kinds)) return false;
  reader.at++;
  const times = Number(match[1]);
  const count = times * values.length;
  if (values.length === 0) return fail({ ...reader, at: start }, "a repetition of nothing", reader);
  if (into.length + count > most) {
    return fail({ ...reader, at: start }, `more than ${most} values`, reader);
  }
  reader.budget.left -= count;
  if (reader.budget.left < 0) return fail(reader, "more values than are read of one file");
  for (let n = 0; n < times; n++) for (const value of values) into.push(value);
  return true;
}

/** `<...>` with `\<` and `\>` inside; a line that ends in a backslash has a new line there, others just go on. */
function readText(reader: Reader): string | undefined {
  const close = findTextEnd(reader.text, reader.at + 1);
  if (close < 0 || close >= reader.end) {
    fail(reader, "a text without its closing >");
    return undefined;
  }
  const raw = reader.text.slice(reader.at + 1, close);
  reader.at = close + 1;
  if (!raw.includes("\n") && !raw.includes("\\")) return raw;
  return raw.replace(/\\([<>\\\n])|\n/g, (_, escaped: string | undefined) => escaped ?? "");
}

/** Index of the `>` that ends a text, which one behind a backslash does not; -1 when there is none. */
export function findTextEnd(
  text: string,
  from: number,
  find = (at: number) => text.indexOf(">", at),
): number {
  for (let at = find(from); at >= 0; at = find(at + 1)) {
    let backslashes = 0;
    while (at - backslashes > from && text[at - backslashes - 1] === "\\") backslashes++;
    if (backslashes % 2 === 0) return at;
  }
  return -1;
}

const numberPattern = /^[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?$/;
const powersOfTen = Array.from({ length: 23 }, (_, n) => Number(`1e${n}`));

/** A number or a bare word. */
function readWord(reader: Reader): number | string | undefined {
  const { text, end } = reader;
  const start = reader.at;
  let at = start;
  let mantissa = 0;
  let digits = 0;
  let decimals = -1;
  let sign = text.charCodeAt(at);
  if (sign === 45 || sign === 43) at++;
  for (; at < end; at++) {
    sign = text.charCodeAt(at);
    if (sign >= 48 && sign <= 57) {
      mantissa = 10 * mantissa + sign - 48;
      digits++;
      if (decimals >= 0) decimals++;
    } else if (sign === 46 && decimals < 0) decimals = 0;
    else break;
  }
  if (digits > 0 && digits <= 15 && (at >= end || endsWord(sign))) {
    reader.at = at;
    // Both are exact, so that their quotient is the double next to what is written (Clinger 1990).
    const value = decimals > 0 ? mantissa / powersOfTen[decimals]! : mantissa;
    return text.charCodeAt(start) === 45 ? -value : value;
  }
  while (at < end && !endsWord(text.charCodeAt(at))) at++;
  const word = text.slice(start, at);
  if (numberPattern.test(word)) {
    const value = Number(word);
    reader.at = at;
    if (Number.isFinite(value)) return value;
    fail({ ...reader, at: start }, `a number too large: ${word.slice(0, 40)}`, reader);
    return undefined;
  }
  if (!/^[!-;=?-~\u00a0-\uffff]+$/.test(word)) {
    fail(
      { ...reader, at: start },
      `${JSON.stringify(text.slice(start, start + 12))}, which is no value`,
      reader,
    );
    return undefined;
  }
  reader.at = at;
  return word;
}

/** Blanks and what has a meaning of its own: ( ) , < > */
function endsWord(sign: number): boolean {
  return sign <= 32 || sign === 40 || sign === 41 || sign === 44 || sign === 60 || sign === 62;
}

/** Passes over blanks, ends of lines and comments. */
function skipBlanks(reader: Reader): void {
  const { text, end } = reader;
  for (; reader.at < end; reader.at++) {
    const sign = text.charCodeAt(reader.at);
    if (sign === 36 && text.charCodeAt(reader.at + 1) === 36) {
      const next = text.indexOf("\n", reader.at);
      reader.at = next < 0 || next > end ? end : next;
    } else if (sign !== 32 && sign !== 10 && sign !== 9) return;
  }
}

function fail(place: Reader, found: string, reader = place): false {
  reader.fault ??= { at: place.at, found };
  return false;
}
