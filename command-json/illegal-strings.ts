/** Strings the Container Service refuses in any input value (its CommandResolutionServiceImpl; W11, W17). */
export const illegalStrings = [";", "&&", "||", "`", "("] as const;

/** The first string in a value that stops every launch; undefined when the value is fine. */
export function findIllegalString(value: string): string | undefined {
  return illegalStrings.find((illegal) => value.includes(illegal));
}
