import { InputError } from "#shared/errors.ts";
import { lineAt, malformed } from "./xml-text.ts";

/** Where an element lies in the text, from its `<` to behind its last `>`. */
export interface ElementRange {
  readonly start: number;
  readonly end: number;
}

/** Deeper than any AIM file (12); the parser calls itself for each level. */
const deepest = 64;

/** Elements and attributes of a file: those of a quarter of a million points, seven for each. */
const mostParts = 2_000_000;

/** Elements and attributes in memory together: an outline of 35,000 points. */
const mostTogether = 250_000;

/** Elements with the name asked for: outlines of a collection. */
const mostFound = 50_000;

/** References (`&amp;`): the parser keeps a text in as many pieces. */
const mostReferences = 100_000;

const [exclamation, question, slash, colon] = [0x21, 0x3f, 0x2f, 0x3a];
const [less, greater, quotation, apostrophe] = [0x3c, 0x3e, 0x22, 0x27];

/**
 * The outermost elements with one local name, after a look at every tag, so that whoever parses the text is safe from
 * document types (entities), deep nesting and masses of elements. Tags are told apart as XML asks for; what else may break
 * its rules is left to the parser, which reads the same text.
 *
 * @throws InputError E-XML for a text that ends too early, E-XML-DOCTYPE, E-XML-SIZE
 */
export function scanTags(path: string, text: string, name: string): readonly ElementRange[] {
  checkReferences(path, text);
  const found: ElementRange[] = [];
  let depth = 0;
  let total = 0;
  let outside = 0;
  let inside = 0;
  let piece: { readonly start: number; readonly depth: number } | undefined;
  for (let at = text.indexOf("<"); at >= 0; ) {
    const next = text.charCodeAt(at + 1);
    const markup = next === exclamation || next === question;
    const { end, attributes } = markup ? skipMarkup(path, text, at) : readTag(path, text, at);
    total += 1 + attributes;
    if (piece === undefined) outside += 1 + attributes;
    else inside += 1 + attributes;
    if (!markup && next !== slash) {
      if (piece === undefined && localNameAt(text, at) === name) {
        piece = { start: at, depth };
        inside = 0;
      }
      depth++;
    }
    if (total > mostParts || outside > mostTogether || inside > mostTogether) {
      throw tooMuch(path, `${total} elements and attributes or more`);
    }
    if (depth > deepest) throw tooMuch(path, `elements nested deeper than ${deepest}`);
    if (!markup && (next === slash || text.charCodeAt(end - 2) === slash)) depth--;
    if (piece !== undefined && depth <= piece.depth) {
      found.push({ start: piece.start, end });
      if (found.length > mostFound) throw tooMuch(path, `more than ${mostFound} elements ${name}`);
      piece = undefined;
    }
    at = text.indexOf("<", end);
  }
  if (depth > 0) throw endsEarly(path, text, text.length);
  return found;
}

function checkReferences(path: string, text: string): void {
  let count = 0;
  for (let at = text.indexOf("&"); at >= 0; at = text.indexOf("&", at + 1)) {
    count++;
    if (count > mostReferences) throw tooMuch(path, `more than ${mostReferences} references`);
  }
}

interface Tag {
  readonly end: number;
  readonly attributes: number;
}

/** A comment, character data or a processing instruction. */
function skipMarkup(path: string, text: string, at: number): Tag {
  if (text.startsWith("<!DOCTYPE", at)) throw documentType(path, text, at);
  const [opening, closing] = text.startsWith("<!--", at)
    ? ["<!--", "-->"]
    : text.startsWith("<![CDATA[", at)
      ? ["<![CDATA[", "]]>"]
      : ["<?", "?>"];
  if (!text.startsWith(opening, at)) {
    throw malformed(path, lineAt(text, at), "there is an unknown declaration");
  }
  const end = text.indexOf(closing, at + opening.length);
  if (end < 0) throw endsEarly(path, text, at);
  return { end: end + closing.length, attributes: 0 };
}

/** The tag at `at` ends with its first `>` outside quotes. */
function readTag(path: string, text: string, at: number): Tag {
  let quote = 0;
  let attributes = 0;
  for (let i = at + 1; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === less) throw malformed(path, lineAt(text, i), 'there is a "<" inside a tag');
    if (quote !== 0) {
      if (code === quote) quote = 0;
    } else if (code === greater) {
      return { end: i + 1, attributes };
    } else if (code === quotation || code === apostrophe) {
      quote = code;
      attributes++;
    }
  }
  throw endsEarly(path, text, at);
}

function localNameAt(text: string, at: number): string {
  let start = at + 1;
  for (let i = start; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === colon) start = i + 1;
    else if (code <= 0x20 || code === slash || code === greater) return text.slice(start, i);
  }
  return text.slice(start);
}

function endsEarly(path: string, text: string, at: number): InputError {
  const what = "it ends inside an element: the file is incomplete";
  return malformed(path, lineAt(text, at), what);
}

function documentType(path: string, text: string, at: number): InputError {
  const declaration = text.slice(at, at + 4096);
  const what = /<!ENTITY[^>]*\s(?:SYSTEM|PUBLIC)\s/.test(declaration)
    ? "declares an external entity"
    : /<!ENTITY/.test(declaration)
      ? "contains a document type declaration with entities"
      : "contains a document type declaration";
  return new InputError(
    "E-XML-DOCTYPE",
    `${path} ${what} (line ${lineAt(text, at)}); such files are refused: nothing is expanded, no file it names is opened.`,
    "Remove the declaration; AIM files have none.",
  );
}

/** E-XML-SIZE: more than a file of regions holds. */
export function tooMuch(path: string, what: string): InputError {
  return new InputError(
    "E-XML-SIZE",
    `${path} has ${what}, which no file of regions needs.`,
    "Divide the collection, or remove the file.",
  );
}
