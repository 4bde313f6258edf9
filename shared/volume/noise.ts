import { defineTask } from "#shared/parallel/pool.ts";
import { gammaDistribution, gammaQuantile } from "./gamma-distribution.ts";
import { type MagnitudeSample, sampleMagnitudes } from "./sample-magnitudes.ts";
import type { SeriesVolume } from "./series-volume.ts";

/** Noise of a scan and how it is known, or why it is not. */
export interface NoiseEstimate {
  /** Standard deviation of one real channel, signal units; undefined when it cannot be estimated. */
  readonly sigma: number | undefined;
  /** One sentence without full stop, for the report. */
  readonly source: string;
}

/** More voxels do not make the estimate better than 0.1 %. */
const mostVoxels = 120_000;
/** More images do not separate background from tissue better. */
const mostImages = 32;
/**
 * Part of the background's distribution that is fitted, as probabilities: below it lie voxels whose
 * noise a filter took away, above it ghosts and edges.
 */
const fittedFrom = 0.02;
const fittedTo = 0.6;
const fittedPart = fittedTo - fittedFrom;
const bins = 8;
/** Fewest voxels of background, absolute and as a part of the image. */
const fewestVoxels = 120;
const fewestPart = 0.04;

/**
 * Noise of a magnitude series from the voxels that hold nothing but noise.
 *
 * The halved sum over K images of the squares of a background voxel, in units of sigma², follows a gamma
 * distribution of shape K (Rayleigh noise of one channel; the idea of PIESNO, Koay CG et al., J Magn Reson
 * 2009;199:94-103). Sigma is found where the low end of the histogram of these sums has that shape; whatever
 * has signal lies above. Two properties that do not depend on sigma must then hold for these voxels:
 * every image has the same share of the energy, and the shares scatter as those of Rayleigh noise do
 * (mean sum of squared shares 2 / (K + 1)). Tissue, coils combined by sum of squares and
 * noise that was set to zero or filtered fail one of these, and no value is better than a wrong one. When ghosts of
 * bright images spoil the background, the darker half of the images is tried alone.
 *
 * @returns sigma within 5 % for 20 to 80 % background and tissue of SNR 10 or more, 10 % for two images of
 * SNR 5 (by simulation), or undefined with the reason
 * @remarks An image without background whose every voxel has an SNR of 1 to 2 looks like noise of a larger sigma.
 */
export function estimateNoise(series: SeriesVolume): NoiseEstimate {
  const all = evenChoice(series.axis.values.length, mostImages);
  if (all.length < 2) return { sigma: undefined, source: "no estimate from a single image" };
  const sample = sampleMagnitudes(series, all, mostVoxels);
  for (const images of [sample, ...darkerHalf(sample)]) {
    const found = fitBackground(images);
    if (found === undefined) continue;
    if (found.sigma < sample.step) {
      const source = "no estimate: the noise is smaller than the step of the stored values";
      return { sigma: undefined, source };
    }
    const percent = Math.round(100 * found.part);
    const source = `background of ${images.images} images (${percent} % of the voxels)`;
    return { sigma: found.sigma, source };
  }
  const zeroed = sample.zero > 0.1 * (sample.zero + sample.voxels);
  return {
    sigma: undefined,
    source: zeroed
      ? "no estimate: the background was set to zero"
      : "no estimate: no voxels with the distribution of noise alone",
  };
}

/** estimateNoise for worker threads; the stored values lie on shared memory. */
export const estimateNoiseTask = defineTask("estimate-noise", estimateNoise);

function evenChoice(count: number, most: number): number[] {
  const chosen = Math.min(count, most);
  return Array.from({ length: chosen }, (_, n) => Math.floor((n * count) / chosen));
}

/** The darker half of the images, where that leaves enough of them to tell noise from dim tissue. */
function darkerHalf(sample: MagnitudeSample): MagnitudeSample[] {
  const { squares, voxels, images } = sample;
  if (images < 6) return [];
  const energy = new Array<number>(images).fill(0);
  for (let at = 0; at < voxels * images; at++) energy[at % images]! += squares[at]!;
  const order = energy.map((_, c) => c).sort((a, b) => energy[a]! - energy[b]!);
  const chosen = order.slice(0, Math.floor(images / 2));
  const picked = new Float32Array(voxels * chosen.length);
  for (let v = 0; v < voxels; v++) {
    chosen.forEach((image, c) => {
      picked[v * chosen.length + c] = squares[v * images + image]!;
    });
  }
  return [{ ...sample, squares: picked, images: chosen.length }];
}

