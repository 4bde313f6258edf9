/** Longest slug of a name in a path: names of regions may have any length. */
const longestSlug = 40;

/** A name as letters, digits and single hyphens, for paths; empty when nothing is left of it. */
export function slugOf(name: string): string {
  return name
    .normalize("NFKD")
    .replace(/\p{Mark}/gu, "")
    .replace(/[^A-Za-z0-9]+/g, "-")
    .slice(0, longestSlug)
    .replace(/^-+|-+$/g, "");
}

/**
 * Stable names of files for a list of things with a number and a name: `roi-07_ring-nested`. The number leads, as names may
 * repeat or have no letter of the alphabet; a number that repeats gets `-2`, `-3` in the order of the list.
 */
export function nameFiles(
  prefix: string,
  items: readonly { readonly number: number; readonly name: string }[],
): readonly string[] {
  const digits = Math.max(2, ...items.map(({ number }) => String(number).length));
  return makeDistinct(
    items.map(({ number, name }) => {
      const slug = slugOf(name);
      const lead = `${prefix}-${String(number).padStart(digits, "0")}`;
      return slug === "" ? lead : `${lead}_${slug}`;
    }),
  );
}

/** The same names, repeated ones with `-2`, `-3` ... behind; letter case does not tell files apart everywhere. */
export function makeDistinct(names: readonly string[]): readonly string[] {
  const taken = new Set<string>();
  return names.map((name) => {
    let own = name;
    for (let n = 2; taken.has(own.toLowerCase()); n++) own = `${name}-${n}`;
    taken.add(own.toLowerCase());
    return own;
  });
}
