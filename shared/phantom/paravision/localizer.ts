import type { Grid } from "#shared/volume/grid.ts";
import { type SessionIdentity, sessionUID } from "../describe-session.ts";
import type { ScanPlan } from "../scan-plan.ts";
import { type Simulation, simulateScan } from "../simulate-scan.ts";
import type { RawAcquisition } from "./describe-acquisition.ts";
import { describePackages } from "./describe-images.ts";
import { describeSlicePackages } from "./describe-slices.ts";
import type { RawStudy } from "./describe-study.ts";
import type { Dialect } from "./dialect.ts";
import {
  encodeExamination,
  encodeReconstruction,
  type RawStudyFile,
} from "./encode-examination.ts";
import { numbers } from "./parameter.ts";
import { describeStack } from "./slice-orientation.ts";
import { startOf } from "./start-of-scan.ts";

const pixels = 128;
const fieldOfViewMm = 40;

/** Directions of row and column of a transverse, a sagittal and a coronal slice, patient coordinates. */
const planes = [
  [1, 0, 0, 0, 1, 0],
  [0, 1, 0, 0, 0, -1],
  [1, 0, 0, 0, 0, -1],
] as const;

/** The first scan of the session: three slices through the isocentre, each a package of its own. */
export function encodeLocalizer(
  simulation: Simulation,
  study: RawStudy,
  identity: SessionIdentity,
  dialect: Dialect,
): readonly RawStudyFile[] {
  const grids = planes.map(sliceThroughCentre);
  const signals = grids.map((grid, n) => simulateScan(localizerPlan(grid, n), simulation));
  const stacks = grids.map((grid) => describeStack(grid, thicknessMm));
  const method = describeSlicePackages(grids, thicknessMm);
  const series = {
    processing: 1,
    uid: sessionUID(identity, "raw scan 1"),
    typeId: "ACQ_BRUKER_PVM",
    comment: "1_Localizer",
  };
  const acquisition = describeLocalizer(study);
  return [
    ...encodeExamination(study, acquisition, dialect, { method }),
    ...encodeReconstruction(
      study,
      acquisition,
      series,
      {
        ...stacks[0]!,
        orientations: stacks.flatMap(({ orientations }) => orientations),
        positions: stacks.flatMap(({ positions }) => positions),
        wordType: "int16",
        littleEndian: true,
        groups: [
          {
            count: planes.length,
            id: "FG_SLICE",
            dependents: ["VisuCoreOrientation", "VisuCorePosition"],
          },
        ],
        frames: planes.length,
        slopes: planes.map(() => 1),
        offsets: planes.map(() => 0),
        more: {
          ...describePackages([1, 1, 1], 0, 2),
          // Phase encoding runs along the rows of the first slice and along the columns of the others.
          VisuCoreTransposition: numbers([0, 1, 1]),
        },
        stored: (frame, x, y) => Math.min(32_767, signals[frame]![y * pixels + x]!),
      },
      dialect,
    ),
  ];
}

const thicknessMm = 1;

function sliceThroughCentre([a, b, c, d, e, f]: (typeof planes)[number]): Grid {
  const step = fieldOfViewMm / pixels;
  // The middle of the slice is pixel N/2, as ParaVision has it.
  const half = (pixels / 2) * step;
  const normal = [b * f - c * e, c * d - a * f, a * e - b * d];
  const affineLps = [
    [a, d],
    [b, e],
    [c, f],
  ].flatMap(([row, column], axis) => [
    row! * step,
    column! * step,
    normal[axis]! * thicknessMm,
    -(row! + column!) * half,
  ]);
  return {
    shape: [pixels, pixels, 1],
    affineLps: [...affineLps, 0, 0, 0, 1],
    origin: "dicom",
  };
}

function localizerPlan(grid: Grid, package_: number): ScanPlan {
  return {
    // Of its own for each slice: the noise follows the number.
    number: -1 - package_,
    protocol: "1_Localizer",
    echo: "gradient",
    train: false,
    flipAngleDeg: 30,
    scanningSequence: ["GR"],
    sequenceVariant: ["SP"],
    sequenceName: "FLASH",
    echoTrainLength: 1,
    sliceThicknessMm: thicknessMm,
    grid,
    averages: 1,
    relativeNoise: 1,
    contrasts: [{ repetitionTimeMs: 100, echoTimeMs: 2.5 }],
  };
}

function describeLocalizer(study: RawStudy): RawAcquisition {
  return {
    examination: 1,
    protocol: "1_Localizer",
    sequence: "Bruker:FLASH",
    begin: startOf(1, study),
    scanTimeMs: 100 * pixels,
    repetitionTimesMs: [100],
    echoTimesMs: [2.5],
    inversionTimesMs: [],
    flipAngleDeg: 30,
    averages: 1,
    echoTrainLength: 1,
    echoSequenceType: "GradientEcho",
    isEpi: false,
    magnetizationTransfer: false,
    matrix: [pixels, pixels],
    pixelBandwidthHz: 390.625,
    nucleus: "1H",
  };
}
