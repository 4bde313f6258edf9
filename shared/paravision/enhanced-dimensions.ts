import type { AttributeValues } from "#shared/dicom/encode-attributes.ts";
import type { WrittenKeyword } from "#shared/dicom/written-attributes.ts";
import { numberIn, numbersIn, textsIn } from "./image-values.ts";

/** Where a frame stands in its series. */
export interface FramePlace {
  /** 1-based, along the normal. */
  readonly inStackPosition: number;
  /** One index for each dimension, 1-based. */
  readonly indices: readonly number[];
}

/** A dimension: the attribute it runs along and the functional group that holds it, as tags (PS3.3 C.7.6.17). */
export interface Dimension {
  readonly pointer: number;
  readonly group: number;
  readonly label: string;
}

interface Axis extends Dimension {
  /** What the frames are told apart by; empty where a frame has no such attribute in the group. */
  readonly valueOf: (values: AttributeValues) => readonly number[];
}

const frameContent = 0x00209111;
const timing = 0x00189112;
const diffusion = 0x00189117;

const stackId: Dimension = { pointer: 0x00209056, group: frameContent, label: "Stack" };
const inStackPosition: Dimension = {
  pointer: 0x00209057,
  group: frameContent,
  label: "In-Stack Position",
};

/** The group of timing belongs to measured images. */
function measured(values: AttributeValues, keyword: WrittenKeyword): readonly number[] {
  return textsIn(values, "ImageType")[0] === "DERIVED" ? [] : numbersIn(values, keyword);
}

/**
 * What frames of one place may differ by, slowest first. The direction of the diffusion gradient is not among them: images without
 * diffusion weighting have none, and it stands in a sequence inside its group, where highdicom does not find it.
 */
const axes: readonly Axis[] = [
  {
    ...{ pointer: 0x00209128, group: frameContent, label: "Temporal Position" },
    valueOf: (values) => numbersIn(values, "TemporalPositionIdentifier"),
  },
  {
    ...{ pointer: 0x00180080, group: timing, label: "Repetition Time" },
    valueOf: (values) => measured(values, "RepetitionTime"),
  },
  {
    ...{ pointer: 0x00181314, group: timing, label: "Flip Angle" },
    valueOf: (values) => measured(values, "FlipAngle"),
  },
  {
    ...{ pointer: 0x00189079, group: 0x00189115, label: "Inversion Time" },
    valueOf: (values) => numbersIn(values, "InversionTime"),
  },
  {
    ...{ pointer: 0x00189087, group: diffusion, label: "Diffusion b-value" },
    valueOf: (values) => numbersIn(values, "DiffusionBValue"),
  },
  {
    ...{ pointer: 0x00189082, group: 0x00189114, label: "Effective Echo Time" },
    valueOf: (values) => numbersIn(values, "EchoTime"),
  },
];

/**
 * Of the classic attributes of an image, those that are compared with those of other images, here and for the kind of the series:
 * no others are kept of all images together.
 */
export const comparedKeywords = [
  ...(["SmallestImagePixelValue", "LargestImagePixelValue"] as const),
  ...(["ImageType", "ImagePositionPatient", "ImageOrientationPatient", "SliceLocation"] as const),
  ...(["TemporalPositionIdentifier", "RepetitionTime", "FlipAngle", "InversionTime"] as const),
  ...(["DiffusionBValue", "EchoTime", "AcquisitionNumber"] as const),
] as const satisfies readonly WrittenKeyword[];

/** Tells frames apart that nothing else does: repeats of the same measurement. */
const acquisition: Axis = {
  ...{ pointer: 0x00209156, group: frameContent, label: "Acquisition Number" },
  valueOf: (values) => numbersIn(values, "AcquisitionNumber"),
};

/**
 * Positions and dimension indices (PS3.3 C.7.6.17) of images of one orientation: the one stack and the position always, then each of
 * temporal position, repetition time, flip angle, inversion time, b-value and echo time that varies and that all have.
 *
 * @param images - classic attributes of each image
 */
export function placeFrames(images: readonly AttributeValues[]): {
  readonly dimensions: readonly Dimension[];
  readonly places: readonly FramePlace[];
} {
  const inStack = rank(images.map((values) => [Math.round(alongNormal(values) * 1e4)]));
  const varying = axes
    .map((axis) => ({ axis, values: images.map(axis.valueOf) }))
    .filter(({ values }) => values.every(({ length }) => length > 0))
    .map(({ axis, values }) => ({ axis, index: rank(values) }))
    .filter(({ index }) => index.some((value) => value > 1));
  const columns = [images.map(() => 1), inStack, ...varying.map(({ index }) => index)];
  const keys = new Set(images.map((_, frame) => columns.map((index) => index[frame]).join()));
  const repeats = keys.size < images.length;
  if (repeats) columns.push(rank(images.map(acquisition.valueOf)));
  const along = varying.map(({ axis: { pointer, group, label } }) => ({ pointer, group, label }));
  const { pointer, group, label } = acquisition;
  return {
    dimensions: [
      stackId,
      inStackPosition,
      ...along,
      ...(repeats ? [{ pointer, group, label }] : []),
    ],
    places: images.map((_, frame) => ({
      inStackPosition: inStack[frame]!,
      indices: columns.map((index) => index[frame]!),
    })),
  };
}

/** The 1-based number of each value among the different ones, in their order. */
function rank(values: readonly (readonly number[])[]): readonly number[] {
  const keys = values.map((value) => value.join());
  const different = new Map(keys.map((key, index) => [key, values[index]!]));
  const sorted = [...different].sort(([, a], [, b]) => compareNumbers(a, b));
  const places = new Map(sorted.map(([key], index) => [key, index + 1]));
  return keys.map((key) => places.get(key)!);
}

function compareNumbers(a: readonly number[], b: readonly number[]): number {
  if (a.length !== b.length) return a.length - b.length;
  const at = a.findIndex((value, index) => value !== b[index]);
  return at < 0 ? 0 : a[at]! - b[at]!;
}

/** Distance from the origin along the normal of the image, mm. */
function alongNormal(values: AttributeValues): number {
  const position = numbersIn(values, "ImagePositionPatient");
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0] = numbersIn(values, "ImageOrientationPatient");
  const [x = 0, y = 0, z = 0] = position;
  const location = x * (b * f - c * e) + y * (c * d - a * f) + z * (a * e - b * d);
  return position.length === 3 ? location : (numberIn(values, "SliceLocation") ?? 0);
}
