const longest = 20;

/** The lines in which two texts differ, `-` before those of the first; cut after 20 lines a side. */
export function formatDiff(before: string, after: string): string {
  const old = before.split("\n");
  const next = after.split("\n");
  let start = 0;
  while (start < Math.min(old.length, next.length) && old[start] === next[start]) start++;
  let tail = 0;
  while (
    tail < Math.min(old.length, next.length) - start &&
    old[old.length - 1 - tail] === next[next.length - 1 - tail]
  ) {
    tail++;
  }
  return [
    `@@ line ${start + 1} @@`,
    ...mark("-", old.slice(start, old.length - tail)),
    ...mark("+", next.slice(start, next.length - tail)),
  ].join("\n");
}

function mark(sign: string, lines: readonly string[]): readonly string[] {
  const shown = lines.slice(0, longest).map((line) => `${sign}${line}`);
  const hidden = lines.length - shown.length;
  return hidden > 0 ? [...shown, `${sign}... ${hidden} more lines`] : shown;
}
