import type { SignalInspection } from "#shared/derivatives/inspect-signal.ts";
import { warnAboutSaturation } from "#shared/derivatives/warn-about-saturation.ts";
import { contrastTerms } from "#shared/volume/contrast-terms.ts";
import type { ContrastKeyword, SeriesVolume, Warning } from "#shared/volume/series-volume.ts";
import type { ChosenModel } from "./choose-model.ts";

/**
 * Largest TR or TI outside these, ms, are more likely seconds or microseconds than a scan: T1 of tissue is 100 ms and more,
 * and nobody waits two minutes for one image line.
 */
const soundLongest = [20, 120_000] as const;
/** The same for the TR of a spoiled gradient echo. */
const soundExcitation = [0.5, 2000] as const;
/** Flip angles that go no further are more likely radians: 1.6 is a right angle. */
const largestRadians = 1.6;
/** Smallest share of negative values that shows restored signs. */
const someNegative = 1e-3;

/**
 * What the images themselves say against the fit.
 *
 * @param abscissae - ms or degrees, ascending
 * @param repetitionTimeMs - of flip angles
 */
export function warnAboutSignals(
  series: SeriesVolume,
  inspection: SignalInspection,
  model: ChosenModel,
  abscissae: readonly number[],
): readonly Warning[] {
  const { keyword } = series.axis;
  const warnings = [...warnAboutSaturation(inspection, "their T1 is wrong")];
  if (keyword === "FlipAngle") {
    const largest = abscissae.at(-1)!;
    if (largest <= largestRadians) {
      warnings.push({
        code: `W-${contrastTerms(keyword).code}-UNIT`,
        text: `The flip angles go up to ${largest}°, which looks like radians. If so, give them in degrees with --fa and --override fa.`,
      });
    }
    const repetition = model.fixed["repetitionTimeMs"];
    if (typeof repetition === "number") {
      warnings.push(...warnAboutUnit("RepetitionTime", repetition, soundExcitation));
    }
  } else warnings.push(...warnAboutUnit(keyword, abscissae.at(-1)!, soundLongest));
  if (model.choice.name === "inversion-recovery" && model.choice.options.signal === "signed") {
    if (negativeShare(series) < someNegative) {
      warnings.push({
        code: "W-NO-NEGATIVE",
        text: "The images hold no negative values, so their signs were not restored: T1 is wrong where the recovery starts below 0. Use --model ir-magnitude.",
      });
    }
  }
  if (model.choice.name === "saturation-recovery" && !model.choice.options.saturationEfficiency) {
    warnings.push(...warnAboutEchoTrain(series));
  }
  return warnings;
}

function warnAboutUnit(
  keyword: ContrastKeyword,
  value: number,
  [low, high]: readonly [number, number],
): readonly Warning[] {
  if (value >= low && value <= high) return [];
  const { code, noun, option } = contrastTerms(keyword);
  const unit = value < low ? "seconds" : "microseconds";
  return [
    {
      code: `W-${code}-UNIT`,
      text: `The ${noun} go up to ${value} ms, which looks like ${unit} written as milliseconds. If so, T1 is wrong by the same factor: give them with ${option} and --override ${option.slice(2)}.`,
    },
  ];
}

function negativeShare({ stored, slope, intercept, grid }: SeriesVolume): number {
  const plane = grid.shape[0] * grid.shape[1];
  let negative = 0;
  for (let frame = 0; frame < slope.length; frame++) {
    const [m, b] = [slope[frame]!, intercept[frame]!];
    for (let at = frame * plane; at < (frame + 1) * plane; at++) {
      if (stored[at]! * m + b < 0) negative++;
    }
  }
  return negative / stored.length;
}

/** After an echo train recovery starts late, which without the saturation in the model makes T1 too long. */
function warnAboutEchoTrain({ acquisition }: SeriesVolume): readonly Warning[] {
  const length = acquisition.find(({ keyword }) => keyword === "EchoTrainLength")?.value;
  if (typeof length !== "number" || length < 2) return [];
  return [
    {
      code: "W-ECHO-TRAIN",
      text: `The images were read with trains of ${length} echoes (RARE): recovery starts only after the last refocusing pulse, and this model makes T1 too long by a few percent. Use --model sr3par, which needs three repetition times.`,
    },
  ];
}
