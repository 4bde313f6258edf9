import { type Dialect, isParaVision360 } from "./dialect.ts";
import { type StoredFrames, wordFormats } from "./encode-stored.ts";
import { numbers, type Parameters, single, struct, structs, texts, words } from "./parameter.ts";
import type { RawGroup, RawImages } from "./raw-images.ts";

/** VisuCore and VisuFG parameters: what the 2dseq is and where its frames belong. */
export function describeImages(
  images: RawImages,
  { smallest, largest }: StoredFrames,
  dialect: Dialect,
): Parameters {
  const { size, frames, orientations, positions } = images;
  return {
    VisuCoreFrameCount: single(frames),
    VisuCoreDim: single(size.length),
    VisuCoreSize: numbers(size),
    VisuCoreDimDesc: words(size.map(() => "spatial")),
    VisuCoreExtent: numbers(images.extentMm),
    VisuCoreFrameThickness: numbers([images.thicknessMm]),
    VisuCoreUnits: texts(size.map(() => "mm")),
    VisuCoreOrientation: numbers(orientations.flat(), [orientations.length, 9]),
    VisuCorePosition: numbers(positions.flat(), [positions.length, 3]),
    VisuCoreDataMin: numbers(smallest),
    VisuCoreDataMax: numbers(largest),
    VisuCoreDataOffs: numbers(images.offsets),
    VisuCoreDataSlope: numbers(images.slopes),
    VisuCoreFrameType: oneOf("MAGNITUDE_IMAGE", dialect),
    VisuCoreWordType: single(wordFormats[images.wordType].name),
    VisuCoreByteOrder: single(images.littleEndian ? "littleEndian" : "bigEndian"),
    ...describeGroups(images.groups),
  };
}

/** What is a single word in ParaVision 5 and an array of one from 6 on. */
function oneOf(value: string, { version }: Dialect) {
  return version === "5.1" ? single(value) : words([value]);
}

/** A disk slice order in the form of the version: a single word, in ParaVision 360 an array of one. */
export function diskSliceOrder(order: "normal" | "reverse", { version }: Dialect) {
  const value = `disk_${order}_slice_order`;
  return isParaVision360(version) ? words([value]) : single(value);
}

/** VisuFGOrderDesc and VisuGroupDepVals; a file without groups has neither. */
export function describeGroups(groups: readonly RawGroup[]): Parameters {
  if (groups.length === 0) return {};
  const rows = groups.map(({ count, id, comment = "", dependents = [] }, n) => {
    const before = groups.slice(0, n).flatMap((group) => group.dependents ?? []).length;
    return [count, id, comment, before, dependents.length];
  });
  const dependents = groups
    .flatMap((group) => group.dependents ?? [])
    .map((dependent) => (typeof dependent === "string" ? [dependent, 0] : [...dependent]));
  return {
    VisuFGOrderDescDim: single(groups.length),
    VisuFGOrderDesc: structs(rows),
    // No dependency at all is one without a name.
    VisuGroupDepVals: structs(dependents.length === 0 ? [["", 0]] : dependents),
  };
}

/** How slices belong together: the number of slices of each package, one after the other along a group. */
export function describePackages(
  slices: readonly number[],
  sliceGroup: number,
  distanceMm: number,
): Parameters {
  let first = 0;
  const rows = slices.map((count) => {
    const row = [first, count];
    first += count;
    return row;
  });
  return {
    VisuCoreSlicePacksDef: struct([sliceGroup, slices.length]),
    VisuCoreSlicePacksSlices: structs(rows),
    VisuCoreSlicePacksSliceDist: numbers(slices.map(() => distanceMm)),
  };
}
