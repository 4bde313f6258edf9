/**
 * Whether a text fits a pattern as a whole: `*` is any text, `?` any one character, letter case does not matter.
 *
 * Without regular expressions: patterns come from people, and one with many stars must not take for ever.
 */
export function matchesGlob(pattern: string, text: string): boolean {
  const wanted = pattern.toLowerCase();
  const given = text.toLowerCase();
  let at = 0;
  let star = -1;
  let resume = 0;
  let place = 0;
  while (place < given.length) {
    if (wanted[at] === "*") {
      star = at;
      at += 1;
      resume = place;
    } else if (at < wanted.length && (wanted[at] === "?" || wanted[at] === given[place])) {
      at += 1;
      place += 1;
    } else if (star >= 0) {
      // The last star takes one character more.
      at = star + 1;
      resume += 1;
      place = resume;
    } else return false;
  }
  while (wanted[at] === "*") at += 1;
  return at === wanted.length;
}

/** Whether any of the patterns fits any of the texts; without patterns everything does. */
export function fitsAny(patterns: readonly string[], texts: readonly string[]): boolean {
  return (
    patterns.length === 0 ||
    patterns.some((pattern) => texts.some((text) => matchesGlob(pattern, text)))
  );
}
