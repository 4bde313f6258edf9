import { roundToDecimalString } from "#shared/dicom/decimal-string.ts";
import { frameNumbers } from "./frame-values.ts";
import type { RawScan } from "./raw-scan.ts";
import type { Visu } from "./visu.ts";

/** value = stored x slope + intercept */
export interface PixelScale {
  readonly slope: number;
  readonly intercept: number;
}

/** Scales beyond this, or below its inverse, leave no value finite, or none different from the next. */
const largestSlope = 1e200;

/** Steps between the smallest and the largest stored value that a range is spread over; one more is kept for rounding. */
const steps = 65_534;

/** VisuCoreDataSlope and VisuCoreDataOffs of a frame; 1 and 0 where they say nothing usable (remarkScales). */
export function rawScale(visu: Visu, frame: number): PixelScale {
  const slope = frameNumbers(visu, "VisuCoreDataSlope")?.of(frame)[0];
  const offset = frameNumbers(visu, "VisuCoreDataOffs")?.of(frame)[0];
  return {
    slope: isUsableSlope(slope) ? slope : 1,
    intercept: isUsableOffset(offset) ? offset : 0,
  };
}

/** Tells of slopes that are missing, zero or no finite numbers. */
export function remarkScales({ visu, findings }: RawScan): void {
  const slopes = frameNumbers(visu, "VisuCoreDataSlope");
  if (slopes === undefined) {
    findings.missing("VisuCoreDataSlope", "slope 1");
    const text = "VisuCoreDataSlope is missing; stored values were written without a scale.";
    findings.remark("slope-unusable", text);
  }
  const offsets = frameNumbers(visu, "VisuCoreDataOffs");
  if (offsets === undefined) findings.missing("VisuCoreDataOffs", "offset 0");
  for (let frame = 0; frame < visu.frameCount; frame++) {
    const slope = slopes?.of(frame)[0] ?? 1;
    const offset = offsets?.of(frame)[0] ?? 0;
    if (isUsableSlope(slope) && isUsableOffset(offset)) continue;
    const found = `VisuCoreDataSlope is ${slope} and VisuCoreDataOffs ${offset}`;
    findings.remark(
      "slope-unusable",
      `${found} in frame ${frame + 1}: no scale; stored values were written with 1 and 0 in their place.`,
    );
  }
}

function isUsableSlope(slope: number | undefined): slope is number {
  if (slope === undefined) return false;
  return Math.abs(slope) <= largestSlope && Math.abs(slope) >= 1 / largestSlope;
}

function isUsableOffset(offset: number | undefined): offset is number {
  return offset !== undefined && Math.abs(offset) <= largestSlope;
}

/**
 * A scale on which all values of a range have a place among the signed 16-bit numbers, at most half a step away.
 *
 * Slope and intercept are exactly what their decimal strings say. When the range holds 0, the intercept is a multiple of
 * the slope: what is 0 stays 0.
 */
export function chooseScale(low: number, high: number): PixelScale {
  const step = high / steps - low / steps;
  if (!(step > 1 / largestSlope)) {
    return { slope: Math.abs(roundToDecimalString(low)) || 1, intercept: 0 };
  }
  const scale = scaleWithSlope(roundUp(step, 0), low, high);
  // 0 comes back as 0 when the product is the same number as its decimal string, which few slopes in a row miss.
  for (let tries = 0; tries < 20; tries++) {
    const next = scaleWithSlope(roundUp(step, tries), low, high);
    if (storedValue(0, next) * next.slope + next.intercept === 0) return next;
  }
  return scale;
}

/** Stored value of a real one: the nearest, within the signed 16-bit numbers. */
export function storedValue(value: number, { slope, intercept }: PixelScale): number {
  return Math.min(32_767, Math.max(-32_768, Math.round((value - intercept) / slope)));
}

function scaleWithSlope(slope: number, low: number, high: number): PixelScale {
  const least = Math.round(high / slope) - 32_767;
  const most = Math.round(low / slope) + 32_768;
  const shift = Math.min(most, Math.max(least, 0));
  // Not -0, which a decimal string would show.
  return { slope, intercept: roundToDecimalString(shift * slope) + 0 };
}

/** The n-th number of five digits that is not below a positive one: a multiple of it fits into a decimal string. */
function roundUp(value: number, n: number): number {
  const exponent = Math.floor(Math.log10(value)) - 4;
  const digits = Math.ceil(value / 10 ** exponent) + n;
  return Number(`${digits}e${exponent}`);
}
