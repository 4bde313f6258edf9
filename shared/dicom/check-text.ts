/** Most characters of a value, PS3.5 table 6.2-1; VRs not listed have no limit that concerns us. */
export const longestText: Readonly<Record<string, number>> = {
  AE: 16,
  AS: 4,
  CS: 16,
  DA: 8,
  DS: 16,
  DT: 26,
  IS: 12,
  LO: 64,
  LT: 10_240,
  PN: 64,
  SH: 16,
  ST: 1024,
  TM: 14,
  UI: 64,
};

/**
 * Refuses a text that its VR cannot hold.
 *
 * @param keyword - for the message
 * @throws Error when it is longer than PS3.5 6.2 allows, or no code string where one belongs
 */
export function checkText(keyword: string, vr: string, text: string): void {
  const longest = longestText[vr];
  if (longest !== undefined && text.length > longest) {
    throw new Error(`${keyword} "${text}" is longer than ${vr} allows`);
  }
  if (vr === "CS" && !/^[A-Z0-9_ ]*$/.test(text)) {
    throw new Error(`${keyword} "${text}" is not a code string`);
  }
}
