import { coarseScan } from "./coarse-stack.ts";
import type { ScanPlan } from "./scan-plan.ts";

/** How water is saturated before each image of a scan. */
export interface SaturationTrain {
  readonly pulses: number;
  readonly pulseLengthMs: number;
  readonly betweenPulsesMs: number;
  readonly amplitudeMicrotesla: number;
  /** Each once in every repetition of the list, ppm from water. */
  readonly offsetsPpm: readonly number[];
  readonly repetitions: number;
}

/** Far from water, for the image all others are set against; then 0.5 ppm apart from -6 to 6 ppm. */
const offsetsPpm = [100, ...Array.from({ length: 25 }, (_, n) => (n - 12) / 2)];

/** Ten pulses of 200 ms; the whole list of 26 offsets is measured twice. */
export const saturationTrain: SaturationTrain = {
  pulses: 10,
  pulseLengthMs: 200,
  betweenPulsesMs: 20,
  amplitudeMicrotesla: 1.5,
  offsetsPpm,
  repetitions: 2,
};

/** A CEST scan on the coarse slices. It is among the raw data only: DICOM of the scanner has no place for offsets. */
export function cestPlan(): ScanPlan {
  const { repetitions } = saturationTrain;
  return {
    ...coarseScan(1),
    number: 13,
    protocol: "CEST_RARE_26offsets",
    echo: "spin",
    train: false,
    flipAngleDeg: 90,
    scanningSequence: ["SE"],
    sequenceVariant: ["MTC", "SK"],
    sequenceName: "RARE",
    echoTrainLength: 24,
    volumesNumbered: true,
    contrasts: Array.from({ length: repetitions }, () => offsetsPpm).flatMap((offsets) =>
      offsets.map((saturationOffsetPpm) => ({
        repetitionTimeMs: 6000,
        echoTimeMs: 6,
        saturationOffsetPpm,
      })),
    ),
  };
}
