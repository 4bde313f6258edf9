import { InputError } from "#shared/errors.ts";
import type { Matrix4, Vector3 } from "#shared/volume/grid.ts";
import type { Warning } from "#shared/volume/series-volume.ts";
import { add, cross, dot, length, scale, subtract } from "#shared/volume/vector.ts";
import { type Image, nameImage } from "./frame.ts";

/** Positions closer than this part of the slice spacing are the same slice (qmri-conventions 9). */
const sameSlice = 0.01;

/** A step that differs by more than this part from the median is no rounding of the header. */
const jitterNoted = 1e-4;
const jitterAllowed = 0.01;

/** A slice and its images, all contrasts. */
export interface Slice {
  readonly position: Vector3;
  /** Along the normal of the image planes, mm. */
  readonly location: number;
  readonly images: readonly Image[];
}

/** Unit vectors along a row (growing column index), a column (growing row index), and their cross product. */
export interface Axes {
  readonly row: Vector3;
  readonly column: Vector3;
  readonly normal: Vector3;
}

/** The axes of an ImageOrientationPatient. */
export function axesOf(orientation: readonly number[]): Axes {
  const row = unit([orientation[0]!, orientation[1]!, orientation[2]!]);
  const column = unit([orientation[3]!, orientation[4]!, orientation[5]!]);
  return { row, column, normal: unit(cross(row, column)) };
}

/** Images put together by slice, ascending along row x column; positions as in the headers. */
export function groupSlices(images: readonly Image[], axes: Axes): readonly Slice[] {
  const located = images
    .map((image) => ({ image, location: dot(image.frame.position!, axes.normal) }))
    .sort((a, b) => a.location - b.location);
  let largestGap = 0;
  for (let i = 1; i < located.length; i++) {
    largestGap = Math.max(largestGap, located[i]!.location - located[i - 1]!.location);
  }
  // One slice alone has no spacing to measure by: its thickness stands in (no slice is thicker than 50 mm).
  const thickness = Math.min(located[0]!.image.frame.sliceThickness ?? 0, 50);
  const tolerance = sameSlice * Math.max(largestGap, thickness);
  const slices: { location: number; images: Image[] }[] = [];
  for (const { image, location } of located) {
    const last = slices.at(-1);
    if (last !== undefined && location - last.location <= tolerance) last.images.push(image);
    else slices.push({ location, images: [image] });
  }
  return slices.map((slice) => ({ ...slice, position: slice.images[0]!.frame.position! }));
}

/**
 * (i, j, k, 1) to patient coordinates (L, P, S), mm, from the first and the last slice.
 *
 * @param pixelSpacing - between rows, between columns, mm
 * @throws InputError E-SLICE-GAP when slices are missing or unevenly spaced, E-ORIENTATION when they do not stand in one line
 */
export function fitAffine(
  slices: readonly Slice[],
  axes: Axes,
  pixelSpacing: readonly number[],
  warnings: Warning[],
): Matrix4 {
  const first = slices[0]!;
  const last = slices.at(-1)!;
  const step: Vector3 =
    slices.length === 1
      ? scale(axes.normal, singleSliceStep(first, warnings))
      : scale(subtract(last.position, first.position), 1 / (slices.length - 1));
  if (slices.length > 1) checkSpacing(slices, step, warnings);
  checkPlaces(slices, Math.max(length(step) * jitterAllowed, 1e-3));
  const x = scale(axes.row, pixelSpacing[1]!);
  const y = scale(axes.column, pixelSpacing[0]!);
  const o = first.position;
  return [
    ...[x[0], y[0], step[0], o[0]],
    ...[x[1], y[1], step[1], o[1]],
    ...[x[2], y[2], step[2], o[2]],
    ...[0, 0, 0, 1],
  ].map((value) => value + 0);
}

/** A single slice keeps its thickness as third voxel size (qmri-conventions 10). */
function singleSliceStep(slice: Slice, warnings: Warning[]): number {
  const { sliceThickness, spacingBetweenSlices } = slice.images[0]!.frame;
  for (const value of [spacingBetweenSlices, sliceThickness]) {
    if (value !== undefined && Math.abs(value) > 0) return Math.abs(value);
  }
  warnings.push({
    code: "W-THICKNESS",
    text: "The only slice has no SliceThickness (0018,0050); 1 mm is written in its place.",
  });
  return 1;
}

function checkSpacing(slices: readonly Slice[], step: Vector3, warnings: Warning[]): void {
  const gaps = slices.slice(1).map((slice, i) => slice.location - slices[i]!.location);
  const sorted = [...gaps].sort((a, b) => a - b);
  const median = sorted[Math.floor((sorted.length - 1) / 2)]!;
  gaps.forEach((gap, i) => {
    if (Math.abs(gap - median) <= jitterAllowed * median) return;
    const missing = Math.round(gap / median) - 1;
    const found = `Slices ${i + 1} and ${i + 2} of ${slices.length} are ${mm(gap)} apart, the others ${mm(median)}`;
    throw new InputError(
      "E-SLICE-GAP",
      missing > 0
        ? `${found}: ${missing === 1 ? "a slice is" : `${missing} slices are`} missing at position ${mm(slices[i]!.location + median)}.`
        : `${found}.`,
      "Is the transfer complete? Send the scan again.",
    );
  });
  const first = slices[0]!.position;
  const worst = Math.max(
    ...slices.map((slice, k) => length(subtract(slice.position, add(first, scale(step, k))))),
  );
  if (worst > jitterAllowed * length(step) * 2) {
    throw new InputError(
      "E-ORIENTATION",
      `The slices do not stand in one line: one is ${mm(worst)} beside it.`,
      "They belong to different stacks; choose one of them.",
    );
  }
  if (worst > jitterNoted * length(step)) {
    warnings.push({
      code: "W-SLICE-SPACING",
      text: `Slice positions differ by up to ${mm(worst)} from an even spacing of ${mm(length(step))}; the even spacing is used.`,
    });
  }
}

/** All images of a slice must be at one place, in the plane too. */
function checkPlaces(slices: readonly Slice[], tolerance: number): void {
  for (const slice of slices) {
    for (const image of slice.images) {
      const away = length(subtract(image.frame.position!, slice.position));
      if (away <= tolerance) continue;
      throw new InputError(
        "E-ORIENTATION",
        `${nameImage(image)} and ${nameImage(slice.images[0]!)} show the same slice ${mm(away)} apart.`,
        "The images were not measured at one place; choose one acquisition.",
      );
    }
  }
}

function mm(value: number): string {
  return `${Number(value.toFixed(4))} mm`;
}

function unit(a: Vector3): Vector3 {
  return scale(a, 1 / length(a));
}
