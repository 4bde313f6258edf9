import type { VolumeFit } from "#shared/fit/fit-volume.ts";
import { statusCode } from "#shared/fit/status.ts";
import { contrastTerms } from "#shared/volume/contrast-terms.ts";
import type { SeriesVolume, Warning } from "#shared/volume/series-volume.ts";
import { sortSamples } from "#shared/volume/sort-samples.ts";
import type { ChosenModel } from "./choose-model.ts";

/**
 * Whether the scan reaches where T1 can be seen, by the median T1 of the valid voxels: the shortest time should be
 * below it and the longest above it; flip angles should lie on both sides of the Ernst angle.
 *
 * @param abscissae - ms or degrees, ascending
 */
export function warnAboutRange(
  { axis }: SeriesVolume,
  model: ChosenModel,
  fit: VolumeFit,
  abscissae: readonly number[],
): readonly Warning[] {
  const t1 = medianT1(fit);
  if (t1 === undefined) return [];
  const [first, last] = [abscissae[0]!, abscissae.at(-1)!];
  const { symbol, noun } = contrastTerms(axis.keyword);
  const median = `the median T1 of ${Math.round(t1)} ms`;
  if (model.choice.name === "variable-flip-angle") {
    const { repetitionTimeMs } = model.choice.options;
    const ernst = (Math.acos(Math.exp(-repetitionTimeMs / t1)) * 180) / Math.PI;
    if (first <= ernst && last >= ernst) return [];
    const side = first > ernst ? "above" : "below";
    return [
      {
        code: "W-FA-RANGE",
        text: `All flip angles lie ${side} the Ernst angle of ${median} (${ernst.toFixed(1)}°): T1 is determined poorly. Measure on both sides of it.`,
      },
    ];
  }
  const warnings: Warning[] = [];
  if (first > t1) {
    warnings.push({
      code: "W-LATE-START",
      text: `The shortest ${symbol} (${first} ms) is longer than ${median}: most of the recovery is over before the first image. Measure shorter ${noun}.`,
    });
  }
  if (last < t1) {
    warnings.push({
      code: "W-EARLY-END",
      text: `The longest ${symbol} (${last} ms) is shorter than ${median}: full recovery is extrapolated, and T1 and M0 are uncertain together. Measure longer ${noun}.`,
    });
  }
  return warnings;
}

function medianT1({ parameters, status }: VolumeFit): number | undefined {
  const samples = parameters.get("T1")?.samples;
  if (samples === undefined) return undefined;
  const valid = samples.filter((value, v) => status[v] === statusCode.ok && Number.isFinite(value));
  return valid.length === 0 ? undefined : sortSamples(valid)[valid.length >> 1];
}
