import type { Warning } from "#shared/volume/series-volume.ts";
import type { SignalInspection } from "./inspect-signal.ts";

/**
 * Says that signals were clipped, when they were.
 *
 * @param consequence - for the voxels it happened to: `their T2 is too long`
 */
export function warnAboutSaturation(
  { saturated, largest }: Pick<SignalInspection, "saturated" | "largest">,
  consequence: string,
): readonly Warning[] {
  if (saturated === 0) return [];
  const text = `${saturated} voxels share the largest value of the series (${largest}): the receiver or the file clipped them, and ${consequence}.`;
  return [{ code: "W-SATURATED", text }];
}
