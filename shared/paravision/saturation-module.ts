import { numberOf, numbersOf, structsOf, textOf, wordOf } from "./jcamp.ts";
import type { ParameterFile } from "./parameter-file.ts";
import type { RawScan } from "./raw-scan.ts";

/** The pulses that saturate before each image. A number is undefined where the files have none. */
export interface SaturationModule {
  /** Names of the parameters: PV360 writes PVM_SatTrans*, PV5 and 6 PVM_MagTrans*, some methods of 3 T systems Cest*. */
  readonly family: "SatTrans" | "MagTrans" | "Cest";
  /** CEST, MTC; empty where the files do not say it. */
  readonly type: string;
  readonly shape: string;
  readonly amplitudeUt: number | undefined;
  readonly pulseLengthMs: number | undefined;
  readonly pulses: number | undefined;
  readonly interpulseDelayMs: number | undefined;
  /** As the method computed it, spoilers included. */
  readonly moduleTimeMs: number | undefined;
  /** Of a second pulse that some user methods play before each further image. */
  readonly secondPulseLengthMs: number | undefined;
}

/** Attenuation of a pulse, dB, from which on it is none. */
const switchedOff = 100;

/**
 * The saturation module of a scan, when it is on; undefined otherwise.
 *
 * Parameter names of both families were seen in files of PV 6.0.1 and 360; every PV360 method file carries the block, switched
 * off.
 */
export function readSaturationModule({ method }: RawScan): SaturationModule | undefined {
  if (method === undefined) return undefined;
  if (wordOf(method, "PVM_SatTransOnOff") === "On") {
    return {
      family: "SatTrans",
      type: wordOf(method, "PVM_SatTransType"),
      shape: textOf(method, "PVM_SatTransPulseEnum"),
      amplitudeUt: numberOf(method, "PVM_SatTransPulseAmpl_uT"),
      pulseLengthMs: firstMember(method, "PVM_SatTransPulse"),
      pulses: numberOf(method, "PVM_SatTransNPulses"),
      interpulseDelayMs:
        numberOf(method, "PVM_SatTransInterPulseDelay") ??
        numberOf(method, "PVM_SatTransInterpulseDelay"),
      moduleTimeMs: numberOf(method, "PVM_SatTransModuleTime"),
      secondPulseLengthMs: numberOf(method, "PVM_SatTransPulseLength2"),
    };
  }
  if (wordOf(method, "PVM_MagTransOnOff") === "On") {
    return {
      family: "MagTrans",
      type: "",
      shape: textOf(method, "PVM_MagTransPulse1Enum") || textOf(method, "PVM_MagTransPulseEnum"),
      amplitudeUt: numberOf(method, "PVM_MagTransPower"),
      pulseLengthMs:
        firstMember(method, "PVM_MagTransPulse1") ?? firstMember(method, "PVM_MagTransPulse"),
      pulses: numberOf(method, "PVM_MagTransPulsNumb"),
      interpulseDelayMs: numberOf(method, "PVM_MagTransInterDelay"),
      moduleTimeMs: numberOf(method, "PVM_MagTransModuleTime"),
      secondPulseLengthMs: undefined,
    };
  }
  return readCestPulse(method);
}

/** Older user methods of 3 T systems have a pulse `CestPulse` (length, bandwidth, flip angle, attenuation in dB, ...). */
function readCestPulse(method: ParameterFile): SaturationModule | undefined {
  const [pulse] = structsOf(method, "CestPulse") ?? [];
  const [length, , , attenuation] = pulse ?? [];
  if (typeof length !== "number") return undefined;
  if (typeof attenuation === "number" && attenuation > switchedOff) return undefined;
  return {
    family: "Cest",
    type: "CEST",
    shape: textOf(method, "CestPulseEnum"),
    amplitudeUt: undefined,
    pulseLengthMs: length,
    pulses: undefined,
    interpulseDelayMs: undefined,
    moduleTimeMs: undefined,
    secondPulseLengthMs: undefined,
  };
}

/** First member of a struct, which is the length of a pulse in ms. */
function firstMember(method: ParameterFile, name: string): number | undefined {
  const first = structsOf(method, name)?.[0]?.[0] ?? numbersOf(method, name)?.[0];
  return typeof first === "number" ? first : undefined;
}

/** Length of the whole saturation, ms: N pulses and the delays between them. */
export function saturationLengthMs(module: SaturationModule): number | undefined {
  const { pulseLengthMs, pulses = 1, interpulseDelayMs = 0 } = module;
  return pulseLengthMs && pulses * pulseLengthMs + (pulses - 1) * interpulseDelayMs;
}

/** Part of a train during which a pulse is on, 0 to 1; 1 for a single pulse. */
export function dutyCycle(module: SaturationModule): number | undefined {
  const { pulseLengthMs, pulses = 1, interpulseDelayMs = 0 } = module;
  if (pulses <= 1) return 1;
  return pulseLengthMs && pulseLengthMs / (pulseLengthMs + interpulseDelayMs);
}
