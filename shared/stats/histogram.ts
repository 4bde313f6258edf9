/** Values counted in bins of one width, whose edges are whole multiples of the width. */
export interface RegionHistogram {
  /** In the unit of the values. */
  readonly binWidth: number;
  /** Bins that hold something, ascending: [low, low + binWidth) holds `count` values. */
  readonly bins: readonly { readonly low: number; readonly count: number }[];
}

/**
 * How near a value is to an edge, in bins, to count as lying on it: the step of 32-bit floats relative to the value, so
 * that 0.7 stored as 0.69999999 is in the bin that begins with 0.7; a thousandth of a bin at most.
 */
const relativeStep = 2 ** -22;
const largestSnap = 1e-3;

/**
 * Counts ascending finite values; for whole numbers and width 1 one bin for each number (IBSI's discretised intensities).
 *
 * @param sorted - ascending, finite
 * @param binWidth - above 0, in the unit of the values
 */
export function countInBins(sorted: Float64Array, binWidth: number): RegionHistogram {
  const bins: { low: number; count: number }[] = [];
  let current = Number.NaN;
  let start = 0;
  for (let n = 0; n <= sorted.length; n++) {
    const bin = n < sorted.length ? binOf(sorted[n]! / binWidth) : Number.NaN;
    if (bin === current) continue;
    if (n > 0) bins.push({ low: lowEdge(current, binWidth), count: n - start });
    current = bin;
    start = n;
  }
  return { binWidth, bins };
}

function binOf(position: number): number {
  const edge = Math.round(position);
  const snap = Math.min(largestSnap, relativeStep * Math.max(1, Math.abs(edge)));
  return Math.abs(position - edge) <= snap ? edge : Math.floor(position);
}

/** 3 x 0.1 as 0.3, not 0.30000000000000004. */
function lowEdge(bin: number, binWidth: number): number {
  return Number((bin * binWidth).toPrecision(14));
}
