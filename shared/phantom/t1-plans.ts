import { coarseScan } from "./coarse-stack.ts";
import type { ScanPlan } from "./scan-plan.ts";

const inversionTimesMs = [25, 80, 200, 400, 800, 1400, 2500, 4500];
const flipAnglesDeg = [3, 6, 10, 15, 22, 30];

/** Spin echoes after an inversion pulse that is not perfect, at a repetition time that is not endless. */
export function inversionRecoveryPlan(): ScanPlan {
  return {
    ...coarseScan(1),
    number: 7,
    protocol: "T1_map_IR-RARE",
    echo: "spin",
    train: false,
    flipAngleDeg: 90,
    scanningSequence: ["SE", "IR"],
    sequenceVariant: ["SK", "MP"],
    sequenceName: "RAREIR",
    echoTrainLength: 2,
    contrasts: inversionTimesMs.map((inversionTimeMs) => ({
      repetitionTimeMs: 6000,
      echoTimeMs: 8,
      inversionTimeMs,
    })),
  };
}

/** Spoiled gradient echoes at six flip angles, each of them off by what the coil gives there. */
export function flipAnglePlan(): ScanPlan {
  return {
    ...coarseScan(4),
    number: 8,
    protocol: "T1_map_VFA-FLASH",
    echo: "gradient",
    train: false,
    transmitField: true,
    flipAngleDeg: 15,
    scanningSequence: ["GR"],
    sequenceVariant: ["SP"],
    sequenceName: "FLASH",
    echoTrainLength: 1,
    displayWidth: 2400,
    contrasts: flipAnglesDeg.map((flipAngleDeg) => ({
      repetitionTimeMs: 15,
      echoTimeMs: 2.5,
      flipAngleDeg,
    })),
  };
}
