import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { deriveUid } from "#shared/dicom/uid.ts";
import type { WordType } from "#shared/paravision/visu.ts";
import type { RawAcquisition, RawSeries } from "#shared/phantom/paravision/describe-acquisition.ts";
import { describePackages, diskSliceOrder } from "#shared/phantom/paravision/describe-images.ts";
import type { RawStudy } from "#shared/phantom/paravision/describe-study.ts";
import { dialects, type ParaVisionVersion } from "#shared/phantom/paravision/dialect.ts";
import {
  type Changes,
  encodeExamination,
  encodeReconstruction,
  encodeSubject,
  type RawStudyFile,
} from "#shared/phantom/paravision/encode-examination.ts";
import type { StoredValue } from "#shared/phantom/paravision/encode-stored.ts";
import { numbers, texts, words } from "#shared/phantom/paravision/parameter.ts";
import type { RawGroup } from "#shared/phantom/paravision/raw-images.ts";
import type { Vector3 } from "#shared/volume/grid.ts";

// Synthetic reconstructions of ParaVision for tests: everything has a plain default, any of it can be another.
// Parameter values come from #shared/phantom/paravision/parameter.ts: single(5), single("Yes"), text("abc", 65),
// texts([...]), numbers([...], shape), words([...]), struct([...]), structs([[...]]), verbatim("( 2 )\n1 2").

/** A reconstruction to write. Left out: int16, little-endian, one axial frame of 4 x 3 pixels of 0.5 x 0.4 mm. */
export interface ReconstructionSpec {
  /** 360.3.6 when left out. */
  readonly version?: ParaVisionVersion;
  readonly examination?: number;
  readonly processing?: number;
  readonly wordType?: WordType;
  readonly bigEndian?: boolean;
  /** Pixels along x, y and, in 3D, z. */
  readonly size?: readonly number[];
  readonly extentMm?: readonly number[];
  /** Slice thickness; in 3D that of the slab, the extent along z when left out. */
  readonly thicknessMm?: number;
  /** The first one fastest. `slices(5)`, `group("FG_ECHO", 3, "VisuAcqEchoTime")`. */
  readonly groups?: readonly RawGroup[];
  /** Frames in plain order, for a reconstruction without groups. */
  readonly frames?: number;
  /** One, as many as frames (a single one is repeated for all, as ParaVision writes it), or per group element. */
  readonly slopes?: number | readonly number[];
  readonly offsets?: number | readonly number[];
  /** Per slice; axial slices 1 mm apart when left out. */
  readonly positions?: readonly Vector3[];
  /** Nine numbers each: row, column, normal; one for each position when left out. */
  readonly orientations?: readonly (readonly number[])[];
  /** Slices of each package; the group is found by itself. */
  readonly packages?: readonly number[];
  /** 0 or 1 for each slice. */
  readonly transposition?: readonly number[];
  readonly diskSliceOrder?: "normal" | "reverse";
  readonly echoTimesMs?: readonly number[];
  readonly repetitionTimesMs?: readonly number[];
  readonly inversionTimesMs?: readonly number[];
  /** VisuCoreDataUnits. */
  readonly units?: readonly string[];
  /** VisuFGElemId and VisuFGElemComment: name them among the dependents of their group. */
  readonly elementIds?: readonly string[];
  readonly elementComments?: readonly string[];
  /** VisuCoreFrameType: one for all frames, or one for each. */
  readonly frameTypes?: readonly string[];
  readonly uid?: string;
  readonly seriesType?: string;
  readonly comment?: string;
  readonly study?: Partial<RawStudy>;
  readonly acquisition?: Partial<RawAcquisition>;
  /** More parameters, or others; undefined leaves one out. */
  readonly visu?: Changes;
  readonly method?: Changes;
  readonly acqp?: Changes;
  readonly subject?: Changes;
  /** Files not to write: "subject", "acqp", "method", "scan visu_pars", "reco", "id", "visu_pars", "2dseq". */
  readonly without?: readonly string[];
  /** Stored value of a pixel; `countingPixels` when left out. */
  readonly stored?: StoredValue;
  /** Bytes of the 2dseq instead: too short, empty. */
  readonly bytes?: Uint8Array;
}

const axial = [1, 0, 0, 0, 1, 0, 0, 0, 1];

/** Another number for each pixel and frame, within 0 to 255 so that every word type holds it. */
export const countingPixels: StoredValue = (frame, x, y, z) =>
  (frame * 37 + x * 5 + y * 17 + z * 61) % 256;

/** FG_SLICE with orientations and positions. */
export function slices(count: number): RawGroup {
  return group("FG_SLICE", count, "VisuCoreOrientation", "VisuCorePosition");
}

/** A group, and the parameters that have one value for each of its elements. */
export function group(id: string, count: number, ...dependents: readonly string[]): RawGroup {
  return { id, count, dependents };
}

/** Axial slices, the first one at z. */
export function axialPositions(count: number, stepMm = 1, z = 0): Vector3[] {
  return Array.from({ length: count }, (_, n) => [-1, -0.6, z + n * stepMm]);
}