/** Sigma and the part of the voxels that is background; undefined when nothing looks like it. */
function fitBackground(sample: MagnitudeSample): { sigma: number; part: number } | undefined {
  const { voxels, images, squares } = sample;
  const energies = new Float64Array(voxels);
  for (let v = 0; v < voxels; v++) {
    let sum = 0;
    for (let c = 0; c < images; c++) sum += squares[v * images + c]!;
    energies[v] = sum / 2;
  }
  const sorted = energies.toSorted();
  const edges = Array.from({ length: bins + 1 }, (_, b) =>
    gammaQuantile(images, fittedFrom + (fittedPart * b) / bins),
  );
  const fewest = Math.max(fewestVoxels, fewestPart * voxels) * fittedPart;
  const best = localFits(sorted, edges, images, fewest)
    .toSorted((a, b) => a.misfit - b.misfit)
    .find(({ variance }) =>
      isRayleigh(sample, energies, variance * edges[0]!, variance * edges[bins]!),
    );
  if (best === undefined) return undefined;
  const variance = refine(sorted, best.variance, [edges[0]!, edges[bins]!], images);
  const part = Math.min(1, best.inside / fittedPart / (sample.voxels + sample.zero));
  return { sigma: Math.sqrt(Math.max(0, variance - sample.step ** 2 / 12)), part };
}

interface Fit {
  readonly variance: number;
  /** Voxels in the fitted part. */
  readonly inside: number;
  /** Root mean square deviation from the expected count, relative, over the bins. */
  readonly misfit: number;
}

/** Values of sigma² at which the low end of the energies has the shape of noise better than at its neighbours. */
function localFits(
  sorted: Float64Array,
  edges: readonly number[],
  images: number,
  fewest: number,
): Fit[] {
  const from = sorted[Math.floor(sorted.length * 1e-3)]! / images / 2;
  const to = (sorted[Math.floor(sorted.length * 0.98)]! / images) * 2;
  if (!(from > 0) || !Number.isFinite(to)) return [];
  const tried: Fit[] = [];
  for (let variance = from; variance < to; variance *= 1.02) {
    const below = edges.map((edge) => countBelow(sorted, edge * variance));
    const inside = below[bins]! - below[0]!;
    const counts = below.slice(1).map((count, b) => count - below[b]!);
    const squares = counts.reduce((sum, count) => sum + ((count * bins) / inside - 1) ** 2, 0);
    const misfit = inside >= fewest ? Math.sqrt(squares / bins) : Number.POSITIVE_INFINITY;
    tried.push({ variance, inside, misfit });
  }
  // What chance alone gives comes on top of what real backgrounds deviate.
  const tolerable = (inside: number): number => 0.1 + 1.3 * Math.sqrt(bins / inside);
  return tried.filter(
    ({ misfit, inside }, n) =>
      misfit <= tolerable(inside) &&
      misfit <= (tried[n - 1]?.misfit ?? Number.POSITIVE_INFINITY) &&
      misfit <= (tried[n + 1]?.misfit ?? Number.POSITIVE_INFINITY),
  );
}

/** Number of entries of an ascending array below a limit. */
function countBelow(sorted: Float64Array, limit: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]! < limit) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * Relative tolerances of the two checks of isRayleigh, from simulation: signal makes the scatter smaller
 * (tissue of SNR 3: -3 %, two channels: -17 % for four images), quantisation and weak ghosts make it a little larger.
 */
const shareTolerance = 0.15;
const leastScatter = -0.025;
const mostScatter = 0.08;

/** Whether voxels of an energy between two limits share it among the images as independent Rayleigh noise does. */
function isRayleigh(
  sample: MagnitudeSample,
  energies: Float64Array,
  from: number,
  to: number,
): boolean {
  const { squares, images, voxels } = sample;
  const shares = new Array<number>(images).fill(0);
  let scatter = 0;
  let count = 0;
  for (let v = 0; v < voxels; v++) {
    const energy = energies[v]!;
    if (!(energy >= from && energy < to)) continue;
    count++;
    for (let c = 0; c < images; c++) {
      const share = squares[v * images + c]! / (2 * energy);
      shares[c]! += share;
      scatter += share * share;
    }
  }
  const even = shares.every((sum) => Math.abs((sum * images) / count - 1) <= shareTolerance);
  const excess = (scatter * (images + 1)) / (2 * count) - 1;
  // Of few voxels chance alone makes half a unit over the root of their number.
  return even && excess >= leastScatter - 0.5 / Math.sqrt(count) && excess <= mostScatter;
}

/**
 * Sigma² of greatest likelihood for the energies between two edges in units of it: the one at which
 * their mean is K sigma² (P(K + 1, b) - P(K + 1, a)) / (P(K, b) - P(K, a)).
 */
function refine(
  sorted: Float64Array,
  start: number,
  [from, to]: readonly [number, number],
  images: number,
): number {
  const between = (shape: number): number =>
    gammaDistribution(shape, to) - gammaDistribution(shape, from);
  const expected = (images * between(images + 1)) / between(images);
  const sums = new Float64Array(sorted.length + 1);
  for (let n = 0; n < sorted.length; n++) sums[n + 1] = sums[n]! + sorted[n]!;
  const excess = (variance: number): number => {
    const first = countBelow(sorted, variance * from);
    const last = countBelow(sorted, variance * to);
    return (sums[last]! - sums[first]!) / (last - first) / variance - expected;
  };
  let [low, high] = [0.9 * start, 1.1 * start];
  if (!(excess(low) > 0 && excess(high) < 0)) return start;
  for (let step = 0; step < 40; step++) {
    const middle = (low + high) / 2;
    if (excess(middle) > 0) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
