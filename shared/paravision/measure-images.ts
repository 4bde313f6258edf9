import { type PixelScale, rawScale } from "./pixel-scale.ts";
import { type RawWords, readWords } from "./raw-words.ts";
import type { RawPixels } from "./read-pixels.ts";
import { countPartitions, type Visu, wordBytes } from "./visu.ts";

/** Bytes that are looked at together: bounded, whatever an image has. */
const blockBytes = 2 ** 20;

/** Stored values of 16 bits, or bins of real ones. */
export const binCount = 65_536;

/** Extremes of the images of a 2dseq as stored there; image = frame x partitions + partition. */
export interface ImageExtremes {
  readonly smallest: Float64Array;
  readonly largest: Float64Array;
  /** Pixels that are no finite numbers. */
  readonly notFinite: Float64Array;
  /** 1 for an image of which every pixel is a whole number. */
  readonly whole: Uint8Array;
}

/** How often each stored value of 16 bits occurs, -32768 first. */
export type StoredHistogram = Float64Array;

/**
 * The extremes of every image, in one pass in the order of the file.
 *
 * @param histogramOf - for words of 8 and 16 bits, where to count the values of a frame
 */
export function measureImages(
  visu: Visu,
  pixels: RawPixels,
  histogramOf: (frame: number) => StoredHistogram | undefined,
): ImageExtremes {
  const partitions = countPartitions(visu);
  const images = visu.frameCount * partitions;
  const smallest = new Float64Array(images).fill(Number.POSITIVE_INFINITY);
  const largest = new Float64Array(images).fill(Number.NEGATIVE_INFINITY);
  const notFinite = new Float64Array(images);
  const whole = new Uint8Array(images).fill(1);
  for (let image = 0; image < images; image++) {
    const histogram = histogramOf(Math.floor(image / partitions));
    for (const words of wordsOf(visu, pixels, image)) {
      const part = rangeOf(words, histogram);
      smallest[image] = Math.min(smallest[image]!, part.low);
      largest[image] = Math.max(largest[image]!, part.high);
      notFinite[image]! += part.notFinite;
      if (!part.whole) whole[image] = 0;
    }
    if (smallest[image]! > largest[image]!) smallest[image] = largest[image] = 0;
  }
  return { smallest, largest, notFinite, whole };
}

/**
 * How often real values occur, in even bins from the lowest to the highest.
 *
 * @param frames - in the order of the file
 */
export function countReal(
  visu: Visu,
  pixels: RawPixels,
  frames: readonly number[],
  low: number,
  high: number,
): Float64Array {
  const bins = new Float64Array(binCount);
  const perUnit = (binCount - 1) / (high - low);
  const partitions = countPartitions(visu);
  for (const frame of frames) {
    const { slope, intercept }: PixelScale = rawScale(visu, frame);
    for (let partition = 0; partition < partitions; partition++) {
      for (const words of wordsOf(visu, pixels, frame * partitions + partition)) {
        for (let i = 0; i < words.length; i++) {
          const value = words[i]! * slope + intercept;
          if (value >= low && value <= high) bins[Math.round((value - low) * perUnit)]!++;
        }
      }
    }
  }
  return bins;
}

/** The pixels of an image, block by block. */
function* wordsOf(visu: Visu, pixels: RawPixels, image: number): Generator<RawWords> {
  const bytes = visu.size[0]! * visu.size[1]! * wordBytes[visu.wordType];
  for (let at = 0; at < bytes; at += blockBytes) {
    const count = Math.min(blockBytes, bytes - at);
    yield readWords(visu, pixels.read(image * bytes + at, count));
  }
}

interface Range {
  readonly low: number;
  readonly high: number;
  readonly notFinite: number;
  readonly whole: boolean;
}

/** Loops of their own for each kind of array: the engine makes tight code of them. */
function rangeOf(words: RawWords, histogram: StoredHistogram | undefined): Range {
  if (words instanceof Float32Array) return rangeOfFloats(words);
  if (words instanceof Int32Array) return rangeOfIntegers(words);
  if (histogram === undefined) {
    return words instanceof Int16Array ? rangeOfShorts(words) : rangeOfBytes(words);
  }
  return words instanceof Int16Array ? countShorts(words, histogram) : countBytes(words, histogram);
}

function countShorts(words: Int16Array, histogram: StoredHistogram): Range {
  let low = 32_767;
  let high = -32_768;
  for (let i = 0; i < words.length; i++) {
    const word = words[i]!;
    if (word < low) low = word;
    if (word > high) high = word;
    histogram[word + 32_768]!++;
  }
  return { low, high, notFinite: 0, whole: true };
}

function countBytes(words: Uint8Array, histogram: StoredHistogram): Range {
  for (let i = 0; i < words.length; i++) histogram[words[i]! + 32_768]!++;
  return rangeOfBytes(words);
}

function rangeOfShorts(words: Int16Array): Range {
  let low = 32_767;
  let high = -32_768;
  for (let i = 0; i < words.length; i++) {
    const word = words[i]!;
    if (word < low) low = word;
    if (word > high) high = word;
  }
  return { low, high, notFinite: 0, whole: true };
}

function rangeOfBytes(words: Uint8Array): Range {
  let low = 255;
  let high = 0;
  for (let i = 0; i < words.length; i++) {
    const word = words[i]!;
    if (word < low) low = word;
    if (word > high) high = word;
  }
  return { low, high, notFinite: 0, whole: true };
}

function rangeOfIntegers(words: Int32Array): Range {
  let low = 2 ** 31 - 1;
  let high = -(2 ** 31);
  for (let i = 0; i < words.length; i++) {
    const word = words[i]!;
    if (word < low) low = word;
    if (word > high) high = word;
  }
  return { low, high, notFinite: 0, whole: true };
}

function rangeOfFloats(words: Float32Array): Range {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  let notFinite = 0;
  let broken = 0;
  for (let i = 0; i < words.length; i++) {
    const word = words[i]!;
    if (!Number.isFinite(word)) notFinite++;
    else {
      if (word < low) low = word;
      if (word > high) high = word;
      if (word !== Math.trunc(word)) broken++;
    }
  }
  return { low, high, notFinite, whole: notFinite === 0 && broken === 0 };
}
