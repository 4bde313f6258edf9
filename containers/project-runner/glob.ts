import { fitsPattern } from "#shared/files/fits-pattern.ts";

/** Whether a text fits a pattern as a whole: `*` is any text, `?` any one character, letter case does not matter. */
export function matchesGlob(pattern: string, text: string): boolean {
  return fitsPattern(text.toLowerCase(), pattern.toLowerCase());
}

/** Whether any of the patterns fits any of the texts; without patterns everything does. */
export function fitsAny(patterns: readonly string[], texts: readonly string[]): boolean {
  return (
    patterns.length === 0 ||
    patterns.some((pattern) => texts.some((text) => matchesGlob(pattern, text)))
  );
}
