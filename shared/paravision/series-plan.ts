import type { AttributeValue, AttributeValues } from "#shared/dicom/encode-attributes.ts";
import type { WrittenKeyword } from "#shared/dicom/written-attributes.ts";
import type { RawScan } from "./raw-scan.ts";

/** Which images of a reconstruction become one DICOM series. */
export interface SeriesPart {
  /** The element of FG_ISA or FG_DTI that a map is: 0 first. */
  readonly element?: number;
  /** The element of FG_IRMODE, where there are several: 0 first. FAIR inverts the slice alone, then everything. */
  readonly inversionMode?: number;
  /** Of VisuCoreFrameType, where a reconstruction has several: MAGNITUDE_IMAGE, PHASE_IMAGE, REAL_IMAGE, IMAGINARY_IMAGE. */
  readonly frameType?: string;
}

/** How one frame is stored in the file: value = stored x slope + intercept in the unit of the series. */
export interface StoredFrame {
  readonly slope: number;
  readonly intercept: number;
  /** Stored extremes. */
  readonly smallest: number;
  readonly largest: number;
  /** Of the series, after slope and intercept. */
  readonly windowCenter: number;
  readonly windowWidth: number;
}

/** One image: a 2D frame, or a partition of a 3D one. */
export interface ImageContext {
  readonly scan: RawScan;
  readonly part: SeriesPart;
  /** Of the 2dseq, 0 first. */
  readonly frame: number;
  /** Stored partition of a 3D frame, 0 first; 0 in 2D. */
  readonly partition: number;
  /** Place among the images of the series, 0 first. */
  readonly place: number;
  readonly stored: StoredFrame;
}

/** One row of the mapping: what an attribute is made from. The converter, the reference page and a test are derived of it. */
export interface MappingRow {
  readonly keyword: WrittenKeyword;
  /** Of the attribute in its module, PS3.3: 1 value needed, 2 may be empty, 3 optional, C conditional. */
  readonly type: "1" | "1C" | "2" | "2C" | "3";
  /** `series`: the same in all images of a series, asked once, of the first image. */
  readonly per: "series" | "image";
  /** Parameters in order of preference, options as `--species`. */
  readonly sources: readonly string[];
  /** One sentence for the reference page. */
  readonly rule: string;
  /** undefined: left out where type 3 or C, without value where type 2. */
  value(image: ImageContext): AttributeValue | undefined;
}

/** One DICOM series to write. */
export interface SeriesPlan {
  readonly part: SeriesPart;
  readonly seriesInstanceUID: string;
  readonly seriesNumber: number;
  readonly seriesDescription: string;
  readonly rows: number;
  readonly columns: number;
  readonly shared: AttributeValues;
  readonly images: readonly ImagePlan[];
}

/**
 * One image to write: its attributes beside the shared ones and PixelData. They are worked out each time they are asked for, and
 * what is noticed meanwhile becomes a finding then.
 */
export interface ImagePlan {
  readonly frame: number;
  readonly partition: number;
  readonly own: AttributeValues;
}
