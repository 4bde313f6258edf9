import type { Unit } from "#shared/units.ts";
import type { Grid, Vector3 } from "#shared/volume/grid.ts";
import type { AcquisitionValue, Warning } from "#shared/volume/series-volume.ts";
import type { Samples } from "#shared/volume/volume.ts";
import type { ColormapName } from "./colormap.ts";

/** A term and its value in words; the value already carries its unit. */
export interface Fact {
  readonly label: string;
  readonly value: string;
  /** How it was found, what it means; shown small. */
  readonly note?: string | undefined;
}

/** What the program thinks of its own result. */
export interface Verdict {
  readonly level: "ok" | "check" | "failed";
  /** One sentence each; why it is not ok, or what makes it ok. */
  readonly reasons: readonly string[];
}

/** A warning that may say how much it matters; one that does not is shown as a warning. */
export interface Remark extends Warning {
  /** `error` costs a result, `warning` may change numbers, `info` only explains. */
  readonly severity?: "info" | "warning" | "error" | undefined;
}

/** One symbol of a model equation. */
export interface ModelSymbol {
  readonly symbol: string;
  readonly meaning: string;
  readonly unit?: Unit | undefined;
  /** Bounds, or the value a fixed parameter has, in words with unit. */
  readonly range?: string | undefined;
}

/** A model's data sheet. */
export interface ModelSheet {
  readonly name: string;
  /** Plain text: `S(TE) = S0 exp(-TE / T2)`. */
  readonly equation: string;
  readonly symbols: readonly ModelSymbol[];
  readonly assumptions: readonly string[];
  /** When not to use it. */
  readonly notFor: readonly string[];
  readonly references: readonly Reference[];
}

export interface Reference {
  readonly text: string;
  /** Bare DOI (`10.1002/mrm.30290`), made a link. */
  readonly doi?: string | undefined;
}

/** One map, drawn for each slice; all maps of a report lie on one grid. */
export interface ReportMap {
  /** Short name: `T2`, `SE`, `R²`, `status`. */
  readonly name: string;
  /** `Transverse relaxation time`. */
  readonly label: string;
  readonly kind: "value" | "error" | "quality" | "status" | "mask" | "colour";
  /**
   * Shape [nz, ny, nx]; NaN where there is no value. Of a colour map red, green, blue and opacity, shape [nz, ny, nx, 4], red
   * for left-right, green for anterior-posterior, blue for head-feet.
   */
  readonly samples: Samples;
  /** Unit of the samples; drawn in the unit of reports (`reportUnit`). */
  readonly unit: Unit;
  /** In the unit of the samples, same for all slices; from the values when not given. */
  readonly displayRange?: readonly [number, number] | undefined;
  readonly colormap?: ColormapName | undefined;
}

/** A status code with the number of voxels that have it. */
export interface StatusCount {
  readonly code: number;
  readonly name: string;
  /** Plain words why. */
  readonly meaning: string;
  readonly count: number;
}

/** Values of a map whose histogram and percentiles are shown. */
export interface Distribution {
  /** `T2`. */
  readonly name: string;
  readonly samples: Samples;
  readonly unit: Unit;
  /** Which voxels: `voxels with status ok`. */
  readonly population: string;
  /** Whether voxel n belongs to the population; all finite values when not given. */
  readonly includes?: ((voxel: number) => boolean) | undefined;
}

/** A fitted parameter of one voxel or one mean curve. */
export interface FittedParameter {
  readonly name: string;
  readonly value: number;
  /** NaN or left out when there is none. */
  readonly standardError?: number | undefined;
  readonly unit: Unit;
}

/** The measured curve of one voxel (or region) and what was fitted to it. */
export interface SampleFit {
  /** Why it is shown: `median T2`, `5th percentile of T2`, `status 2, noise`. */
  readonly label: string;
  /** Undefined for the mean curve of a region. */
  readonly voxel: Vector3 | undefined;
  readonly status: { readonly code: number; readonly name: string };
  readonly parameters: readonly FittedParameter[];
  readonly rSquared?: number | undefined;
  /** In the unit of the ordinate. */
  readonly rmse?: number | undefined;
  readonly abscissa: { readonly label: string; readonly unit: Unit };
  readonly ordinate: { readonly label: string; readonly unit: Unit };
  /** The samples as measured; `used` is false where the fit left one out. */
  readonly measured: {
    readonly x: readonly number[];
    readonly y: readonly number[];
    readonly used?: readonly boolean[] | undefined;
    /** Model at the same abscissae, for the residuals, and drawn where there is no curve. */
    readonly model?: readonly number[] | undefined;
    /** Which part of a complex signal each is: imaginary parts are drawn as squares. */
    readonly parts?: readonly string[] | undefined;
  };
  /**
   * The fitted curve on a fine grid and its 95 % interval; undefined when nothing was fitted, or when the abscissa alone does
   * not decide the signal.
   */
  readonly curve?:
    | {
        readonly x: readonly number[];
        readonly y: readonly number[];
        readonly low?: readonly number[] | undefined;
        readonly high?: readonly number[] | undefined;
      }
    | undefined;
}

/** A table that only one program has (regions, repeatability, ...). */
export interface ReportTable {
  readonly title: string;
  readonly text?: string | undefined;
  readonly columns: readonly { readonly heading: string; readonly numeric?: boolean }[];
  readonly rows: readonly (readonly string[])[];
}

/** A file of this run, linked by its path relative to the report. */
export interface ReportFile {
  readonly path: string;
  readonly bytes?: number | undefined;
  readonly description?: string | undefined;
}

export interface OptionValue {
  readonly name: string;
  readonly value: string;
  readonly isDefault: boolean;
}

/** One input file. */
export interface InputFile {
  readonly path: string;
  readonly sha256: string;
  readonly sopInstanceUID: string;
}

/** Where the result came from; nothing here may depend on the time or the machine of the run. */
export interface ReportProvenance {
  readonly options: readonly OptionValue[];
  /** Program, commit, Node version, container image, library versions. */
  readonly software: readonly Fact[];
  readonly seriesInstanceUID: string;
  readonly inputs: readonly InputFile[];
}

/** Everything a report says; `renderReport` makes the page. Lists that are empty leave their section out. */
export interface ReportContent {
  /** `T2 map`. */
  readonly title: string;
  readonly program: { readonly name: string; readonly version: string };
  readonly verdict: Verdict;
  /** Shown before anything else. */
  readonly warnings: readonly Remark[];
  /** Project, subject, session, scan, series description, scanner, field. */
  readonly header: readonly Fact[];
  readonly model?: ModelSheet | undefined;
  /** Undefined only when the program made no map. */
  readonly grid?: Grid | undefined;
  readonly maps: readonly ReportMap[];
  readonly distributions: readonly Distribution[];
  readonly samples: readonly SampleFit[];
  /** Status codes that may occur, in order of their code; also the legend of the status map. */
  readonly statuses: readonly StatusCount[];
  /** Noise sigma and its source, SNR, voxels whose first echo is lower than the second. */
  readonly signal: readonly Fact[];
  readonly tables: readonly ReportTable[];
  readonly acquisition: readonly AcquisitionValue[];
  /** Added to the geometry table, which is made from the grid. */
  readonly geometry: readonly Fact[];
  readonly files: readonly ReportFile[];
  readonly provenance: ReportProvenance;
  /** Embedded as JSON for other programs. */
  readonly summary: unknown;
}
