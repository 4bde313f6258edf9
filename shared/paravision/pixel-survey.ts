import type { RawScan } from "./raw-scan.ts";
import type { RawPixels } from "./read-pixels.ts";
import type { StoredFrame } from "./series-plan.ts";

/** What one pass over the pixels of a 2dseq found. Plain data: it crosses threads. */
export interface PixelSurvey {
  /**
   * How each image is written, for storedOf: six numbers each, since there may be ten thousands of them, in the order of the
   * 2dseq: image = frame x partitions of a frame + partition.
   */
  readonly images: Float64Array;
  /** Of each series of the reconstruction, in the order of splitSeries. */
  readonly series: readonly SeriesError[];
}

/** How exact the values of a series are. Each map has a unit of its own. */
export interface SeriesError {
  /** Largest difference between a real value of the raw data and what the files say, in `unit`; 0 when none changed. */
  readonly largestError: number;
  /** VisuCoreDataUnits, empty where values have none. */
  readonly unit: string;
}

const numbersEach = 6;

/** Room for the description of so many images. */
export function startImages(count: number): Float64Array {
  return new Float64Array(numbersEach * count);
}

/** Notes how an image is written. */
export function noteImage(images: Float64Array, image: number, stored: StoredFrame): void {
  const { slope, intercept, smallest, largest, windowCenter, windowWidth } = stored;
  images.set([slope, intercept, smallest, largest, windowCenter, windowWidth], numbersEach * image);
}

/** How an image is written. */
export function storedOf({ images }: PixelSurvey, image: number): StoredFrame {
  const at = numbersEach * image;
  if (at >= images.length) throw new Error(`the survey knows no image ${image}`);
  return {
    slope: images[at]!,
    intercept: images[at + 1]!,
    smallest: images[at + 2]!,
    largest: images[at + 3]!,
    windowCenter: images[at + 4]!,
    windowWidth: images[at + 5]!,
  };
}

/** Where an image lies. */
export interface ImagePlace {
  readonly frame: number;
  readonly partition: number;
}

/** Streams a 2dseq once (survey-pixels.ts). */
export type SurveyPixels = (scan: RawScan, pixels: RawPixels) => PixelSurvey;

/**
 * The pixels of one image as a file has them, 16 bits little endian: the bytes themselves where they are that already.
 *
 * @param raw - bytes of the image in the 2dseq, which may be changed in place
 */
export type StorePixels = (
  scan: RawScan,
  survey: PixelSurvey,
  place: ImagePlace,
  raw: Buffer,
) => Uint8Array;
