import type { PlainError } from "#shared/errors.ts";
import type { Vector3 } from "#shared/volume/grid.ts";
import type { ContrastValues } from "./contrast.ts";
import type { FrameDiffusion } from "./frame-diffusion.ts";
import type { ImagePart } from "./image-part.ts";
import type { PixelLayout } from "./pixel-layout.ts";

/** One image: a single-frame file, or one frame of a multi-frame file. Lengths in mm. */
export interface Frame {
  /** 1-based inside a multi-frame object; 0 for a single-frame one. */
  readonly number: number;
  /** 0-based place of the slice in a mosaic; undefined for an image of one slice. */
  readonly tile?: number;
  /** ImagePositionPatient: centre of the first voxel, patient coordinates (L, P, S). */
  readonly position: Vector3 | undefined;
  /** ImageOrientationPatient: direction of a row, then of a column. */
  readonly orientation: readonly number[] | undefined;
  /** PixelSpacing: between rows, between columns. */
  readonly pixelSpacing: readonly number[] | undefined;
  readonly sliceThickness: number | undefined;
  readonly spacingBetweenSlices: number | undefined;
  /** Only compared with the position, never used in its place. */
  readonly sliceLocation: number | undefined;
  readonly contrasts: ContrastValues;
  readonly diffusion: FrameDiffusion | undefined;
  readonly echoNumber: number | undefined;
  /** What tells repeated measurements of one slice and contrast apart, in order of preference. */
  readonly repetition: readonly (string | number | undefined)[];
  /**
   * What tells the order in which the images of a slice were measured, in order of preference: vendor's diffusion
   * order, temporal position, acquisition number, instance number.
   */
  readonly acquisitionOrder: readonly (number | undefined)[];
  /** signal = stored x slope + intercept */
  readonly slope: number;
  readonly intercept: number;
  /** Philips' precise values instead of display values. */
  readonly preciseScale: boolean;
  readonly part: ImagePart;
  /** ImageType (or FrameType) begins with DERIVED. */
  readonly derived: boolean;
  /** Why the values look like a map (`units ms`, `ImageType T2 MAP`); empty for a measured image. */
  readonly mapSign: string;
}

/** One DICOM file of the input folder: what is known of it after its header was read. */
export interface Instance {
  /** Relative to the input folder. */
  readonly path: string;
  readonly absolutePath: string;
  /** Length of the file, bytes. */
  readonly size: number;
  readonly sopClassUID: string;
  readonly sopInstanceUID: string;
  readonly studyInstanceUID: string;
  readonly seriesInstanceUID: string;
  readonly frameOfReferenceUID: string;
  readonly modality: string;
  readonly manufacturer: string;
  readonly seriesNumber: number | undefined;
  readonly seriesDescription: string;
  readonly patientID: string;
  readonly studyID: string;
  readonly implementationVersionName: string;
  /** Our program that wrote the images, by the ContributingEquipmentSequence: `mri2dicom`; of others nothing is said. */
  readonly converter?: string;
  /** NumberOfSlices (0054,0081) and a single ReconstructionFieldOfView (0018,9317): see legacy.ts. */
  readonly legacyAttributes: boolean;
  /** Undefined for objects without pixels (reports, structure sets, ...). */
  readonly pixels: PixelLayout | undefined;
  readonly frames: readonly Frame[];
  /** Why the images cannot be used; raised when somebody wants them. */
  readonly problem: PlainError | undefined;
  /** Attributes whose values could not be read. */
  readonly unreadable: readonly string[];
}

/** A frame together with its file. */
export interface Image {
  readonly instance: Instance;
  readonly frame: Frame;
}

/** `IM0031` or `8000.dcm frame 12`: how messages name an image. */
export function nameImage({ instance, frame }: Image): string {
  return frame.number === 0 ? instance.path : `${instance.path} frame ${frame.number}`;
}
