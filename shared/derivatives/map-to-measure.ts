import type { Unit } from "#shared/units.ts";
import type { PlaneStack } from "#shared/volume/plane-stack.ts";
import type { SourceFile } from "#shared/volume/series-volume.ts";

/** Values of a map as stored numbers (scaling applied), evaluated in double precision; shape [planes, rows, columns]. */
export type MapSamples = Float32Array | Float64Array;

/** A map whose values are to be averaged over regions. */
export interface MapToMeasure {
  /** BIDS suffix with its `desc-` (`T2map`, `desc-fDstar_Dslow`), else the stem of the file; different for each map of a run. */
  readonly name: string;
  /** What is mapped, for people: `T2`, `ADC`; the name where that is not known. */
  readonly quantity: string;
  /** File or folder, relative to what was given and beginning with its name; `maps/sub-1_T2map.nii.gz`. */
  readonly path: string;
  /** Of the file; of a DICOM series of the digests of its files. */
  readonly sha256: string;
  readonly files: readonly SourceFile[];
  /** Of the samples and their standard errors; `unknown` where nothing says it. */
  readonly unit: Unit;
  readonly planes: PlaneStack;
  readonly samples: MapSamples;
  /** Standard error of each voxel, unit and shape of the samples; NaN where there is none. */
  readonly standardErrors: MapSamples | undefined;
  readonly status: MapStatus | undefined;
  /** 0 stands for "no value": the writer says so, or is the original XNAT-PIC. */
  readonly zeroMeansNoValue: boolean;
  /** The fit the map came from, as its sidecar says. */
  readonly model: MapModel | undefined;
  /** Volume of a file with several, 1-based. */
  readonly volume: number | undefined;
  /** Empty for NIfTI. */
  readonly frameOfReferenceUID: string;
}

/** What became of each voxel in the fit. */
export interface MapStatus {
  /** Path of the status map. */
  readonly path: string;
  /** Shape of the samples. */
  readonly codes: Uint8Array;
  /** Name of each code. */
  readonly names: Readonly<Record<number, string>>;
  /**
   * Codes whose finite values are sound: ok, and not-identifiable, with which only the parameters that are known have a value.
   */
  readonly sound: readonly number[];
}

/** How a map was fitted. */
export interface MapModel {
  /** Name of the model's sheet: `mono-exponential-decay`. */
  readonly name: string;
  /** Numbers the fit took as known, the unit in the name: `noiseSigma`, `t1Ms`. */
  readonly fixed: Readonly<Record<string, unknown>>;
  /** PS3.6 keyword of the contrast where the sidecar names its values: `EchoTime`. */
  readonly contrast: string | undefined;
}
