import { XmlElement as ParsedElement, parseXml, XmlError } from "@rgrove/parse-xml";
import { type ElementRange, scanTags, tooMuch } from "./scan-tags.ts";
import { decodeXml, lineAt, malformed } from "./xml-text.ts";

/**
 * The door of @rgrove/parse-xml. Nothing else imports it; what goes in was looked at before (scan-tags.ts), and it never
 * gets more than one piece of the file, so that memory stays small.
 */

/** An element of an XML file; names are compared without their prefix. */
export interface XmlElement {
  readonly name: string;
  /** By name as written, prefix included; of a Map none of the names of Object. */
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly unknown[];
}

/** A well-formed XML file. */
export interface XmlDocument {
  /** The file without the content of its pieces. */
  readonly root: XmlElement;
  /** A piece with its content, parsed when it is asked for. Throws InputError E-XML. */
  readonly open: (piece: XmlElement) => XmlElement;
  readonly encoding: string;
  /** Texts with bytes that are not in the encoding, read with replacement characters. */
  readonly damaged: readonly string[];
}

/** Largest file, bytes: 180,000 points as the XNAT viewer writes them. */
const largest = 48 * 2 ** 20;

/** Longest text parsed at once, and the longest with characters of two units, for which the parser keeps a table. */
const longest = 16 * 2 ** 20;
const longestWithPairs = 2 * 2 ** 20;

const placeholder = "piece";

/**
 * An XML file, parsed in pieces: the outermost elements with the local name `pieces` have no content in the tree until
 * they are opened.
 *
 * @throws InputError E-XML, E-XML-DOCTYPE, E-XML-ENCODING, E-XML-SIZE
 */
export function readXml(path: string, bytes: Uint8Array, pieces: string): XmlDocument {
  if (bytes.length > largest) throw tooMuch(path, `${bytes.length} bytes`);
  const { text, encoding, damaged } = decodeXml(path, bytes);
  const ranges = scanTags(path, text, pieces);
  const root = parse(path, text, { start: 0, end: text.length }, cutOut(text, ranges, pieces));
  return {
    root,
    open: (piece) => {
      const range = ranges[Number(piece.attributes[placeholder])]!;
      return parse(path, text, range, text.slice(range.start, range.end));
    },
    encoding,
    damaged,
  };
}

/** The text with an empty element in place of each range; as many lines as before. */
function cutOut(text: string, ranges: readonly ElementRange[], name: string): string {
  const parts: string[] = [];
  let from = 0;
  ranges.forEach(({ start, end }, i) => {
    const lines = text.slice(start, end).split("\n").length - 1;
    parts.push(text.slice(from, start), `<${name} ${placeholder}="${i}"/>`, "\n".repeat(lines));
    from = end;
  });
  return [...parts, text.slice(from)].join("");
}

/** @param text - what is parsed: the range of the whole, or the whole without its pieces */
function parse(path: string, whole: string, range: ElementRange, text: string): XmlElement {
  const limit = /[\ud800-\udbff]/.test(text) ? longestWithPairs : longest;
  if (text.length > limit) throw tooMuch(path, `an element of ${text.length} characters`);
  try {
    const root = parseXml(text).root;
    if (root !== null) return root;
  } catch (error) {
    if (!(error instanceof XmlError)) throw error;
    const what = error.message.split(" (line ")[0]!.replace(/`/g, '"');
    // The lines of a piece count from the one it begins in.
    const line = lineAt(whole, range.start) + error.line - 1;
    throw malformed(path, line, `the parser finds: ${what}`);
  }
  throw malformed(path, 1, "there is no element");
}

/** Name without prefix. */
export function localName(name: string): string {
  return name.slice(name.indexOf(":") + 1);
}

/** Elements directly inside, all or those with a local name, in the order of the file. */
export function childElements(element: XmlElement, name?: string): readonly XmlElement[] {
  return element.children.filter(
    (child): child is ParsedElement =>
      child instanceof ParsedElement && (name === undefined || localName(child.name) === name),
  );
}

/** Elements at the end of a path of local names. */
export function elementsAt(element: XmlElement, ...path: readonly string[]): readonly XmlElement[] {
  return path.reduce<readonly XmlElement[]>(
    (found, name) => found.flatMap((parent) => childElements(parent, name)),
    [element],
  );
}

/** An attribute by local name; empty when it is missing. */
export function attribute(element: XmlElement | undefined, name: string): string {
  if (element === undefined) return "";
  const exact = element.attributes[name];
  if (exact !== undefined) return exact;
  const prefixed = Object.keys(element.attributes).find((key) => key.endsWith(`:${name}`));
  return prefixed === undefined ? "" : element.attributes[prefixed]!;
}
