import type { CurveFit } from "#shared/fit/fit-curve.ts";
import type { VolumeFit } from "#shared/fit/fit-volume.ts";
import type { ModelSheet } from "#shared/models/signal-model.ts";
import type { ReportTable } from "#shared/report/report-content.ts";
import type { SeriesVolume, Warning } from "#shared/volume/series-volume.ts";
import type { Volume } from "#shared/volume/volume.ts";
import type { NamedMap } from "./float-maps.ts";
import type { SignalInspection } from "./inspect-signal.ts";
import type { SampleVoxel } from "./sample-voxels.ts";
import type { SourceLabels } from "./source-labels.ts";
import type { ValuePolicy } from "./value-policy.ts";

/** Noise of the scan, and how it is known. */
export interface NoiseChoice {
  /** SD of one real channel, signal units; undefined when unknown. */
  readonly sigma: number | undefined;
  readonly source: string;
}

/** Which voxels are fitted, and how they were chosen. */
export interface MaskChoice {
  /** Shape [nz, ny, nx], 1 = fit, on shared memory. */
  readonly samples: Uint8Array;
  readonly source: string;
}

/**
 * What the model makes of one voxel's signals for the report: signal units, one for each entry of `contrasts`.
 */
export type CurveFitter = (signals: Float64Array, voxel: number) => CurveFit;

/** A file beside the maps that only one program has: bval, bvec. */
export interface ExtraFile {
  /** Path in the output folder: `maps/sub-M01_run-6_dwi.bval` (bidsName makes such names). */
  readonly path: string;
  readonly content: string | Uint8Array;
  /** For the list of files in the report. */
  readonly description: string;
}

/** Everything the writers of a fit's files need. */
export interface FitToWrite {
  /** `T2 map`. */
  readonly title: string;
  readonly series: SeriesVolume;
  readonly labels: SourceLabels;
  /**
   * Indices along the contrast axis of the samples that were fitted: one for each abscissa, or, for complex signals, all
   * real parts and then all imaginary ones.
   */
  readonly contrasts: readonly number[];
  /** Values of the fitted abscissae, in the unit of the axis. */
  readonly abscissae: readonly number[];
  readonly sheet: ModelSheet;
  /** Short name for series descriptions: `2-parameter, expected Rician`. */
  readonly variant: string;
  /** Why this model: chosen by the user, or by what was found. */
  readonly modelReason: string;
  /** Numbers the model takes as known: bounds used, T1 of the EPG, ... with their units in the name. */
  readonly fixed: Readonly<Record<string, number | string>>;
  readonly fit: VolumeFit;
  readonly fitCurve: CurveFitter;
  readonly mask: MaskChoice;
  /** A fitted image, signal units, for orientation. */
  readonly image: Volume<Float32Array>;
  /** Which it is: its index along the contrast axis; the first fitted one when left out. */
  readonly imageContrast?: number;
  readonly noise: NoiseChoice;
  readonly inspection: SignalInspection;
  readonly policy: ValuePolicy;
  readonly dicom: "derived" | "pm" | "both" | "none";
  readonly legacyOutputs: boolean;
  readonly options: Readonly<Record<string, unknown>>;
  readonly warnings: readonly Warning[];
  /** Tables that only this program has, for the report and the summary. */
  readonly tables?: readonly ReportTable[];
  readonly extraFiles?: readonly ExtraFile[];
}

/** A colour map as it is shown: brighter than in the file where no voxel is as anisotropic as can be. */
export interface ShownColours {
  /** Red, green, blue and opacity, shape [nz, ny, nx, 4]. */
  readonly samples: Uint8Array;
  /** FA of full brightness. */
  readonly fullAt: number;
}

/** What was found out about a fit once it was there. */
export interface Findings {
  readonly maps: readonly NamedMap[];
  /** Voxels that statistics count, 1 = valid (valid-voxels.ts). */
  readonly valid: Uint8Array;
  /** Direction of the first eigenvector in colour (colour-fa.ts) for report and preview, where the model has one. */
  readonly colours: ShownColours | undefined;
  /** Voxels whose curves the report shows. */
  readonly voxels: readonly SampleVoxel[];
  /**
   * Median reduced chi-square of the valid voxels: about 1 when model and noise are right, less where samples lie on the noise
   * floor, where they scatter less; null when the noise is unknown.
   */
  readonly medianChiSquare: number | null;
}
