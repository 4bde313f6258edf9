import { sliceGeometry } from "#shared/dicom/slice-geometry.ts";
import { type SessionIdentity, sessionUID } from "../describe-session.ts";
import type { ScanPlan } from "../scan-plan.ts";
import type { RawAcquisition, RawSeries } from "./describe-acquisition.ts";
import { describeDiffusion } from "./describe-diffusion.ts";
import { describePackages } from "./describe-images.ts";
import { describeSaturation } from "./describe-saturation.ts";
import { describeSlicePackages } from "./describe-slices.ts";
import type { RawStudy } from "./describe-study.ts";
import type { Dialect } from "./dialect.ts";
import {
  type Changes,
  encodeExamination,
  encodeReconstruction,
  type RawStudyFile,
} from "./encode-examination.ts";
import { numbers } from "./parameter.ts";
import type { RawGroup, RawImages } from "./raw-images.ts";
import { encodeRelaxationMaps } from "./relaxation-maps.ts";
import { describeStack } from "./slice-orientation.ts";
import { startOf } from "./start-of-scan.ts";

/** Largest stored value: ParaVision scales the brightest pixel of a scan to it. */
const brightest = 32_766;

/** What of a scan differs from sequence to sequence. */
interface ScanDetails {
  /** The contrasts of the plan in the order of the frames. */
  readonly order: readonly number[];
  /** Groups of the frames, the first one fastest. */
  readonly groups: readonly RawGroup[];
  readonly visu: Changes;
  readonly method: Changes;
}

/**
 * A scan of the digital mouse as ParaVision stores it.
 *
 * @param values - what the DICOM scan stores, shape [contrasts, nz, ny, nx]; what stands in the 2dseq times its slope
 *   is that, but for rounding
 */
export function encodeMouseScan(
  plan: ScanPlan,
  values: Uint16Array,
  study: RawStudy,
  identity: SessionIdentity,
  dialect: Dialect,
): readonly RawStudyFile[] {
  const details = describeDetails(plan, study);
  const acquisition = describeAcquisition(plan, details, study);
  const series: RawSeries = {
    processing: 1,
    uid: sessionUID(identity, `raw scan ${plan.number}`),
    typeId: "ACQ_BRUKER_PVM",
    comment: plan.protocol,
  };
  const slope = largest(values) / brightest;
  const [nx, ny, nz] = plan.grid.shape;
  const frames = details.order.length * nz;
  const slicesFirst = details.groups[0]?.id === "FG_SLICE";
  const stored = (frame: number, x: number, y: number) => {
    const [slice, n] = slicesFirst
      ? [frame % nz, Math.floor(frame / nz)]
      : [Math.floor(frame / details.order.length), frame % details.order.length];
    const contrast = details.order[n]!;
    return Math.round(values[((contrast * nz + slice) * ny + y) * nx + x]! / slope);
  };
  const images: RawImages = {
    ...describeStack(plan.grid, plan.sliceThicknessMm),
    wordType: "int16",
    littleEndian: true,
    groups: details.groups,
    frames,
    slopes: Array.from({ length: frames }, () => slope),
    offsets: Array.from({ length: frames }, () => 0),
    more: { ...describeSlicesOf(plan, details.groups), ...details.visu },
    stored,
  };
  const method = {
    ...describeSlicePackages([plan.grid], plan.sliceThicknessMm),
    ...details.method,
  };
  return [
    ...encodeExamination(study, acquisition, dialect, { method }),
    ...encodeReconstruction(study, acquisition, series, images, dialect),
    ...(plan.train
      ? encodeRelaxationMaps(
          plan,
          values,
          { study, identity, acquisition, images, series },
          dialect,
        )
      : []),
  ];
}

function describeSlicesOf({ grid }: ScanPlan, groups: readonly RawGroup[]): Changes {
  const sliceGroup = groups.findIndex(({ id }) => id === "FG_SLICE");
  return describePackages([grid.shape[2]], sliceGroup, sliceGeometry(grid).sliceSpacing);
}

