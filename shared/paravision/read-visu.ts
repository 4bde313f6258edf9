import { countFrames, type FrameGroup, readFrameGroups } from "./frame-groups.ts";
import { frameNumbers } from "./frame-values.ts";
import { numberOf, numbersOf, textOf, wordOf, wordsOf } from "./jcamp.ts";
import type { ParameterFile } from "./parameter-file.ts";
import { checkPlanes } from "./planes.ts";
import { isSkip, type Skip, type SkipCode } from "./reconstruction.ts";
import { countPartitions, longestLengthMm, type Visu, type WordType, wordBytes } from "./visu.ts";

/** VisuCoreWordType. */
const wordTypes: Readonly<Record<string, WordType>> = {
  _8BIT_UNSGN_INT: "uint8",
  _16BIT_SGN_INT: "int16",
  _32BIT_SGN_INT: "int32",
  _32BIT_FLOAT: "float32",
};

/** Rows and Columns have 16 bits (PS3.5 6.2, VR US). */
const longestSide = 65_535;

/** More than any scan has: each image becomes a file. */
const mostImages = 2 ** 20;

/** PixelData of one image has a length of 32 bits (PS3.5 7.1.2). */
const largestImageBytes = 2 ** 32 - 2;

/** What a visu_pars file says of the 2dseq beside it, or why that cannot be converted. */
export function readVisu(file: ParameterFile): Visu | Skip {
  const skip = skipOf(file);
  const kinds = wordsOf(file, "VisuCoreDimDesc");
  if (kinds?.some((kind) => kind !== "spatial")) {
    return skip("spectroscopic", `VisuCoreDimDesc is ${kinds.join(" ")}: not all axes are spatial`);
  }
  if (wordOf(file, "VisuInstanceType") === "MINIMAL_INSTANCE") {
    return skip("no-geometry", "VisuInstanceType is MINIMAL_INSTANCE, which has no geometry");
  }
  const pixels = readPixelFormat(file);
  if (isSkip(pixels)) return pixels;
  const grid = readGrid(file);
  if (isSkip(grid)) return grid;
  const frameCount = numberOf(file, "VisuCoreFrameCount");
  if (!(Number.isSafeInteger(frameCount) && frameCount! >= 1)) {
    return skip("parse-error", `VisuCoreFrameCount is ${said(file, "VisuCoreFrameCount")}`);
  }
  const groups = readGroups(file, frameCount!);
  if (isSkip(groups)) return groups;
  const version = textOf(file, "VisuCreatorVersion");
  const visu: Visu = { file, version, ...pixels, ...grid, frameCount: frameCount!, groups };
  const images = frameCount! * countPartitions(visu);
  if (images > mostImages) {
    return skip("too-large", `${images} images are more than the ${mostImages} that are written`);
  }
  const fault = checkPlanes(visu);
  if (fault !== undefined) return skip("no-geometry", fault);
  const unclear = checkScales(visu);
  return unclear === undefined ? visu : skip("group-mismatch", unclear);
}

/** Slopes that fit neither frames nor groups leave every pixel without a value: better none than wrong by magnitudes. */
function checkScales(visu: Visu): string | undefined {
  for (const name of ["VisuCoreDataSlope", "VisuCoreDataOffs"]) {
    const values = visu.file.get(name)?.values;
    if (values === undefined || frameNumbers(visu, name) !== undefined) continue;
    return `${name} has ${values.length} values, which do not give each of ${visu.frameCount} frames a number`;
  }
  return undefined;
}

/**
 * Whether the 2dseq has the pixels that its visu_pars describes.
 *
 * @param bytes - size of the 2dseq
 */
export function requireImages(visu: Visu, bytes: number): Skip | undefined {
  const skip = skipOf(visu.file);
  if (bytes === 0) return skip("empty-2dseq", "the 2dseq beside it is empty: an aborted scan");
  const expected = countBytes(visu);
  if (bytes === expected) return undefined;
  const { size, frameCount, wordType } = visu;
  return skip(
    "size-mismatch",
    `${frameCount} frames of ${size.join(" x ")} ${wordType} pixels are ${expected} bytes, the 2dseq beside it has ${bytes}`,
  );
}

