/**
 * Whether a name fits a pattern in which `*` stands for any characters and `?` for one.
 *
 * Without regular expressions: patterns come from people, and one with many stars takes time in proportion to the lengths of
 * both, no more.
 */
export function fitsPattern(name: string, pattern: string): boolean {
  let at = 0;
  let inPattern = 0;
  let star = -1;
  let resume = 0;
  while (at < name.length) {
    const sign = pattern[inPattern];
    if (sign === "*") {
      star = inPattern++;
      resume = at;
    } else if (sign === "?" || sign === name[at]) {
      at++;
      inPattern++;
    } else if (star >= 0) {
      inPattern = star + 1;
      at = ++resume;
    } else return false;
  }
  return /^\**$/.test(pattern.slice(inPattern));
}
