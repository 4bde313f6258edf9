import type { AttributeValues } from "#shared/dicom/encode-attributes.ts";
import { numberIn, textsIn } from "./image-values.ts";

const components: Readonly<Record<string, string>> = {
  PHASE: "PHASE",
  REAL: "REAL",
  IMAGINARY: "IMAGINARY",
};

/** What the frames of a series have in common. */
export interface SeriesKind {
  /** Some frame has a b-value. */
  readonly diffusion: boolean;
  readonly derived: boolean;
}

/** The kind of a series, from the classic attributes of its images. */
export function findSeriesKind(all: readonly AttributeValues[]): SeriesKind {
  return {
    diffusion: all.some((values) => numberIn(values, "DiffusionBValue") !== undefined),
    derived: all.some((values) => textsIn(values, "ImageType")[0] === "DERIVED"),
  };
}

/**
 * What kind of image a frame is (PS3.3 C.8.16.1, C.8.13.3.1): FrameType and the attributes beside it, of the ImageType of the
 * classic image.
 */
export function encodeFrameType(kind: SeriesKind, values: AttributeValues): AttributeValues {
  const [origin = "ORIGINAL", , third = "", fourth = ""] = textsIn(values, "ImageType");
  const component = components[third] ?? components[fourth] ?? "MAGNITUDE";
  const contrast = origin === "DERIVED" ? derivedContrast(third, fourth) : "NONE";
  return {
    FrameType: [origin, "PRIMARY", "VOLUME", contrast],
    PixelPresentation: "MONOCHROME",
    VolumetricProperties: "VOLUME",
    VolumeBasedCalculationTechnique: "NONE",
    ComplexImageComponent: component,
    AcquisitionContrast: kind.diffusion ? "DIFFUSION" : "UNKNOWN",
  };
}

/** Value 4 of a map by the term of PS3.3 C.8.13.3.1.1.4, for values 3 and 4 of the classic ImageType. */
const derivedContrasts: readonly (readonly [RegExp, string])[] = [
  [/^T1 MAP/, "T1_MAP"],
  [/^T2 MAP/, "T2_MAP"],
  [/^OTHER,T2STAR$/, "T2_STAR_MAP"],
  [/,FA$/, "DIFFUSION_ANISO"],
];

function derivedContrast(third: string, fourth: string): string {
  const words = `${third},${fourth}`;
  return derivedContrasts.find(([pattern]) => pattern.test(words))?.[1] ?? "NONE";
}
