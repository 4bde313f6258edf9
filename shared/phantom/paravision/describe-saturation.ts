import { saturationTrain } from "../cest-plan.ts";
import type { Changes } from "./encode-examination.ts";
import { numbers, single, struct, text, word } from "./parameter.ts";

/** From the end of the last pulse to the excitation, with its spoiler, ms. */
const spoilerMs = 4.4;

/**
 * What method says of the saturation before each image of the CEST scan: the module of ParaVision 360. The list of offsets
 * is given in ppm, and in Hz as it was used.
 */
export function describeSaturation(frequencyMegahertz: number): Changes {
  const { pulses, pulseLengthMs, betweenPulsesMs, amplitudeMicrotesla, offsetsPpm, repetitions } =
    saturationTrain;
  const trainMs = pulses * pulseLengthMs + (pulses - 1) * betweenPulsesMs;
  return {
    PVM_SatTransOnOff: single("On"),
    PVM_SatTransType: single("CEST"),
    // Length, bandwidth, flip angle and so on, as ParaVision lists a pulse.
    PVM_SatTransPulse: struct([
      ...[pulseLengthMs, 2740 / pulseLengthMs, 2570],
      word("No"),
      ...[3, 2740, 0.4181723, 0.29872376467597078, 0, 50, 0.19],
      "gauss.exc",
    ] as const),
    PVM_SatTransPulseEnum: text("gauss"),
    PVM_SatTransPulseAmpl_uT: single(amplitudeMicrotesla),
    PVM_SatTransFreqInput: single("by_value"),
    PVM_SatTransFreqUnit: single("unit_ppm"),
    PVM_SatTransFreqValues: numbers(offsetsPpm),
    PVM_SatTransInterPulseDelay: single(betweenPulsesMs),
    PVM_SatTransNPulses: single(pulses),
    PVM_SatTransModuleTime: single(trainMs + spoilerMs),
    PVM_SatTransRepetitions: single(repetitions),
    PVM_SatTransRefScan: single("Off"),
    PVM_SatTransFL: numbers(offsetsPpm.map((ppm) => ppm * frequencyMegahertz)),
  };
}
