import type { ImageExtremes } from "./measure-images.ts";
import { chooseScale, type PixelScale, rawScale, storedValue } from "./pixel-scale.ts";
import { hasRawScale } from "./store-pixels.ts";
import { countPartitions, type Visu } from "./visu.ts";

/** Ranges of frames that differ more than this get a scale each: small ones would have few steps left. */
const mostAlike = 100;

/** Smallest and largest real value. */
export interface RealRange {
  readonly low: number;
  readonly high: number;
}

/** Real values of a frame; 0 among them where pixels are no finite numbers, which become 0. */
export function realRange(visu: Visu, extremes: ImageExtremes, frame: number): RealRange {
  const { slope, intercept } = rawScale(visu, frame);
  const ranges: RealRange[] = imagesOf(visu, frame).map((image) => {
    const ends = [extremes.smallest[image]!, extremes.largest[image]!].map(
      (stored) => stored * slope + intercept,
    );
    if (extremes.notFinite[image]! > 0) ends.push(0);
    return joinRanges(ends.map((end) => ({ low: end, high: end })));
  });
  return joinRanges(ranges);
}

/** What holds all of the ranges. */
export function joinRanges(ranges: readonly RealRange[]): RealRange {
  return ranges.reduce((all, one) => ({
    low: Math.min(all.low, one.low),
    high: Math.max(all.high, one.high),
  }));
}

/**
 * The scale of each frame of a series: its own where stored values can stay as they are, else one for all, or one for each
 * where their ranges differ more than 100-fold.
 *
 * @param ranges - real values of each frame
 */
export function chooseScales(
  visu: Visu,
  frames: readonly number[],
  extremes: ImageExtremes,
  ranges: readonly RealRange[],
  uniformSlope: boolean,
): readonly PixelScale[] {
  const own = frames.map((frame) => rawScale(visu, frame));
  if (frames.every((frame) => fits16(visu, extremes, frame))) {
    if (!uniformSlope || haveOneScale(visu, frames)) return own;
  }
  const spans = ranges.map(({ low, high }) => high - low).filter((span) => span > 0);
  const most = spans.reduce((a, b) => Math.max(a, b), 0);
  const least = spans.reduce((a, b) => Math.min(a, b), most);
  if (!uniformSlope && most > mostAlike * least) {
    return ranges.map(({ low, high }) => chooseScale(low, high));
  }
  const { low, high } = joinRanges(ranges);
  const one = chooseScale(low, high);
  return frames.map(() => one);
}

/** Whether all frames have the same slope and offset in the raw data. */
export function haveOneScale(visu: Visu, frames: readonly number[]): boolean {
  const { slope, intercept } = rawScale(visu, frames[0]!);
  return frames.every((frame) => {
    const other = rawScale(visu, frame);
    return other.slope === slope && other.intercept === intercept;
  });
}

/**
 * Most that a real value of a frame can differ from what is written for it: half a step, or what the ends of the range lose,
 * and the rounding of whoever multiplies and adds in double precision, which counts where a range is narrow and far from 0.
 */
export function largestError(
  visu: Visu,
  frame: number,
  extremes: ImageExtremes,
  scale: PixelScale,
  { low, high }: RealRange,
): number {
  if (keepsValues(visu, frame, extremes, scale)) return 0;
  const ends = [low, high].map((end) =>
    Math.abs(storedValue(end, scale) * scale.slope + scale.intercept - end),
  );
  if (low === high) return ends[0]!;
  const rounding = Number.EPSILON * Math.max(Math.abs(low), Math.abs(high));
  return Math.max(Math.abs(scale.slope) / 2, ...ends) + rounding;
}

/** Images of a frame, in the order of the 2dseq. */
export function imagesOf(visu: Visu, frame: number): readonly number[] {
  const partitions = countPartitions(visu);
  if (partitions === 1) return [frame];
  return Array.from({ length: partitions }, (_, partition) => frame * partitions + partition);
}

/** Whether stored values are written as they are. */
export function keepsValues(
  visu: Visu,
  frame: number,
  extremes: ImageExtremes,
  scale: PixelScale,
): boolean {
  return hasRawScale(visu, frame, scale) && fits16(visu, extremes, frame);
}

/** Floating-point numbers too, when they are whole: masks and label maps stay what they are. */
function fits16(visu: Visu, { smallest, largest, whole }: ImageExtremes, frame: number): boolean {
  return imagesOf(visu, frame).every(
    (image) => whole[image] === 1 && smallest[image]! >= -32_768 && largest[image]! <= 32_767,
  );
}
