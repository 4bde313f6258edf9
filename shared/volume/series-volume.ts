import type { Unit } from "#shared/units.ts";
import type { Grid, Vector3 } from "./grid.ts";

/** What may vary from image to image of a series; names as in PS3.6. */
export type ContrastKeyword =
  | "EchoTime"
  | "RepetitionTime"
  | "InversionTime"
  | "FlipAngle"
  | "DiffusionBValue";

/** The axis a fit runs along. */
export interface ContrastAxis {
  readonly keyword: ContrastKeyword;
  /** Ascending, equal neighbours are repeated measurements; of a complex signal twice (see `parts`). */
  readonly values: readonly number[];
  readonly unit: Unit;
  /** Where the values came from: `dicom:0018,0081`, `dicom:0018,9082`, `sidecar:EchoTime`, `user`. */
  readonly source: string;
}

/** Which part of the complex signal an image shows. */
export type SignalPart = "magnitude" | "real" | "imaginary";

/** The diffusion encoding of each image along the axis, in patient coordinates (L, P, S). */
export interface DiffusionEncoding {
  /** b, s/mm²: the effective one, imaging gradients included, where the source has it. Same as the axis. */
  readonly bValues: readonly number[];
  /** What was asked of the scanner, s/mm², where that differs. */
  readonly nominalBValues?: readonly number[];
  /** Unit vectors; undefined for an image without a direction (b = 0, or an average over directions). */
  readonly directions: readonly (Vector3 | undefined)[];
  /** xx, yy, zz, xy, xz, yz of each b-matrix, s/mm², imaging gradients included; undefined when the source has none. */
  readonly bMatrices?: readonly (readonly number[])[];
  /** Where directions or b-matrices came from: `dicom:0018,9089`, `siemens:0019,100E`, `bvec`, `paravision:PVM_DwBMat`. */
  readonly directionSource: string;
  /**
   * Place of each image in the order of acquisition, 0 first: the order in which other converters write volumes,
   * and in which bval and bvec files are written. A permutation of 0...n-1.
   */
  readonly acquisitionOrder: readonly number[];
}

export type StoredArray =
  | Int8Array
  | Uint8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | Float32Array
  | Float64Array;

/** One file a series was read from. */
export interface SourceFile {
  /** Path relative to the input folder. */
  readonly path: string;
  readonly sha256: string;
  /** Empty for NIfTI. */
  readonly sopInstanceUID: string;
}

/** Which attribute of the acquisition a number came from, for the report's timing table and the sidecars. */
export interface AcquisitionValue {
  /** PS3.6 keyword, or the BIDS name where DICOM has none. */
  readonly keyword: string;
  readonly value: number | string | readonly number[];
  readonly unit: Unit | undefined;
  readonly source: string;
}

/** Reference to one image that went into a voxel plane. */
export interface SourceInstance {
  readonly sopClassUID: string;
  readonly sopInstanceUID: string;
  /** 1-based frame numbers inside a multi-frame object; empty for single-frame objects. */
  readonly frameNumbers: readonly number[];
}

/** Who and what was scanned: what derived files must repeat or refer to. */
export interface SeriesIdentity {
  readonly kind: "dicom" | "nifti";
  readonly modality: string;
  /** Empty strings where the input has none (NIfTI). */
  readonly studyInstanceUID: string;
  readonly seriesInstanceUID: string;
  readonly frameOfReferenceUID: string;
  readonly seriesNumber: number | undefined;
  readonly seriesDescription: string;
  readonly patientID: string;
  readonly studyID: string;
  readonly files: readonly SourceFile[];
  /** Source images of each slice k, all contrasts. Empty lists for NIfTI. */
  readonly sliceSources: readonly (readonly SourceInstance[])[];
  /**
   * Attributes of the first image that a derived object repeats (patient, study, equipment, frame of
   * reference, acquisition), as a DICOM JSON model (PS3.18 F.2): { "00100020": { vr, Value } }.
   * Undefined for NIfTI.
   */
  readonly template: DicomJson | undefined;
}

