import { paddingValue, type QuantizedMap } from "./quantize.ts";

/** Window of a map, in its unit. */
export interface DisplayWindow {
  readonly center: number;
  /** Above 0, as VOILUTFunction LINEAR_EXACT asks, PS3.3 C.11.2.1.3.2. */
  readonly width: number;
}

/** From the 1st to the 99th percentile of the voxels that have a value: a few failed fits do not dim the rest. */
export function displayWindow({ stored, slope, intercept }: QuantizedMap): DisplayWindow {
  const histogram = new Uint32Array(65536);
  for (let i = 0; i < stored.length; i++) histogram[stored[i]!]!++;
  histogram[paddingValue] = 0;
  const count = histogram.reduce((sum, n) => sum + n, 0);
  const low = percentile(histogram, 0.01 * count);
  const high = Math.max(low + 1, percentile(histogram, 0.99 * count));
  return { center: ((low + high) / 2) * slope + intercept, width: (high - low) * slope };
}

function percentile(histogram: Uint32Array, rank: number): number {
  let below = 0;
  for (let value = 0; value < histogram.length; value++) {
    below += histogram[value]!;
    if (below > 0 && below >= rank) return value;
  }
  return 0;
}
