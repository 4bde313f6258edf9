import type { AttributeValues } from "#shared/dicom/encode-attributes.ts";
import { numberOf, numbersOf, textsOf } from "./image-values.ts";

const components: Readonly<Record<string, string>> = {
  PHASE: "PHASE",
  REAL: "REAL",
  IMAGINARY: "IMAGINARY",
};

/** What the frames of a series have in common. */
export interface SeriesKind {
  /** Some frame has a b-value. */
  readonly diffusion: boolean;
  /** All frames have one orientation. */
  readonly parallel: boolean;
  readonly derived: boolean;
}

/** The kind of a series, from the classic attributes of its images. */
export function findSeriesKind(all: readonly AttributeValues[]): SeriesKind {
  const orientations = new Set(
    all.map((values) => numbersOf(values, "ImageOrientationPatient").join()),
  );
  return {
    diffusion: all.some((values) => numberOf(values, "DiffusionBValue") !== undefined),
    parallel: orientations.size <= 1,
    derived: all.some((values) => textsOf(values, "ImageType")[0] === "DERIVED"),
  };
}

/**
 * What kind of image a frame is (PS3.3 C.8.16.1, C.8.13.3.1): FrameType and the attributes beside it, of the ImageType of the
 * classic image.
 */
export function encodeFrameType(kind: SeriesKind, values: AttributeValues): AttributeValues {
  const [origin = "ORIGINAL", , third = "", fourth = ""] = textsOf(values, "ImageType");
  const component = components[third] ?? components[fourth] ?? "MAGNITUDE";
  const contrast = origin === "DERIVED" ? derivedContrast(third, fourth) : "NONE";
  return {
    FrameType: [origin, "PRIMARY", kind.parallel ? "VOLUME" : "NON_PARALLEL", contrast],
    PixelPresentation: "MONOCHROME",
    VolumetricProperties: "VOLUME",
    VolumeBasedCalculationTechnique: "NONE",
    ComplexImageComponent: component,
    AcquisitionContrast: kind.diffusion ? "DIFFUSION" : "UNKNOWN",
  };
}

/** Value 4 of a map: the word of the classic ImageType with underscores, as PS3.3 C.8.13.3.1.1.4 writes them. */
function derivedContrast(third: string, fourth: string): string {
  const word = [third, fourth].find((value) => value !== "" && value !== "OTHER");
  return word === undefined ? "NONE" : word.replaceAll(" ", "_");
}
