import { longestText } from "./check-text.ts";

/** A text as a VR can hold it. */
export interface CleanedText {
  readonly text: string;
  /** Its end was cut off. */
  readonly shortened: boolean;
  /** Characters were replaced that the VR does not allow; blanks at the ends do not count. */
  readonly replaced: boolean;
}

/** VRs of free text, where lines and backslashes are allowed, PS3.5 6.2. */
const freeText = new Set(["LT", "ST", "UT"]);

/**
 * A text from outside as its VR can hold it, PS3.5 6.2: without control characters, not too long, and a backslash, which would
 * begin another value, as a slash.
 *
 * Code strings get capitals and `_` for what is not allowed. Names keep five components and one group.
 */
export function cleanText(vr: string, text: string): CleanedText {
  const allowed = vr === "CS" ? toCodeString(text) : vr === "PN" ? toName(text) : toText(vr, text);
  const trimmed = freeText.has(vr) ? allowed.trimEnd() : allowed.trim();
  const short = cut(trimmed, longestText[vr]);
  return {
    text: short,
    shortened: short.length < trimmed.length,
    replaced: trimmed.trim().replaceAll("\r\n", "\n") !== text.trim().replace(/\r\n?/g, "\n"),
  };
}

function toText(vr: string, text: string): string {
  const whole = text.toWellFormed();
  if (freeText.has(vr)) {
    // Lines end with CR LF, PS3.5 6.1.3.
    const lines = whole.split(/\r\n|\r|\n/).map((line) => line.replace(controls, " "));
    return lines.join("\r\n");
  }
  return whole.replace(controls, " ").replaceAll("\\", "/");
}

/** C0, DEL and C1. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const controls = /[\x00-\x1f\x7f-\x9f]/g;

function toCodeString(text: string): string {
  return text.toUpperCase().replace(/[^A-Z0-9_ ]/g, "_");
}

function toName(text: string): string {
  const plain = toText("PN", text).replaceAll("=", "-");
  return plain.split("^").slice(0, 5).join("^");
}

/**
 * The first characters that fit. PS3.5 6.2 counts characters; validators and old readers count bytes, of which UTF-8 has up to
 * four for each.
 */
function cut(text: string, longest: number | undefined): string {
  if (longest === undefined || 3 * text.length <= longest) return text;
  let bytes = 0;
  let end = 0;
  for (const sign of text) {
    bytes += Buffer.byteLength(sign);
    if (bytes > longest) return text.slice(0, end).trimEnd();
    end += sign.length;
  }
  return text;
}
