import { gatherCurves, type SeriesVolume, signalSource } from "#shared/volume/series-volume.ts";
import { percentile, sortSamples } from "#shared/volume/sort-samples.ts";

/** What the signals of the masked voxels look like before anything is fitted. */
export interface SignalInspection {
  /** Voxels inside the mask. */
  readonly voxels: number;
  /** Median of the first image looked at inside the mask, signal units; NaN for an empty mask. */
  readonly medianFirst: number;
  /** Its 98th percentile: the bright end, whatever a few outliers do. */
  readonly brightFirst: number;
  /** Voxels whose first image looked at is darker than the second. */
  readonly rising: number;
  /** Voxels that hold the largest value of the two images looked at, when so many share it that the receiver or the file clipped them. */
  readonly saturated: number;
  readonly largest: number;
}

/** True for an echo train, whose signal falls: there a first image darker than the second is a sign of stimulated echoes. */
export function isDecay({ axis }: SeriesVolume): boolean {
  return axis.keyword === "EchoTime";
}

/** Share of masked voxels at the largest value from which on it counts as clipped, not as a maximum. */
const clippedShare = 0.001;
const block = 4096;

/**
 * Looks at the signals inside a mask, in the first two of the images named.
 *
 * @param contrasts - indices along the contrast axis of the used images, the bright end first: ascending for a decay or
 *   diffusion, the longest time first for a recovery
 * @param mask - shape [nz, ny, nx]; 1 = inside
 */
export function inspectSignal(
  series: SeriesVolume,
  contrasts: readonly number[],
  mask: Uint8Array,
): SignalInspection {
  const source = signalSource(series);
  // What is clipped is clipped in the bright images.
  const looked = contrasts.slice(0, 2);
  const n = looked.length;
  const curves = new Float64Array(block * n);
  const first = new Float32Array(mask.length);
  let voxels = 0;
  let rising = 0;
  let largest = Number.NEGATIVE_INFINITY;
  let atLargest = 0;
  for (let start = 0; start < mask.length; start += block) {
    const count = Math.min(block, mask.length - start);
    gatherCurves(source, looked, start, count, curves);
    for (let v = 0; v < count; v++) {
      if (mask[start + v] !== 1) continue;
      const one = curves[v * n]!;
      if (n > 1 && one < curves[v * n + 1]!) rising++;
      const peak = peakOf(curves, v * n, n);
      if (peak > largest) {
        largest = peak;
        atLargest = 0;
      }
      if (peak === largest) atLargest++;
      if (Number.isFinite(one)) first[voxels++] = one;
    }
  }
  const sorted = sortSamples(first.subarray(0, voxels));
  const clipped = atLargest > 1 && atLargest > clippedShare * voxels;
  return {
    voxels,
    medianFirst: voxels === 0 ? Number.NaN : sorted[voxels >> 1]!,
    brightFirst: voxels === 0 ? Number.NaN : percentile(sorted, 98),
    rising,
    saturated: clipped ? atLargest : 0,
    largest,
  };
}

function peakOf(curves: Float64Array, start: number, n: number): number {
  let peak = curves[start]!;
  for (let c = 1; c < n; c++) {
    const value = curves[start + c]!;
    if (value > peak) peak = value;
  }
  return peak;
}
