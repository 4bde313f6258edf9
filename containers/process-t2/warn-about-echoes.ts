import type { SignalInspection } from "#shared/derivatives/inspect-signal.ts";
import type { Warning } from "#shared/volume/series-volume.ts";
import type { ChosenModel } from "./choose-model.ts";

/** Share of voxels whose first echo is darker than the second from which on stimulated echoes are likely. */
const risingShare = 0.1;

/** What the echoes themselves say against the fit. */
export function warnAboutEchoes(
  inspection: SignalInspection,
  model: ChosenModel,
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
  if (inspection.saturated > 0) {
    warnings.push({
      code: "W-SATURATED",
      text: `${inspection.saturated} voxels share the largest value of the series (${inspection.largest}): the receiver or the file clipped them, and their T2 is too long.`,
    });
  }
  return warnings;
}
