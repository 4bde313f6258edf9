import type { NoiseChoice } from "#shared/derivatives/fit-to-write.ts";
import type { Pool } from "#shared/parallel/pool.ts";
import { estimateNoiseTask } from "#shared/volume/noise.ts";
import type { SeriesVolume } from "#shared/volume/series-volume.ts";

/** The noise that `--noise` asks for: measured in the background, given, or unknown. */
export async function chooseNoise(
  option: number | "auto" | "none",
  series: SeriesVolume,
  pool: Pool,
): Promise<NoiseChoice> {
  if (option === "auto") return pool.run(estimateNoiseTask, series);
  if (option === "none") return { sigma: undefined, source: "not used (--noise none)" };
  return { sigma: option, source: "given by the user (--noise)" };
}
