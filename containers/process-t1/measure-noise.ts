import type { NoiseChoice } from "#shared/derivatives/fit-to-write.ts";
import type { Pool } from "#shared/parallel/pool.ts";
import { chooseNoise } from "#shared/program/choose-noise.ts";
import type { SeriesVolume } from "#shared/volume/series-volume.ts";
import type { Options } from "./choose-method.ts";

/**
 * The noise that `--noise` asks for. Its measurement knows the noise of magnitudes; real images alone have none of it.
 *
 * @param magnitudes - of the series
 */
export async function measureNoise(
  option: Options["noise"],
  magnitudes: SeriesVolume,
  pool: Pool,
): Promise<NoiseChoice> {
  if (option === "auto" && magnitudes.parts !== undefined) {
    return { sigma: undefined, source: "no estimate from real images without imaginary ones" };
  }
  return chooseNoise(option, magnitudes, pool);
}