/** The study all specifications have unless they say otherwise. */
export const plainStudy: RawStudy = {
  subjectId: "M01",
  subjectName: "Mouse 01",
  sex: "FEMALE",
  subjectType: "Quadruped",
  birthDate: "20251110",
  weightKg: 0.025,
  comment: "",
  studyId: "study",
  studyNumber: 1,
  studyUid: "2.16.756.5.5.200.1.1",
  description: "",
  begin: { local: "2026-01-05T10:00:00", zoneMinutes: 60 },
  position: "Head_Prone",
  operator: "nmrsu",
  referringPhysician: "nmrsu",
  institution: "Institute",
  station: "7 Tesla",
  fieldTesla: 7,
  frequencyMegahertz: 298.034695,
};

/**
 * Writes a reconstruction into the folder of its study: `subject`, `<examination>/{acqp, method}` and
 * `<examination>/pdata/<processing>/{2dseq, visu_pars, reco, id}`.
 *
 * @returns the folder of the 2dseq
 */
export async function writeReconstruction(
  folder: string,
  spec: ReconstructionSpec = {},
): Promise<string> {
  const { examination = 1, processing = 1, without = [] } = spec;
  for (const { path, content } of encodeSpec(spec)) {
    const name = path === `${examination}/visu_pars` ? "scan visu_pars" : path.split("/").at(-1)!;
    if (without.includes(name)) continue;
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content);
  }
  return join(folder, String(examination), "pdata", String(processing));
}

/** The files of writeReconstruction. */
export function encodeSpec(spec: ReconstructionSpec): readonly RawStudyFile[] {
  const dialect = dialects[spec.version ?? "360.3.6"];
  const study = { ...plainStudy, ...spec.study };
  const acquisition = describeSpec(spec);
  const series: RawSeries = {
    processing: spec.processing ?? 1,
    uid:
      spec.uid ?? deriveUid(["test series", JSON.stringify([acquisition, spec.processing ?? 1])]),
    typeId: spec.seriesType ?? "ACQ_BRUKER_PVM",
    comment: spec.comment ?? acquisition.protocol,
  };
  const { acqp = {}, method = {} } = spec;
  const reconstruction = encodeReconstruction(study, acquisition, series, imagesOf(spec), dialect);
  return [
    encodeSubject(study, dialect, spec.subject),
    ...encodeExamination(study, acquisition, dialect, { acqp, method }),
    ...reconstruction.map((file) =>
      spec.bytes !== undefined && file.path.endsWith("/2dseq")
        ? { ...file, content: spec.bytes }
        : file,
    ),
  ];
}

function describeSpec(spec: ReconstructionSpec): RawAcquisition {
  const { size = [4, 3], examination = 1 } = spec;
  return {
    examination,
    protocol: `protocol ${examination}`,
    sequence: "Bruker:FLASH",
    begin: { local: "2026-01-05T10:15:00", zoneMinutes: 60 },
    scanTimeMs: 60_000,
    repetitionTimesMs: spec.repetitionTimesMs ?? [1000],
    echoTimesMs: spec.echoTimesMs ?? [10],
    inversionTimesMs: spec.inversionTimesMs ?? [],
    flipAngleDeg: 30,
    averages: 1,
    echoTrainLength: 1,
    echoSequenceType: "GradientEcho",
    isEpi: false,
    magnetizationTransfer: false,
    matrix: size,
    pixelBandwidthHz: 390.625,
    nucleus: "1H",
    ...spec.acquisition,
  };
}

function imagesOf(spec: ReconstructionSpec) {
  const { size = [4, 3], groups = [] } = spec;
  const frames = spec.frames ?? groups.reduce((product, { count }) => product * count, 1);
  const extentMm = spec.extentMm ?? size.map((pixels, axis) => pixels * [0.5, 0.4, 0.8][axis]!);
  const sliceCount = groups.find(({ id }) => id === "FG_SLICE")?.count ?? 1;
  const positions = spec.positions ?? axialPositions(sliceCount);
  return {
    wordType: spec.wordType ?? "int16",
    littleEndian: spec.bigEndian !== true,
    size,
    extentMm,
    thicknessMm: spec.thicknessMm ?? (size.length === 3 ? extentMm[2]! : 1),
    groups,
    frames,
    slopes: repeated(spec.slopes ?? 1, frames),
    offsets: repeated(spec.offsets ?? 0, frames),
    orientations: spec.orientations ?? positions.map(() => axial),
    positions,
    more: { ...describeSpecial(spec), ...spec.visu },
    stored: spec.stored ?? countingPixels,
  };
}

function repeated(values: number | readonly number[], frames: number): readonly number[] {
  return typeof values === "number" ? Array.from({ length: frames }, () => values) : values;
}

function describeSpecial(spec: ReconstructionSpec): Changes {
  const { packages, transposition, units, elementIds, elementComments, frameTypes } = spec;
  const dialect = dialects[spec.version ?? "360.3.6"];
  const sliceGroup = (spec.groups ?? []).findIndex(({ id }) => id === "FG_SLICE");
  return {
    ...(packages && describePackages(packages, sliceGroup, 1)),
    ...(transposition && { VisuCoreTransposition: numbers(transposition) }),
    ...(spec.diskSliceOrder && {
      VisuCoreDiskSliceOrder: diskSliceOrder(spec.diskSliceOrder, dialect),
    }),
    ...(units && { VisuCoreDataUnits: texts(units) }),
    ...(elementIds && { VisuFGElemId: texts(elementIds) }),
    ...(elementComments && { VisuFGElemComment: texts(elementComments) }),
    ...(frameTypes && { VisuCoreFrameType: words(frameTypes) }),
  };
}
