import { InputError } from "#shared/errors.ts";
import type { SeriesVolume } from "#shared/volume/series-volume.ts";

/** Values that differ by more, relative, are two values: consoles round them, and gated scans spread a little. */
const agreement = 0.01;

/**
 * Nothing when all images of a slice have one repetition time, as those of a DICOM scan have once the longest was chosen;
 * volumes in NIfTI are taken as they are.
 *
 * @throws InputError E-TR-VARIES: recovery then shapes the curve as well as decay
 */
export function requireOneRepetition({ covariates }: Pick<SeriesVolume, "covariates">): void {
  const repetitionTimes = [...new Set(covariates?.RepetitionTime)].sort((a, b) => a - b);
  const [shortest = 0, longest = 0] = [repetitionTimes[0], repetitionTimes.at(-1)];
  if (shortest >= longest * (1 - agreement)) return;
  throw new InputError(
    "E-TR-VARIES",
    `The echoes have ${repetitionTimes.length} repetition times (${repetitionTimes.slice(0, 6).join(", ")} ms): the signal then shows T1 as well as T2.`,
    "Choose images of one TR.",
  );
}
