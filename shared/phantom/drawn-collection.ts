import type { AttributeValues } from "#shared/dicom/encode-attributes.ts";
import type { Grid, Vector3 } from "#shared/volume/grid.ts";

/** A closed outline that somebody drew on a slice. */
export interface DrawnOutline {
  /** Slice of the scan, 0 first. */
  readonly slice: number;
  /**
   * Column and row of each corner, the centre of the first voxel at (0, 0); the last corner is joined to the first, which is
   * not repeated.
   */
  readonly points: readonly (readonly [number, number])[];
}

/** A region: the outlines of its parts and of its holes on all slices. */
export interface DrawnRegion {
  readonly number: number;
  readonly name: string;
  /** Red, green, blue, 0 to 255 each. */
  readonly colour: Vector3;
  readonly outlines: readonly DrawnOutline[];
}

/** What somebody drew on a scan in one sitting. */
export interface DrawnCollection {
  /** Name of the assessor and of its files: `AIM_20260112_101500_123_S3`. */
  readonly label: string;
  /** Free text, at most 16 characters, since it is a StructureSetLabel as well. */
  readonly name: string;
  /** `20260112` and `101500`. */
  readonly date: string;
  readonly time: string;
  readonly regions: readonly DrawnRegion[];
}

/** The images a collection was drawn on, as far as its file speaks of them. */
export interface DrawnImages {
  /** Patient, study and frame of reference. */
  readonly session: AttributeValues;
  readonly seriesInstanceUID: string;
  readonly seriesNumber: number;
  readonly sopClassUID: string;
  /** One for each slice. */
  readonly sopInstanceUIDs: readonly string[];
  readonly grid: Grid;
  readonly sliceThicknessMm: number;
}
