import type { SignalInspection } from "#shared/derivatives/inspect-signal.ts";
import { warnAboutSaturation } from "#shared/derivatives/warn-about-saturation.ts";
import type { Warning } from "#shared/volume/series-volume.ts";
import type { ChosenModel } from "./choose-model.ts";

/** Share of voxels whose first echo is darker than the second from which on stimulated echoes are likely. */
const risingShare = 0.1;

/**
 * Last echo times outside these, ms, are more likely seconds or microseconds than a scan: spin echoes come no closer
 * than some milliseconds, and no tissue has signal after 5 s.
 */
const soundLastEcho = [1, 5000] as const;

/**
 * What the echoes themselves say against the fit.
 *
 * @param echoTimesMs - ascending
 */
export function warnAboutEchoes(
  inspection: SignalInspection,
  model: ChosenModel,
  echoTimesMs: readonly number[],
): readonly Warning[] {
  const warnings: Warning[] = [];
  const share = inspection.rising / inspection.voxels;
  if (share > risingShare && model.title === "T2" && model.choice.name !== "extended-phase-graph") {
    const percent = Math.round(100 * share);
    warnings.push({
      code: "W-STIM",
      text: `Echo 1 is lower than echo 2 in ${percent} % of the voxels: stimulated echoes lengthen T2. Consider --model epg, or --drop-first-echoes 1.`,
    });
  }
  warnings.push(...warnAboutSaturation(inspection, "their T2 is too long"));
  const last = echoTimesMs.at(-1)!;
  if (last < soundLastEcho[0] || last > soundLastEcho[1]) {
    const unit = last < soundLastEcho[0] ? "seconds" : "microseconds";
    warnings.push({
      code: "W-TE-UNIT",
      text: `The echo times go up to ${last} ms, which looks like ${unit} written as milliseconds. If so, T2 is wrong by the same factor: give the times with --te and --override te.`,
    });
  }
  return warnings;
}
