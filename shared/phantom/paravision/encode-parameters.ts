import type { Dialect } from "./dialect.ts";
import { formatNumber } from "./format-number.ts";
import type { Item, Parameters, ParameterValue } from "./parameter.ts";

/** What stands around the parameters of a file. */
export interface ParameterFileFrame {
  /** Login at the console. */
  readonly owner: string;
  /** When and where the file was written, for its comments; no clock is read. */
  readonly written: string;
  readonly place: string;
}

/** Columns of a line; longer values go on in the next one. */
const columns = 78;

/** From so many equal values on an array says how often: 10 zeros are written out, 11 are `@11*(0)`. */
const shortestRun = 11;

/**
 * A parameter file of ParaVision: JCAMP-DX 4.24 in Bruker's dialect, in the encoding of the version.
 *
 * Shapes are written with blanks, `( 5, 9 )`, structs without, `(0, 3)`; values wrap near column 78, also inside texts, where
 * the blank stays at the end of the line; `$$` begins comments, and from version 6 on one follows `##END=`.
 */
export function encodeParameters(
  parameters: Parameters,
  dialect: Dialect,
  { owner, written, place }: ParameterFileFrame,
): Uint8Array {
  const names = Object.keys(parameters);
  const lines = [
    `##TITLE=${dialect.title}`,
    "##JCAMPDX=4.24",
    "##DATATYPE=Parameter Values",
    `##ORIGIN=${dialect.origin}`,
    `##OWNER=${owner}`,
    `$$ ${written}  ${owner}@console`,
    `$$ ${place}`,
    ...Object.entries(parameters).map(
      ([name, value]) => `##$${name}=${formatValue(name, value, dialect)}`,
    ),
    ...wrap(names.join(" "), columns - 8).map((line) => `$$ @vis= ${line.trimEnd()}`),
    "##END=",
    ...(dialect.trailer ? [`$$ File finished by PARX at ${written}`] : []),
  ];
  return Buffer.from(`${lines.join("\n")}\n`, dialect.encoding);
}

/** What follows `##$Name=`, line breaks included. */
function formatValue(name: string, value: ParameterValue, dialect: Dialect): string {
  if (value.kind === "verbatim") return value.text;
  if (value.kind === "single") {
    const used = name.length + 4;
    return wrap(" ".repeat(used) + formatItem(value.item, dialect), columns)
      .join("\n")
      .slice(used);
  }
  const { shape, items } = value;
  const text = formatItems(items, dialect);
  const sizes = `( ${shape.join(", ")} )`;
  return items.length === 0 ? sizes : `${sizes}\n${wrap(text, columns).join("\n")}`;
}

function formatItems(items: readonly Item[], dialect: Dialect): string {
  const printed = items.map((item) => formatItem(item, dialect));
  if (!dialect.runLength) return printed.join(" ");
  const parts: string[] = [];
  for (let at = 0; at < printed.length; ) {
    let end = at + 1;
    while (end < printed.length && printed[end] === printed[at]) end++;
    const isRun = end - at >= shortestRun;
    if (isRun) parts.push(`@${end - at}*(${printed[at]})`);
    else for (const one of printed.slice(at, end)) parts.push(one);
    at = end;
  }
  return parts.join(" ");
}

function formatItem(item: Item, dialect: Dialect): string {
  if (typeof item === "number") return formatNumber(item, dialect.digits);
  switch (item.kind) {
    case "text":
      return formatText(item.text);
    case "word":
      return item.word;
    case "words":
      return item.values.map((value) => formatItem(value, dialect)).join(" ");
    case "struct":
      return `(${item.members.map((member) => formatItem(member, dialect)).join(", ")})`;
  }
}

/** Angle brackets inside a text and its own line breaks have a backslash before them. */
function formatText(text: string): string {
  return `<${text.replace(/[\\<>\n]/g, (sign) => `\\${sign}`)}>`;
}

/** Lines that give the text back when they are put together with nothing between them; its own breaks stay. */
function wrap(text: string, width: number): string[] {
  return text.split("\n").flatMap((line) => {
    const pieces: string[] = [];
    let rest = line;
    while (rest.length > width) {
      const cut = lastBreak(rest, width);
      pieces.push(rest.slice(0, cut));
      rest = rest.slice(cut);
    }
    return [...pieces, rest];
  });
}

/** Where a line too long may go on in the next: after a blank, else after a comma, else where it is full. */
function lastBreak(line: string, width: number): number {
  const blank = line.lastIndexOf(" ", width);
  if (blank > 0 && line.slice(0, blank).trim() !== "") return blank + 1;
  const comma = line.lastIndexOf(",", width - 1);
  if (comma > 0) return comma + 1;
  // A backslash belongs to what follows it.
  return line[width - 1] === "\\" ? width - 1 : width;
}
