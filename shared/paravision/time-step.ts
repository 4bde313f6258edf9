import { rememberResults } from "#shared/dicom/remember-results.ts";
import { contrastOf } from "./contrast.ts";
import { addMilliseconds, type Moment } from "./dates.ts";
import { fileOf, firstNumber } from "./first-value.ts";
import type { FrameGroup } from "./frame-groups.ts";
import { countAlong, indexAlong } from "./group-index.ts";
import { numbersOf } from "./jcamp.ts";
import type { RawScan } from "./raw-scan.ts";
import { saturationOf } from "./saturation.ts";
import { diffusionOf } from "./scan-diffusion.ts";
import { findMoment } from "./scan-moments.ts";

/** Groups whose images are taken one after the other. */
const inTime: ReadonlySet<string> = new Set([
  ...["FG_CYCLE", "FG_MOVIE", "FG_REPETITION", "FG_TIME_COURSE", "FG_CONTRAST_AGENT"],
]);

/** Groups along which nothing but time passes: cycles and repetitions without a contrast parameter that varies. */
export function isRepeat(scan: RawScan, group: FrameGroup): boolean {
  return timeGroupsOf(scan).repeats.has(group);
}

/** Groups whose images follow each other in equal steps; those of a list of repetition times do not. */
function isStep(scan: RawScan, group: FrameGroup): boolean {
  return timeGroupsOf(scan).steps.has(group);
}

interface TimeGroups {
  readonly repeats: ReadonlySet<FrameGroup>;
  readonly steps: ReadonlySet<FrameGroup>;
}

const timeGroups = new WeakMap<RawScan, TimeGroups>();

function timeGroupsOf(scan: RawScan): TimeGroups {
  let found = timeGroups.get(scan);
  if (found === undefined) {
    const { groups } = scan.visu;
    found = {
      repeats: new Set(groups.filter((group) => judgeRepeat(scan, group))),
      steps: new Set(groups.filter((group) => judgeStep(scan, group))),
    };
    timeGroups.set(scan, found);
  }
  return found;
}

function judgeRepeat(scan: RawScan, group: FrameGroup): boolean {
  if (!inTime.has(group.id) || group.count === 1) return false;
  if (contrastOf(scan).varied.has(group) || diffusionOf(scan)?.group === group) return false;
  const saturation = saturationOf(scan);
  if (saturation === undefined) return true;
  return saturation.offsets !== undefined && !saturation.offsets.along(group);
}

function judgeStep(scan: RawScan, group: FrameGroup): boolean {
  if (judgeRepeat(scan, group)) return true;
  if (group.count === 1 || contrastOf(scan).varied.has(group)) return false;
  if (diffusionOf(scan)?.group === group) return true;
  return saturationOf(scan) !== undefined && inTime.has(group.id);
}

/** How far a step may be from what the clock says, relative. */
const stepTolerance = 0.1;

/** What the sources of the time step say, ms; undefined where a file is missing. */
export interface StepSources {
  readonly steps: number;
  readonly scanTimeMs: number | undefined;
  readonly timePointsMs: number | undefined;
  readonly clockMs: number | undefined;
}

/**
 * The time from one image of a slice to the next, by three sources: VisuAcqScanTime over the number of images, the step of
 * ACQ_time_points, and VisuCreationDate - VisuAcqDate over the number. Methods of users write the first two as they like:
 * 0.196 s and 1.196 s were found where 6.23 s passed.
 *
 * @returns undefined when the scan has no steps
 */
export function readStepSources(scan: RawScan): StepSources | undefined {
  const { visu, acqp } = scan;
  const steps = countAlong(visu.groups, (group) => isStep(scan, group));
  if (steps < 2) return undefined;
  const scanTimeMs = firstNumber(scan, "", ["VisuAcqScanTime"]);
  const points = numbersOf(acqp, "ACQ_time_points") ?? [];
  const start = findMoment(scan, "", acquisitionSources);
  const end = findMoment(scan, "", ["VisuCreationDate"]);
  return {
    steps,
    scanTimeMs: scanTimeMs && scanTimeMs / steps,
    timePointsMs:
      points.length === steps ? (1000 * (points.at(-1)! - points[0]!)) / (steps - 1) : undefined,
    clockMs: start && end && (end.wallMs - start.wallMs) / steps,
  };
}