function describeDetails(plan: ScanPlan, study: RawStudy): ScanDetails {
  const { contrasts, grid } = plan;
  const slices: RawGroup = {
    count: grid.shape[2],
    id: "FG_SLICE",
    dependents: ["VisuCoreOrientation", "VisuCorePosition"],
  };
  const group = (id: string, ...dependents: string[]): RawGroup => ({
    count: contrasts.length,
    id,
    dependents,
  });
  const order = contrasts.map((_, n) => n);
  const [first] = contrasts;
  if (first?.saturationOffsetPpm !== undefined) {
    const method = describeSaturation(study.frequencyMegahertz);
    return { order, groups: [slices, group("FG_CYCLE")], visu: {}, method };
  }
  if (first?.bValue !== undefined) {
    const diffusion = describeDiffusion(plan);
    const dependents = [
      "VisuFGElemComment",
      "VisuAcqDiffusionGradOrient",
      "VisuAcqDiffusionBMatrix",
    ];
    const weighted = { ...group("FG_DIFFUSION", ...dependents), comment: "diffusion" };
    return { ...diffusion, groups: [slices, weighted] };
  }
  const times = (of: (contrast: ScanPlan["contrasts"][number]) => number) => contrasts.map(of);
  if (new Set(times(({ echoTimeMs }) => echoTimeMs)).size > 1) {
    const echoes = numbers(times(({ echoTimeMs }) => echoTimeMs));
    const method = { EffectiveTE: echoes };
    return { order, groups: [group("FG_ECHO", "VisuAcqEchoTime"), slices], visu: {}, method };
  }
  if (contrasts.length > 1) {
    const recovery = numbers(times(({ repetitionTimeMs }) => repetitionTimeMs));
    const method = { MultiRepTime: recovery };
    return {
      order,
      groups: [slices, group("FG_MOVIE", "VisuAcqRepetitionTime")],
      visu: {},
      method,
    };
  }
  return { order, groups: [slices], visu: {}, method: {} };
}

function describeAcquisition(
  plan: ScanPlan,
  { groups }: ScanDetails,
  study: RawStudy,
): RawAcquisition {
  const varies = (name: string) => groups.some(({ dependents }) => dependents?.includes(name));
  const [columns, rows] = plan.grid.shape;
  const echoTimesMs = plan.contrasts.map(({ echoTimeMs }) => echoTimeMs);
  const repetitionTimesMs = plan.contrasts.map(({ repetitionTimeMs }) => repetitionTimeMs);
  const shots = Math.ceil(rows / plan.echoTrainLength);
  const isEpi = plan.scanningSequence.includes("EP");
  const recoveries = repetitionTimesMs.reduce((sum, time) => sum + time, 0);
  // Echoes of a train come with one excitation, everything else needs its own; echo planar images need one.
  const once = varies("VisuAcqEchoTime") ? repetitionTimesMs[0]! * rows : recoveries * shots;
  return {
    examination: plan.number,
    protocol: plan.protocol,
    sequence: `Bruker:${plan.sequenceName}`,
    begin: startOf(plan.number, study),
    scanTimeMs: isEpi ? recoveries : once,
    repetitionTimesMs: varies("VisuAcqRepetitionTime")
      ? repetitionTimesMs
      : repetitionTimesMs.slice(0, 1),
    echoTimesMs: varies("VisuAcqEchoTime") ? echoTimesMs : echoTimesMs.slice(0, 1),
    inversionTimesMs: [],
    flipAngleDeg: plan.flipAngleDeg,
    averages: plan.averages,
    echoTrainLength: plan.echoTrainLength,
    // DtiEpi says gradient echo although it refocuses.
    echoSequenceType: plan.echo === "gradient" || isEpi ? "GradientEcho" : "SpinEcho",
    isEpi,
    magnetizationTransfer: plan.sequenceVariant.includes("MTC"),
    matrix: [columns, rows],
    pixelBandwidthHz: 390.625,
    nucleus: "1H",
  };
}

function largest(values: Uint16Array): number {
  let found = 1;
  for (const value of values) if (value > found) found = value;
  return found;
}
