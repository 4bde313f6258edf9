const collator = new Intl.Collator("en", { numeric: true });

/** Order of names for people: M2 before M10; the same in every run, which the server's is not (L6). */
export function compareNames(a: string, b: string): number {
  return collator.compare(a, b) || (a < b ? -1 : Number(a > b));
}
