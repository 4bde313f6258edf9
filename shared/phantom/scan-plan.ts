import type { Grid } from "#shared/volume/grid.ts";
import { kurtosisPlan, perfusionPlan, tensorPlan } from "./diffusion-plans.ts";
import type { DiffusionPhysics } from "./diffusion-signals.ts";
import { obliqueGrid, type StackSize } from "./oblique-grid.ts";
import type { Contrast } from "./signals.ts";
import { flipAnglePlan, inversionRecoveryPlan } from "./t1-plans.ts";

/** One scan of the session: what is measured, on which grid, with which settings. */
export interface ScanPlan {
  /** Scan ID in XNAT, series number in DICOM. */
  readonly number: number;
  /** Protocol, as the scanner's operator calls it. */
  readonly protocol: string;
  readonly echo: "spin" | "gradient";
  /** Refocusing may be imperfect (multi-echo trains). */
  readonly train: boolean;
  /** Flip angles are those of drawTransmitField instead of the nominal ones. */
  readonly transmitField?: boolean;
  /** Isotropic when left out. */
  readonly diffusion?: DiffusionPhysics;
  readonly flipAngleDeg: number;
  /** ScanningSequence, SequenceVariant and SequenceName of PS3.3 C.8.3.1. */
  readonly scanningSequence: readonly string[];
  readonly sequenceVariant: readonly string[];
  readonly sequenceName: string;
  readonly echoTrainLength: number;
  readonly sliceThicknessMm: number;
  readonly grid: Grid;
  readonly averages: number;
  /** Noise of the averaged images over that of the scans on the fine stack. */
  readonly relativeNoise: number;
  /** Whether images say which volume of the scan they belong to: images at the same b are told apart by it. */
  readonly volumesNumbered?: boolean;
  /** Stored value shown as white. */
  readonly displayWidth?: number;
  /** In the order of acquisition. */
  readonly contrasts: readonly Contrast[];
}

/** 128 x 96 pixels of 0.25 x 0.3 mm, eight slices of 1 mm with gaps of 0.5 mm. */
const mapStack: StackSize = { shape: [128, 96, 8], spacing: [0.25, 0.3, 1.5] };
const anatomyStack: StackSize = { shape: [256, 192, 8], spacing: [0.125, 0.15, 1.5] };
/** What all scans on these slices share. */
const fine = { sliceThicknessMm: 1, averages: 1, relativeNoise: 1 } as const;

const repetitionTimesMs = [150, 300, 500, 800, 1200, 2000, 3500, 6000];
const bValues = [100, 200, 400, 600, 800, 1000];
const directions = [
  [1, 0, 0],
  [0, 1, 0],
  [0, 0, 1],
] as const;

/**
 * The whole session: T2-weighted anatomy, T2 MSME, T2* MGE, T1 RARE-VTR and diffusion on fine slices; T1 by inversion
 * recovery and variable flip angle, diffusion tensor, IVIM and kurtosis on coarse ones. Scan 1, a localizer, and scan
 * 9, a B1 scan of which only the map is given, are left out.
 */
export function sessionPlan(): readonly ScanPlan[] {
  const grid = obliqueGrid(mapStack);
  return [
    {
      number: 2,
      protocol: "T2w_TurboRARE",
      echo: "spin",
      train: false,
      flipAngleDeg: 90,
      scanningSequence: ["SE"],
      sequenceVariant: ["SK"],
      sequenceName: "RARE",
      echoTrainLength: 8,
      ...fine,
      grid: obliqueGrid(anatomyStack),
      contrasts: [{ repetitionTimeMs: 4000, echoTimeMs: 36 }],
    },
    echoTrainPlan(mapStack, 16),
    {
      number: 4,
      protocol: "T2star_map_MGE",
      echo: "gradient",
      train: false,
      flipAngleDeg: 30,
      scanningSequence: ["GR"],
      sequenceVariant: ["SP"],
      sequenceName: "MGE",
      echoTrainLength: 12,
      ...fine,
      grid,
      contrasts: Array.from({ length: 12 }, (_, n) => ({
        repetitionTimeMs: 800,
        echoTimeMs: 3 + 4 * n,
      })),
    },
    {
      number: 5,
      protocol: "T1_map_RARE-VTR",
      echo: "spin",
      train: false,
      flipAngleDeg: 90,
      scanningSequence: ["SE"],
      sequenceVariant: ["SK"],
      sequenceName: "RAREVTR",
      echoTrainLength: 2,
      ...fine,
      grid,
      contrasts: repetitionTimesMs.map((repetitionTimeMs) => ({
        repetitionTimeMs,
        echoTimeMs: 8,
      })),
    },
    {
      number: 6,
      protocol: "DWI_SE-EPI",
      echo: "spin",
      train: false,
      flipAngleDeg: 90,
      scanningSequence: ["EP", "SE"],
      sequenceVariant: ["SK"],
      sequenceName: "DtiEpi",
      echoTrainLength: 1,
      ...fine,
      grid,
      contrasts: [
        { repetitionTimeMs: 3000, echoTimeMs: 20, bValue: 0 },
        ...directions.flatMap((direction) =>
          bValues.map((bValue) => ({ repetitionTimeMs: 3000, echoTimeMs: 20, bValue, direction })),
        ),
      ],
    },
    inversionRecoveryPlan(),
    flipAnglePlan(),
    tensorPlan(),
    perfusionPlan(),
    kurtosisPlan(),
  ];
}

/** A multi-echo spin-echo scan with echoes every 10 ms. */
export function echoTrainPlan(stack: StackSize, echoes: number): ScanPlan {
  return {
    number: 3,
    protocol: "T2_map_MSME",
    echo: "spin",
    train: true,
    flipAngleDeg: 90,
    scanningSequence: ["SE"],
    sequenceVariant: ["NONE"],
    sequenceName: "MSME",
    echoTrainLength: echoes,
    ...fine,
    grid: obliqueGrid(stack),
    contrasts: Array.from({ length: echoes }, (_, n) => ({
      repetitionTimeMs: 2500,
      echoTimeMs: 10 * (n + 1),
    })),
  };
}
