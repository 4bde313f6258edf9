import type { PlaneStack } from "#shared/volume/plane-stack.ts";
import type { Diagnostic } from "./diagnostic.ts";

/** The forms in which regions are stored. */
export type SourceKind = "AIM" | "RTSTRUCT" | "SEG" | "NIFTI";

/** A collection of regions as its file says, before anything is placed on images. */
export interface RoiCollection {
  readonly kind: SourceKind;
  /** Path relative to what was given, with forward slashes: what messages call the file. */
  readonly path: string;
  readonly sha256: string;
  /** StructureSetLabel, AIM description, SeriesDescription or ContentLabel of a SEG, stem of a NIfTI file; may be empty. */
  readonly name: string;
  /** SOPInstanceUID, or the AIM unique identifier; empty for NIfTI. */
  readonly uid: string;
  readonly equipment: {
    readonly manufacturer: string;
    readonly model: string;
    readonly version: string;
  };
  readonly studyInstanceUID: string;
  /** Empty when the file states none. */
  readonly frameOfReferenceUID: string;
  /** Series the regions were drawn on, as far as the file says. */
  readonly seriesInstanceUIDs: readonly string[];
  readonly rois: readonly Roi[];
  readonly diagnostics: readonly Diagnostic[];
}

/** One region: known by number and name; names may repeat, be empty, or hold any character. */
export interface Roi {
  /** ROINumber, SegmentNumber, label value; of AIM the place in the file, 1 first. */
  readonly number: number;
  readonly name: string;
  /** Of the region itself where the form has one (AIM annotation, tracking UID); else empty. */
  readonly uid: string;
  /** 0 to 255 each. */
  readonly colour: readonly [number, number, number] | undefined;
  readonly shape: ContourShape | VoxelShape;
}

/** Outlines; none for an empty region. */
export interface ContourShape {
  readonly form: "contours";
  readonly contours: readonly Contour[];
}

/** A closed outline in a plane, or what was stored in place of one. */
export interface Contour {
  /**
   * `closed` and `xor` enclose an area (CLOSED_PLANAR, CLOSEDPLANAR_XOR, AIM polyline); `point` and `open` have none;
   * `unsupported` is a form that is not read; `broken` holds coordinates that are none, and its points are empty.
   */
  readonly kind: "closed" | "xor" | "point" | "open" | "unsupported" | "broken";
  /** What the file calls it: `CLOSED_PLANAR`, `TwoDimensionPolyline`, `TwoDimensionCircle`. */
  readonly type: string;
  /**
   * `patient`: x, y, z in patient coordinates (L, P, S), mm, shape [n, 3]; `image`: column and row of the image it was
   * drawn on, the centre of the first voxel at (0, 0), shape [n, 2]. The first point is not repeated at the end.
   */
  readonly space: "patient" | "image";
  readonly points: Float64Array;
  /** Images it refers to; empty when the file names none. */
  readonly images: readonly {
    readonly sopInstanceUID: string;
    /** 1-based; undefined when not stated. */
    readonly frameNumber: number | undefined;
  }[];
  /** True for an area to be taken away (AIM includeFlag false). */
  readonly exclude: boolean;
}

/** Voxels, on the planes they were stored on. */
export interface VoxelShape {
  readonly form: "voxels";
  /** Planes that hold something, or all; in any order and distance. */
  readonly planes: PlaneStack;
  /** Share of each voxel that belongs to the region, 0 to 1, shape [planes, rows, columns]; 0 or 1 where `fractional` is false. */
  readonly shares: Float32Array | Uint8Array;
  readonly fractional: boolean;
}

/** Where an image of the reference series lies. */
export interface ReferenceImage {
  readonly sopClassUID: string;
  readonly sopInstanceUID: string;
  /** 1-based; 0 for a single-frame image. */
  readonly frameNumber: number;
  readonly path: string;
}

/** The series regions were drawn on: its planes in space and the images of each. */
export interface Reference {
  readonly planes: PlaneStack;
  /** Images of each plane (several echoes, b-values ...), k ascending along row direction x column direction. */
  readonly images: readonly (readonly ReferenceImage[])[];
  readonly studyInstanceUID: string;
  readonly seriesInstanceUID: string;
  readonly seriesDescription: string;
  /** Empty when the images state none. */
  readonly frameOfReferenceUID: string;
  /** Planes that lack an image where the spacing of the others wants one: how many, mm from the lower neighbour's plane. */
  readonly diagnostics: readonly Diagnostic[];
}