/** DICOM JSON model, PS3.18 annex F: 8 hex digits to VR and values. */
export type DicomJson = Readonly<Record<string, DicomJsonElement>>;
export interface DicomJsonElement {
  readonly vr: string;
  readonly Value?: readonly unknown[];
  readonly InlineBinary?: string;
}

/**
 * A series on one grid with a last axis: the contrast that varies.
 *
 * Stored values stay in the type they were stored in, once, on shared memory, so that worker threads
 * read them in place; `signal = stored x slope + intercept` with the slope and intercept of the frame.
 */
export interface SeriesVolume {
  readonly grid: Grid;
  readonly axis: ContrastAxis;
  /**
   * Of each image along the axis, when they are not magnitudes. A complex signal has its real parts first and then, with
   * the same values of the axis again, its imaginary parts.
   */
  readonly parts?: readonly SignalPart[];
  /** Other contrasts that vary along the axis too: their value for each of its images. */
  readonly covariates?: { readonly [keyword in ContrastKeyword]?: readonly number[] };
  /** For diffusion-weighted series. */
  readonly diffusion?: DiffusionEncoding;
  /** Shape [n, nz, ny, nx]; its buffer is a SharedArrayBuffer. */
  readonly stored: StoredArray;
  /** Shape [n, nz]. */
  readonly slope: Float64Array;
  /** Shape [n, nz]. */
  readonly intercept: Float64Array;
  /** Stored values from `low` to `high` mean "not measured" (PixelPaddingValue); NaN when gathered. */
  readonly padding: { readonly low: number; readonly high: number } | undefined;
  readonly acquisition: readonly AcquisitionValue[];
  readonly identity: SeriesIdentity;
  /** Coded remarks of the reader, for the log, the summary and the report. */
  readonly warnings: readonly Warning[];
}

/** A remark with a stable code (W-...) and one sentence. */
export interface Warning {
  readonly code: string;
  readonly text: string;
}

/** The part of a SeriesVolume that a worker thread needs to read signals. */
export type SignalSource = Pick<SeriesVolume, "stored" | "slope" | "intercept" | "padding"> & {
  readonly shape: readonly [number, number, number];
};

/** The signal source of a series. */
export function signalSource(series: SeriesVolume): SignalSource {
  const { stored, slope, intercept, padding } = series;
  return { stored, slope, intercept, padding, shape: series.grid.shape };
}

/**
 * Signal curves of `count` voxels from voxel `first` on, voxel after voxel.
 *
 * @param contrasts - indices along the contrast axis to take, in order
 * @param out - shape [count, contrasts.length], signal units; NaN where the image holds padding
 */
export function gatherCurves(
  source: SignalSource,
  contrasts: readonly number[],
  first: number,
  count: number,
  out: Float64Array,
): void {
  const { stored, slope, intercept, padding } = source;
  const plane = source.shape[0] * source.shape[1];
  const slices = source.shape[2];
  const n = contrasts.length;
  for (let c = 0; c < n; c++) {
    const contrast = contrasts[c]!;
    let voxel = first;
    const last = first + count;
    // Slice by slice, because slope and intercept belong to a frame.
    while (voxel < last) {
      const slice = Math.floor(voxel / plane);
      const end = Math.min(last, (slice + 1) * plane);
      const frame = contrast * slices + slice;
      const m = slope[frame]!;
      const b = intercept[frame]!;
      const base = contrast * slices * plane;
      let target = (voxel - first) * n + c;
      for (; voxel < end; voxel++, target += n) {
        out[target] = stored[base + voxel]! * m + b;
      }
    }
  }
  if (padding !== undefined) markPadding(source, contrasts, first, count, out);
}

function markPadding(
  source: SignalSource,
  contrasts: readonly number[],
  first: number,
  count: number,
  out: Float64Array,
): void {
  const { stored, padding } = source;
  if (padding === undefined) return;
  const volume = source.shape[0] * source.shape[1] * source.shape[2];
  const n = contrasts.length;
  for (let c = 0; c < n; c++) {
    const base = contrasts[c]! * volume + first;
    for (let v = 0; v < count; v++) {
      const value = stored[base + v]!;
      if (value >= padding.low && value <= padding.high) out[v * n + c] = Number.NaN;
    }
  }
}
