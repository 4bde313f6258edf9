import { cpSync, existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { newFolder } from "./launch.ts";

// Raw data of ParaVision lie outside the repository, for their licences; tests that need them are skipped without.
const root = fileURLToPath(new URL("../../", import.meta.url));

/** Names of the raw datasets, in the order of their sizes. */
export const rawDatasets = [
  "brukermri_flash_pv51",
  "banana_pv51_pvconv",
  "danial_flash_pv601",
  "banana_pv51_bruker2nifti",
  "gyrotools_localizer_pv601",
  "cmwalker_demo_pv601",
  "pv360_3_6_stddata_params",
  "acidocest_pv601",
] as const;

/** Folder of a raw dataset, or undefined when the reference data are not here. */
export function findRawDataset(name: string): string | undefined {
  const base = process.env["XNAT_PIC_DATA"] ?? join(root, "../shared/data");
  const folder = join(base, "bruker", name);
  return existsSync(join(folder, "expected.json")) ? folder : undefined;
}

/** What is stated of one reconstruction; a single value stands for the same in every frame. */
export interface StatedReconstruction {
  readonly path: string;
  /** `convert`, `skip`, or `header only ...`. */
  readonly expect: string;
  /** Code of a skip. */
  readonly reason?: string;
  readonly instances?: number;
  readonly pixels?: {
    readonly wordType: string;
    readonly size: readonly number[];
    readonly frameCount: number;
    readonly bytesExpected: number;
  };
  readonly frameGroups?: readonly { readonly id: string; readonly count: number }[];
  readonly geometry: StatedGeometry;
  readonly series: {
    readonly visuUid: string;
    readonly studyUid: string;
    readonly VisuExperimentNumber: number | null;
    readonly VisuProcessingNumber: number | null;
    readonly VisuSeriesNumber: number | null;
  };
  readonly subject: StatedSubject;
  readonly dates: {
    readonly zoneOfOutput: string | null;
    readonly study: StatedDate;
    readonly series?: StatedDate;
    readonly acquisition: StatedDate;
  };
  readonly acquisition: Readonly<Record<string, unknown>>;
  readonly perFrame: StatedFrames;
  readonly diffusion?: StatedDiffusion;
  readonly cest?: StatedCest;
}

interface StatedPlane {
  readonly imagePositionPatient: readonly number[];
  readonly imageOrientationPatient: readonly number[];
  readonly sliceLocation: number;
  readonly inPlanePhaseEncodingDirection: string;
}

interface StatedGeometry {
  readonly rows: number;
  readonly columns: number;
  readonly pixelSpacingMm: readonly number[];
  readonly sliceThicknessMm: number;
  readonly packages?: readonly {
    readonly firstSlice: number;
    readonly slices: number;
    readonly spacingBetweenSlicesMm?: number;
  }[];
  readonly slices?: readonly StatedPlane[];
  readonly sliceIndexOfFrame?: number | string | readonly number[];
  readonly partitions?: number;
  readonly partitionSpacingMm?: number;
  readonly volume?: StatedPlane;
  readonly partitionPositions?: {
    readonly storedFirst: readonly number[];
    readonly storedLast: readonly number[];
  };
}

interface StatedSubject {
  readonly PatientPosition: string;
  readonly AnatomicalOrientationType: string;
  readonly PatientSex: string;
  readonly weightKg: number;
  readonly birthDate: string | null;
}

interface StatedDate {
  readonly DA: string;
  readonly TM: string;
}

type PerFrame<T> = T | readonly T[];

interface StatedFrames {
  readonly groupIndex: Readonly<Record<string, readonly number[]>>;
  readonly EchoTime: PerFrame<number | null>;
  readonly RepetitionTime: PerFrame<number | null>;
  readonly slope: PerFrame<number>;
  readonly offset: PerFrame<number>;
  readonly elementComment?: readonly string[];
  readonly dataUnits?: readonly string[];
  readonly storedMin?: readonly number[];
  readonly storedMax?: readonly number[];
  readonly sha256First16?: readonly string[];
  readonly saturationOffsetHz?: readonly number[];
}

interface StatedDiffusion {
  readonly nominalB: readonly number[];
  readonly effectiveB: readonly number[];
  readonly directionLps: readonly (readonly number[] | null)[];
  readonly bMatrixLps_xx_xy_xz_yy_yz_zz: readonly (readonly number[])[];
}

interface StatedCest {
  readonly offsetsHz: readonly number[];
  readonly offsetsPpm: readonly number[];
  readonly dictionary: Readonly<Record<string, string | number | null>>;
}

/** What is stated of a raw dataset. */
export function readStated(folder: string): readonly StatedReconstruction[] {
  const expected = JSON.parse(readFileSync(join(folder, "expected.json"), "utf8")) as {
    readonly reconstructions: readonly StatedReconstruction[];
  };
  return expected.reconstructions;
}

/** The value of a frame. */
export function valueAt<T>(values: PerFrame<T>, frame: number): T {
  return Array.isArray(values) ? (values[frame] as T) : (values as T);
}

/**
 * A copy of a raw dataset without the vendor's own exports. Where only the parameter files are public, the images are made up:
 * a pattern that no two frames share, so that a frame in a wrong place shows.
 */
export function stageRawDataset(folder: string): string {
  const copy = join(newFolder("raw-"), basename(folder));
  cpSync(folder, copy, { recursive: true, filter: (path) => basename(path) !== "dicom" });
  for (const stated of readStated(folder)) {
    const { expect, reason, path, pixels } = stated;
    const published = !expect.startsWith("header only") && reason !== "spectroscopic";
    if (published || pixels === undefined) continue;
    writeFileSync(join(copy, path, "2dseq"), makeUpPixels(pixels));
  }
  return copy;
}

/** Stored values of made-up frames: each has its own smallest and largest. */
export function makeUpPixels(pixels: NonNullable<StatedReconstruction["pixels"]>): Buffer {
  const bytes = Buffer.alloc(pixels.bytesExpected);
  const width = pixels.wordType.startsWith("_16") ? 2 : 4;
  const frameSize = bytes.length / width / pixels.frameCount;
  for (let i = 0; i < bytes.length / width; i++) {
    const value = ((i % frameSize) % 997) + 3 * Math.floor(i / frameSize) + 1;
    if (width === 2) bytes.writeInt16LE(value, 2 * i);
    else if (pixels.wordType === "_32BIT_FLOAT") bytes.writeFloatLE(value / 7, 4 * i);
    else bytes.writeInt32LE(value * 100_000, 4 * i);
  }
  return bytes;
}

/** Paths of all files with this ending below a folder, in order. */
export function listBelow(folder: string, ending: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(ending))
    .sort((a, b) => a.localeCompare(b, "en", { numeric: true }))
    .map((name) => join(folder, name));
}
