import { InputError } from "#shared/errors.ts";

/** The text of an XML file, line ends as `\n`. */
export interface XmlText {
  readonly text: string;
  /** As the decoder calls it, for instance `utf-8`. */
  readonly encoding: string;
  /** Pieces of text with bytes that are none in the encoding; replacement characters stand in their place. */
  readonly damaged: readonly string[];
}

/** XML 1.0, appendix F: the first bytes show in which family the declaration is written. */
const marks: readonly (readonly [string, readonly number[]])[] = [
  ["utf-8", [0xef, 0xbb, 0xbf]],
  ["utf-16le", [0xff, 0xfe]],
  ["utf-16be", [0xfe, 0xff]],
  ["utf-16le", [0x3c, 0, 0x3f, 0]],
  ["utf-16be", [0, 0x3c, 0, 0x3f]],
];

/** Declared names that are read, to those the decoder of the runtime knows. */
const encodings: Record<string, string> = {
  "utf-8": "utf-8",
  utf8: "utf-8",
  "us-ascii": "utf-8",
  ascii: "utf-8",
  "iso-8859-1": "iso-8859-1",
  latin1: "iso-8859-1",
  "windows-1252": "windows-1252",
};

/** How many damaged pieces a warning quotes, and how much of each. */
const mostQuoted = 5;
const longestQuote = 40;

/**
 * The text of an XML file by its byte order mark, else by its declaration, else as UTF-8.
 *
 * @throws InputError E-XML-ENCODING for another declared encoding, E-XML for characters that XML does not allow
 */
export function decodeXml(path: string, bytes: Uint8Array): XmlText {
  const encoding = findEncoding(path, bytes);
  const { text, damaged } = decode(bytes, encoding);
  const lines = text.includes("\r") ? endLines(text) : text;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: XML 1.0, production 2, forbids them
  const forbidden = lines.search(/[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/);
  if (forbidden >= 0) {
    const code = lines.charCodeAt(forbidden).toString(16).toUpperCase().padStart(4, "0");
    const line = lineAt(lines, forbidden);
    throw malformed(path, line, `there is a character that XML forbids (U+${code})`);
  }
  return { text: lines, encoding, damaged: damaged ? quoteDamage(lines) : [] };
}

/** E-XML: what breaks the rules of XML, and in which line. */
export function malformed(path: string, line: number, what: string): InputError {
  return new InputError(
    "E-XML",
    `${path} is no well-formed XML: at line ${line} ${what}.`,
    "Export or transfer the file again.",
  );
}

/** Line of an offset, 1 first. */
export function lineAt(text: string, offset: number): number {
  let line = 1;
  for (let at = text.indexOf("\n"); at >= 0 && at < offset; at = text.indexOf("\n", at + 1)) line++;
  return line;
}

function findEncoding(path: string, bytes: Uint8Array): string {
  const mark = marks.find(([, start]) => start.every((byte, i) => bytes[i] === byte));
  if (mark !== undefined) return mark[0];
  const start = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, 256));
  const declared = /^\s*<\?xml\s[^>]*?\sencoding\s*=\s*["']([^"']*)["']/.exec(
    start.toString("latin1"),
  )?.[1];
  if (declared === undefined) return "utf-8";
  const known = encodings[declared.toLowerCase()];
  if (known !== undefined) return known;
  throw new InputError(
    "E-XML-ENCODING",
    `${path} declares the encoding "${declared.replace(/[^ -~]/g, "?")}"; UTF-8, UTF-16, US-ASCII, ISO-8859-1 and windows-1252 are read.`,
    "Save the file as UTF-8.",
  );
}

function decode(bytes: Uint8Array, encoding: string): { text: string; damaged: boolean } {
  try {
    return { text: new TextDecoder(encoding, { fatal: true }).decode(bytes), damaged: false };
  } catch {
    return { text: new TextDecoder(encoding).decode(bytes), damaged: true };
  }
}

/** XML 1.0, 2.11. In bytes, because a text of carriage returns alone would cost a second and a gigabyte. */
function endLines(text: string): string {
  const bytes = Buffer.from(text);
  let length = 0;
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i]!;
    if (byte !== 0x0d) bytes[length++] = byte;
    else if (bytes[i + 1] !== 0x0a) bytes[length++] = 0x0a;
  }
  return bytes.toString("utf8", 0, length);
}

function quoteDamage(text: string): readonly string[] {
  const found = new Set<string>();
  for (
    let at = text.indexOf("\ufffd");
    at >= 0 && found.size < mostQuoted;
    at = text.indexOf("\ufffd", at + 1)
  ) {
    const before = text.slice(Math.max(0, at - longestQuote / 2), at).split(/["'<>\n]/);
    const after = text.slice(at, at + longestQuote / 2).split(/["'<>\n]/);
    found.add(`${before.at(-1) ?? ""}${after[0] ?? ""}`);
  }
  return [...found];
}