/** Bytes of the 2dseq. */
function countBytes({ size, frameCount, wordType }: Visu): number {
  return size.reduce((product, side) => product * side, frameCount * wordBytes[wordType]);
}

function readPixelFormat(file: ParameterFile): Pick<Visu, "wordType" | "littleEndian"> | Skip {
  const skip = skipOf(file);
  const wordType = wordTypes[wordOf(file, "VisuCoreWordType")];
  if (wordType === undefined) {
    const known = Object.keys(wordTypes).join(", ");
    return skip(
      "word-type",
      `VisuCoreWordType is ${said(file, "VisuCoreWordType")}, not one of ${known}`,
    );
  }
  const order = wordOf(file, "VisuCoreByteOrder");
  if (order !== "littleEndian" && order !== "bigEndian") {
    return skip(
      "byte-order",
      `VisuCoreByteOrder is ${said(file, "VisuCoreByteOrder")}, neither littleEndian nor bigEndian`,
    );
  }
  return { wordType, littleEndian: order === "littleEndian" };
}

function readGrid(file: ParameterFile): Pick<Visu, "size" | "extentMm"> | Skip {
  const skip = skipOf(file);
  const size = numbersOf(file, "VisuCoreSize");
  if (size === undefined || !size.every((side) => Number.isSafeInteger(side) && side >= 1)) {
    return skip("parse-error", `VisuCoreSize is ${said(file, "VisuCoreSize")}`);
  }
  const dimensions = numberOf(file, "VisuCoreDim") ?? size.length;
  if (dimensions !== size.length) {
    return skip("parse-error", `VisuCoreDim is ${dimensions}, VisuCoreSize has ${size.length}`);
  }
  if (size.length !== 2 && size.length !== 3) {
    return skip("no-geometry", `frames of ${size.length} axes are no images`);
  }
  const bytes = 2 * size[0]! * size[1]!;
  if (Math.max(size[0]!, size[1]!) > longestSide || bytes > largestImageBytes) {
    return skip("too-large", `images of ${size.join(" x ")} pixels do not fit into DICOM`);
  }
  const extentMm = numbersOf(file, "VisuCoreExtent");
  if (
    extentMm?.length !== size.length ||
    !extentMm.every((length) => length > 0 && length <= longestLengthMm)
  ) {
    return skip("no-geometry", `VisuCoreExtent is ${said(file, "VisuCoreExtent")}`);
  }
  const units = file.get("VisuCoreUnits")?.values ?? [];
  if (units.some((unit) => unit !== "mm" && unit !== "")) {
    return skip("no-geometry", `VisuCoreUnits is ${said(file, "VisuCoreUnits")}, not mm`);
  }
  return { size, extentMm };
}

function readGroups(file: ParameterFile, frameCount: number): readonly FrameGroup[] | Skip {
  const skip = skipOf(file);
  const groups = readFrameGroups(file);
  if (groups === undefined) {
    return file.names.includes("VisuFGOrderDesc")
      ? skip("parse-error", `VisuFGOrderDesc is ${said(file, "VisuFGOrderDesc")}`)
      : [];
  }
  const product = countFrames(groups);
  if (product === frameCount) return groups;
  const counts = groups.map(({ id, count }) => `${id} ${count}`).join(" x ");
  return skip(
    "group-mismatch",
    `${counts} makes ${product} frames, VisuCoreFrameCount is ${frameCount}`,
  );
}

function skipOf(file: ParameterFile): (code: SkipCode, found: string) => Skip {
  const cut = file.complete ? "" : "; the file ends before ##END=";
  return (skip, found) => ({ skip, text: `${file.path}: ${found}${cut}.` });
}

/** A parameter as found, for messages; with the line when it broke the grammar. */
function said(file: ParameterFile, name: string): string {
  const values = file.get(name)?.values;
  if (values !== undefined) {
    const words = values.slice(0, 8).map((value) => JSON.stringify(value));
    return `${words.join(" ")}${values.length > words.length ? " ..." : ""}` || "empty";
  }
  const problem = file.problems.find((one) => one.name === name);
  return problem === undefined ? "missing" : `unreadable (line ${problem.line}: ${problem.text})`;
}
