import { defined, sumTerms } from "./compensated-sum.ts";
import type { RegionHistogram } from "./histogram.ts";

/** How the values of a region are spread over the bins of its histogram; null without values. */
export interface Disorder {
  /** Bits: 0 when all values share a bin, log2 n when each has its own. IBSI TLU2. */
  readonly entropy: number | null;
  /** 1 when all values share a bin, 1/n when each has its own. IBSI BJ5W. */
  readonly uniformity: number | null;
}

/**
 * Entropy, the sum of p log2(1/p), and uniformity, the sum of p², over the shares p of the bins. Both depend on the bin width.
 *
 * @see Zwanenburg A. et al., Image biomarker standardisation initiative, arXiv:1612.07003v11, 3.4.18 and 3.4.19
 */
export function measureDisorder({ bins }: RegionHistogram): Disorder {
  const n = bins.reduce((sum, { count }) => sum + count, 0);
  if (n === 0) return { entropy: null, uniformity: null };
  const share = (bin: number) => bins[bin]!.count / n;
  return {
    entropy: defined(sumTerms(bins.length, (bin) => share(bin) * Math.log2(1 / share(bin)))),
    uniformity: defined(sumTerms(bins.length, (bin) => share(bin) ** 2)),
  };
}