const known = new WeakMap<RawScan, { readonly ms: number | undefined }>();

/**
 * The time step of a dynamic scan, ms: the first of VisuAcqScanTime and ACQ_time_points that lies within 10 % of what the
 * clock says. Without a clock the two must agree. undefined, after a remark, when the sources disagree.
 */
export function timeStepMs(scan: RawScan): number | undefined {
  const found = known.get(scan) ?? { ms: chooseStep(scan) };
  known.set(scan, found);
  return found.ms;
}

function chooseStep(scan: RawScan): number | undefined {
  const sources = readStepSources(scan);
  if (sources === undefined) return undefined;
  const { scanTimeMs, timePointsMs, clockMs, steps } = sources;
  const truth = clockMs ?? timePointsMs;
  const candidates = [
    ["VisuAcqScanTime", scanTimeMs],
    ["ACQ_time_points", clockMs === undefined ? undefined : timePointsMs],
  ] as const;
  for (const [name, ms] of candidates) {
    if (ms === undefined || truth === undefined || !(ms > 0)) continue;
    if (Math.abs(ms - truth) > stepTolerance * truth) continue;
    scan.findings.source("TemporalResolution", `${name} of ${fileOf(scan, name)?.path}`);
    return ms;
  }
  const said = (ms: number | undefined) =>
    ms === undefined ? "not said" : `${Number((ms / 1000).toPrecision(4))} s`;
  scan.findings.remark(
    "time-step-unresolved",
    `Time from image to image, ${steps} of them: ${said(scanTimeMs)} by VisuAcqScanTime, ${said(timePointsMs)} by ACQ_time_points, ${said(clockMs)} from VisuAcqDate to VisuCreationDate.`,
  );
  return undefined;
}

/** Time from the start of the scan to a frame, ms: 0 where the time step is not known. */
function frameDelayMs(scan: RawScan, frame: number): number {
  const step = timeStepMs(scan);
  if (step === undefined) return 0;
  return step * indexAlong(scan.visu.groups, (group) => isStep(scan, group), frame);
}

/** Time from one temporal position to the next, ms; undefined without several, and where the time step is not known. */
export function temporalResolutionMs(scan: RawScan): number | undefined {
  const { groups } = scan.visu;
  const first = groups.findIndex((group) => isRepeat(scan, group));
  const step = first < 0 ? undefined : timeStepMs(scan);
  const faster = groups.slice(0, Math.max(first, 0));
  return step && step * countAlong(faster, (group) => isStep(scan, group));
}

/** Where the start of a scan stands. */
export const acquisitionSources = ["VisuAcqDate", "ACQ_time", "ACQ_abs_time"] as const;

/** The moment a delay after the start, ms. */
type MomentOf = (delayMs: number) => Moment | undefined;

const moments = new WeakMap<RawScan, Map<string, MomentOf>>();

/**
 * When the acquisition of a frame began, in the zone of the study; undefined when the files have no date.
 *
 * @param keyword - the attribute it is for
 */
export function acquisitionMoment(
  scan: RawScan,
  keyword: string,
  frame: number,
): Moment | undefined {
  let known = moments.get(scan);
  if (known === undefined) {
    known = new Map();
    moments.set(scan, known);
  }
  let momentOf = known.get(keyword);
  if (momentOf === undefined) {
    const start = findMoment(scan, keyword, acquisitionSources);
    momentOf = rememberResults((delayMs) => start && addMilliseconds(start, delayMs));
    known.set(keyword, momentOf);
  }
  return momentOf(frameDelayMs(scan, frame));
}
