import type { DicomJson } from "#shared/volume/series-volume.ts";
import { readText } from "./dataset.ts";
import { readPrivateNumber } from "./private-tags.ts";

/** Which part of the complex signal an image shows. */
export type ImagePart = "magnitude" | "phase" | "real" | "imaginary" | "mixed";

const byName: Readonly<Record<string, ImagePart>> = {
  MAGNITUDE: "magnitude",
  PHASE: "phase",
  REAL: "real",
  IMAGINARY: "imaginary",
  MIXED: "mixed",
};

/** GE (0043,102F): 0 magnitude, 1 phase, 2 real, 3 imaginary. */
const byGeCode: readonly ImagePart[] = ["magnitude", "phase", "real", "imaginary"];

/**
 * The part an image shows: ComplexImageComponent, then GE's code, then the values of ImageType from the
 * third on; magnitude when nothing is said.
 *
 * @param component - the dataset that may hold ComplexImageComponent (a frame type item, or the file)
 * @param imageType - values of ImageType or FrameType
 */
export function readImagePart(
  component: DicomJson,
  dataset: DicomJson,
  imageType: readonly string[],
): ImagePart {
  const stated = byName[readText(component, "ComplexImageComponent")];
  if (stated !== undefined) return stated;
  const code = readPrivateNumber(dataset, "GeRawDataType");
  const part = code === undefined ? undefined : byGeCode[code];
  if (part !== undefined) return part;
  for (const value of imageType.slice(2)) {
    const found = partOfValue(value.toUpperCase());
    if (found !== undefined) return found;
  }
  return "magnitude";
}

/** Siemens and Philips write M, P, R, I, alone or before a sequence name (M_SE); others write words. */
function partOfValue(value: string): ImagePart | undefined {
  const letter = /^([MPRI])(_(SE|FFE|IR|PCA|B0|B1|TSE|GRE))?$/.exec(value)?.[1];
  if (letter !== undefined) {
    return { M: "magnitude", P: "phase", R: "real", I: "imaginary" }[letter] as ImagePart;
  }
  const word = /^(MAGNITUDE|PHASE|REAL|IMAGINARY)([ _](IMAGE|MAP))?$/.exec(value)?.[1];
  return word === undefined ? undefined : byName[word];
}
