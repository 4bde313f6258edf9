/** Abscissae closer than this share of the first of them are one: the b-values of a shell differ by the imaging gradients. */
const sameShare = 0.03;
/** Distance between neighbours in a row, as a share of the axis: a point's width and a gap. */
const step = 0.016;
/** Share of the distance to the next abscissa that a row may take. */
const largestRow = 0.8;

/**
 * Places on an axis at which samples of repeated abscissae (diffusion directions) can be told apart: side by side around the
 * middle of their abscissae, in ascending order of `rank`. Samples of other groups (real and imaginary parts) never stand in
 * one row.
 *
 * @param rank - of each sample: its fitted signal
 * @param groups - of each sample; one group when left out
 */
export function spreadRepeats(
  x: readonly number[],
  rank: readonly number[],
  groups?: readonly string[],
): readonly number[] {
  const rows = [...Map.groupBy(x.keys(), (n) => groups?.[n] ?? "").values()].map((members) =>
    findRows(x, members),
  );
  const centres = rows.flat().map((row) => centreOf(x, row));
  const range = Math.max(...centres) - Math.min(...centres) || 1;
  const placed = [...x];
  for (const row of rows.flat()) {
    if (row.length < 2) continue;
    const centre = centreOf(x, row);
    const distances = centres.map((other) => Math.abs(other - centre)).filter((d) => d > 0);
    const room = Math.min(range, ...distances) * largestRow;
    const distance = Math.min(room / row.length, range * step);
    const ordered = row.toSorted((a, b) => rank[a]! - rank[b]! || a - b);
    ordered.forEach((n, at) => {
      placed[n] = centre + (at - (row.length - 1) / 2) * distance;
    });
  }
  return placed;
}

/** Samples of one abscissa, for each abscissa. */
function findRows(x: readonly number[], members: readonly number[]): readonly number[][] {
  const rows: number[][] = [];
  for (const n of members.toSorted((a, b) => x[a]! - x[b]!)) {
    const row = rows.at(-1);
    if (row !== undefined && x[n]! <= x[row[0]!]! * (1 + sameShare)) row.push(n);
    else rows.push([n]);
  }
  return rows;
}

function centreOf(x: readonly number[], row: readonly number[]): number {
  return row.reduce((sum, n) => sum + x[n]!, 0) / row.length;
}
