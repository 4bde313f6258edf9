import { contrastOf } from "./contrast.ts";
import { countAlong } from "./group-index.ts";
import type { RawScan } from "./raw-scan.ts";
import { saturationOf } from "./saturation.ts";
import { saturationLengthMs } from "./saturation-module.ts";

/** Times of a CEST scan that are computed from others; undefined where they are not positive. */
export interface CestTimes {
  readonly readoutMs?: number;
  readonly recoveryMs?: number;
}

/** How far the time of the module may be from that of its pulses: spoilers and ramps take some milliseconds. */
const moduleTolerance = 0.01;

const known = new WeakMap<RawScan, CestTimes | undefined>();

/** Readout and recovery of a CEST scan; what does not fit is remarked once. */
export function readCestTimes(scan: RawScan): CestTimes | undefined {
  if (!known.has(scan)) known.set(scan, computeTimes(scan));
  return known.get(scan);
}

function computeTimes(scan: RawScan): CestTimes | undefined {
  const saturation = saturationOf(scan);
  if (saturation === undefined) return undefined;
  const { module, offsets } = saturation;
  const { moduleTimeMs, secondPulseLengthMs = 0 } = module;
  const lengthMs = saturationLengthMs(module);
  if (lengthMs === undefined) return undefined;
  if (
    moduleTimeMs !== undefined &&
    Math.abs(moduleTimeMs - lengthMs) > moduleTolerance * lengthMs
  ) {
    scan.findings.remark(
      "cest-module-time",
      `The pulses and delays of the saturation take ${lengthMs} ms, its module ${moduleTimeMs} ms.`,
    );
  }
  const { repetitionTime } = contrastOf(scan);
  if (repetitionTime === undefined || offsets === undefined) return {};
  const repetitionTimeMs = repetitionTime.at(0);
  const images = scan.visu.frameCount / countAlong(scan.visu.groups, offsets.along);
  const readoutMs = (repetitionTimeMs - lengthMs - secondPulseLengthMs * (images - 1)) / images;
  const recoveryMs = repetitionTimeMs - lengthMs - readoutMs;
  // Where one image follows each saturation, the readout takes all that remains, and no recovery can be told from it.
  if (!(readoutMs > 0)) {
    scan.findings.remark(
      "cest-readout-not-positive",
      `The repetition time of ${repetitionTimeMs} ms leaves ${round(repetitionTimeMs - lengthMs)} ms beside a saturation of ${round(lengthMs)} ms: readout and recovery time are left out.`,
    );
  }
  return {
    ...(readoutMs > 0 && { readoutMs }),
    ...(readoutMs > 0 && recoveryMs > 0 && { recoveryMs }),
  };
}

function round(value: number): number {
  return Number(value.toFixed(3));
}
