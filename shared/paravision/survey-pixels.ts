import {
  chooseScales,
  haveOneScale,
  imagesOf,
  joinRanges,
  keepsValues,
  largestError,
  type RealRange,
  realRange,
} from "./choose-scales.ts";
import { frameValues } from "./frame-values.ts";
import { binCount, countReal, type ImageExtremes, measureImages } from "./measure-images.ts";
import { type PixelScale, rawScale, remarkScales, storedValue } from "./pixel-scale.ts";
import { noteImage, type SeriesError, type SurveyPixels, startImages } from "./pixel-survey.ts";
import { type PixelWindow, windowOfReal, windowOfStored } from "./pixel-window.ts";
import type { RawScan } from "./raw-scan.ts";
import type { RawPixels } from "./read-pixels.ts";
import type { StoredFrame } from "./series-plan.ts";
import { type SeriesFrames, splitSeries } from "./split-series.ts";
import { hasRawScale, storeWord } from "./store-pixels.ts";
import { countPartitions, type Visu } from "./visu.ts";

/**
 * How the pixels of a reconstruction are written, of one pass over its 2dseq; a second one where numbers of 32 bits, or slopes
 * that differ, leave the window to be counted in real values.
 *
 * Numbers of 8 and 16 bits, and of 32 bits where all of a series are whole and fit into 16, keep their stored values and the slope and
 * offset of their frame. Others get one linear scale for the series, or one for each frame where the ranges of real values
 * differ more than 100-fold. With `uniformSlope` all frames of a series have one.
 */
export const surveyPixels: SurveyPixels = (scan, pixels) => {
  const { visu } = scan;
  remarkScales(scan);
  remarkWords(scan);
  const histograms = new Map<number, Float64Array>();
  const series = splitSeries(visu);
  for (const { frames } of series) {
    if (!canCount(visu, frames)) continue;
    const histogram = new Float64Array(binCount);
    for (const frame of frames) histograms.set(frame, histogram);
  }
  const extremes = measureImages(visu, pixels, (frame) => histograms.get(frame));
  const images = startImages(visu.frameCount * countPartitions(visu));
  const errors = series.map((one): SeriesError => {
    const { frames } = one;
    const ranges = frames.map((frame) => realRange(visu, extremes, frame));
    const uniform = scan.choices.uniformSlope;
    const scales = chooseScales(visu, frames, extremes, ranges, uniform);
    const histogram = histograms.get(frames[0]!);
    const window =
      histogram === undefined
        ? countWindow(visu, pixels, frames, joinRanges(ranges), scales[0]!.slope)
        : windowOfStored(histogram, rawScale(visu, frames[0]!));
    let error = 0;
    for (const [n, frame] of frames.entries()) {
      const scale = scales[n]!;
      error = Math.max(error, largestError(visu, frame, extremes, scale, ranges[n]!));
      for (const image of imagesOf(visu, frame)) {
        noteImage(images, image, describeImage(visu, extremes, frame, image, scale, window));
      }
    }
    remarkSeries(scan, one, extremes, scales, error);
    return { largestError: error, unit: unitOf(visu, frames[0]!) };
  });
  return { images, series: errors };
};

/** Values of 16 bits with one scale can be counted as they are stored. */
function canCount(visu: Visu, frames: readonly number[]): boolean {
  return (visu.wordType === "uint8" || visu.wordType === "int16") && haveOneScale(visu, frames);
}

function countWindow(
  visu: Visu,
  pixels: RawPixels,
  frames: readonly number[],
  range: RealRange,
  slope: number,
): PixelWindow {
  const constant = !(range.low < range.high);
  const bins = constant
    ? new Float64Array(binCount)
    : countReal(visu, pixels, frames, range.low, range.high);
  return windowOfReal(bins, range, slope);
}

function describeImage(
  visu: Visu,
  extremes: ImageExtremes,
  frame: number,
  image: number,
  scale: PixelScale,
  window: PixelWindow,
): StoredFrame {
  const { smallest, largest, notFinite } = extremes;
  let ends = [smallest[image]!, largest[image]!];
  if (!keepsValues(visu, frame, extremes, scale)) {
    const own = hasRawScale(visu, frame, scale) ? scale : rawScale(visu, frame);
    ends = ends.map((word) => storeWord(word, own, scale));
    if (notFinite[image]! > 0) ends.push(storedValue(0, scale));
  }
  ends.sort((a, b) => a - b);
  return { ...scale, smallest: ends[0]!, largest: ends.at(-1)!, ...window };
}

/** VisuCoreDataUnits of a frame; empty for signals and plain numbers. */
function unitOf(visu: Visu, frame: number): string {
  return String(frameValues(visu, "VisuCoreDataUnits")?.of(frame)[0] ?? "").trim();
}

/** Bytes and byte orders of which no real data were at hand. */
function remarkWords({ visu, findings }: RawScan): void {
  const { wordType, littleEndian } = visu;
  const found = [
    ...(wordType === "uint8" ? ["8-bit pixels"] : []),
    ...(littleEndian ? [] : ["big-endian pixels"]),
  ];
  if (found.length === 0) return;
  findings.remark("word-type-untested", `The 2dseq has ${found.join(", ")}.`);
}

function remarkSeries(
  { visu, findings }: RawScan,
  { frames, place }: SeriesFrames,
  extremes: ImageExtremes,
  scales: readonly PixelScale[],
  error: number,
): void {
  const where = place === undefined ? "" : ` of series ${place + 1}`;
  const broken = frames.reduce(
    (sum, frame) =>
      sum + imagesOf(visu, frame).reduce((n, image) => n + extremes.notFinite[image]!, 0),
    0,
  );
  if (broken > 0) {
    const text = `${broken} pixels${where} are no finite numbers; they were written as 0, or what is nearest to it.`;
    findings.remark("pixels-not-finite", text);
  }
  if (frames.every((frame, n) => keepsValues(visu, frame, extremes, scales[n]!))) return;
  const one = new Set(scales).size === 1;
  const unit = unitOf(visu, frames[0]!);
  findings.remark(
    "pixels-quantised",
    `The ${visu.wordType} pixels${where} were mapped to 16 bits, ${one ? "with one scale for the series" : "with a scale for each frame"}; the largest error is ${error.toPrecision(3)}${unit === "" ? "" : ` ${unit}`}.`,
  );
}
