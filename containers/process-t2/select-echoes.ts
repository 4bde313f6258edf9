import { UsageError } from "#shared/errors.ts";
import type { ContrastAxis } from "#shared/volume/series-volume.ts";

/** The echoes a fit uses. */
export interface EchoChoice {
  /** Indices along the contrast axis, ascending. */
  readonly contrasts: readonly number[];
  /** Their echo times, ms. */
  readonly echoTimesMs: readonly number[];
}

/**
 * The echoes left by `--echoes`, then `--drop-first-echoes`, then `--even-echoes`.
 *
 * @param choice.echoes - numbers counted from 1 in order of echo time; all when undefined
 * @throws UsageError E-ECHOES when an echo does not exist, or fewer than two echo times are left
 */
export function selectEchoes(
  axis: ContrastAxis,
  choice: {
    readonly echoes: readonly number[] | undefined;
    readonly dropFirst: number;
    readonly evenOnly: boolean;
  },
): EchoChoice {
  const count = axis.values.length;
  const missing = choice.echoes?.find((echo) => echo > count);
  if (missing !== undefined) {
    throw new UsageError(
      "E-ECHOES",
      `--echoes names echo ${missing}, but the scan has ${count}.`,
      `Choose among 1 to ${count}.`,
    );
  }
  const chosen = choice.echoes?.map((echo) => echo - 1) ?? axis.values.map((_, index) => index);
  const contrasts = chosen
    .slice(choice.dropFirst)
    // The second, fourth, ... echo of the train, whatever was dropped before.
    .filter((index) => !choice.evenOnly || index % 2 === 1);
  const echoTimesMs = contrasts.map((index) => axis.values[index]!);
  if (new Set(echoTimesMs).size < 2) {
    throw new UsageError(
      "E-ECHOES",
      `The options leave ${contrasts.length} of ${count} echoes.`,
      "A T2 map needs at least two echo times: use fewer of --echoes, --drop-first-echoes, --even-echoes.",
    );
  }
  return { contrasts, echoTimesMs };
}
