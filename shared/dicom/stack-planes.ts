import { InputError } from "#shared/errors.ts";
import { affineFromAxes } from "#shared/volume/affine.ts";
import type { Grid, Vector3 } from "#shared/volume/grid.ts";
import type { PlaneStack } from "#shared/volume/plane-stack.ts";
import { findSliceGaps, type SliceSteps } from "#shared/volume/slice-gaps.ts";
import { dot, scale, subtract } from "#shared/volume/vector.ts";
import type { PlacedImage } from "./place-images.ts";
import { requireParallel } from "./require-parallel.ts";
import { axesOf } from "./slice-positions.ts";

/** Images whose planes are closer than this are of one slice, whatever their spacing, mm: rounding of decimal strings. */
const roundingMm = 1e-3;

/** Images closer than this part of the usual spacing are of one slice. */
const sameSlice = 0.01;

/** Planes are one grid when no origin is farther than this part of the spacing from an even line. */
const evenWithin = 0.01;

/** Images of parallel planes, put together by plane. */
export interface StackedPlanes {
  readonly planes: PlaneStack;
  /** Images of each plane, in the order of their files. */
  readonly images: readonly (readonly PlacedImage[])[];
  readonly steps: SliceSteps;
}

/**
 * The planes of images as their headers give them, nothing averaged: k ascending along row x column direction, the origin
 * of each plane that of its first image. Images of one plane (echoes, b-values) come together; planes may be unevenly spaced,
 * and `grid` is then undefined.
 *
 * @param images - at least one
 * @param subject - what messages call the images: `The reference series`
 * @throws InputError E-GEOMETRY, E-MATRIX, E-ORIENTATION
 */
export function stackPlanes(images: readonly PlacedImage[], subject: string): StackedPlanes {
  requireParallel(images, subject);
  const first = images[0]!;
  const { row, column, normal } = axesOf(first.orientation!);
  const located = images
    .map((image) => ({ image, location: dot(image.position!, normal) }))
    .sort((a, b) => a.location - b.location);
  const groups = groupByLocation(located);
  const stacked = groups.map((group) => group.map(({ image }) => image));
  const [rowSpacing, columnSpacing] = first.pixelSpacing as readonly [number, number];
  requireOnePlace(
    stacked,
    Math.max(roundingMm, sameSlice * Math.min(rowSpacing, columnSpacing)),
    subject,
  );
  const steps = findSliceGaps(groups.map((group) => group[0]!.location));
  const { sliceThickness, spacingBetweenSlices } = stacked[0]![0]!;
  const thickness = positive(sliceThickness);
  const stack = {
    shape: [first.columns, first.rows, stacked.length] as const,
    rowStep: scale(row, columnSpacing),
    columnStep: scale(column, rowSpacing),
    origins: stacked.map((group) => group[0]!.position!),
    spacing: steps.usual ?? positive(spacingBetweenSlices) ?? thickness,
    thickness,
  };
  return { planes: { ...stack, grid: findGrid(stack, normal) }, images: stacked, steps };
}

interface Located {
  readonly image: PlacedImage;
  readonly location: number;
}

function groupByLocation(located: readonly Located[]): readonly (readonly Located[])[] {
  const distances = located
    .slice(1)
    .map(({ location }, i) => location - located[i]!.location)
    .filter((distance) => distance > roundingMm)
    .sort((a, b) => a - b);
  const usual = distances[(distances.length - 1) >> 1] ?? 0;
  const tolerance = Math.max(roundingMm, sameSlice * usual);
  const groups: Located[][] = [];
  for (const entry of located) {
    const group = groups.at(-1);
    if (group !== undefined && entry.location - group[0]!.location <= tolerance) group.push(entry);
    else groups.push([entry]);
  }
  for (const group of groups) group.sort((a, b) => compareFiles(a.image, b.image));
  return groups;
}

function compareFiles(a: PlacedImage, b: PlacedImage): number {
  const [u, v] = [a.instance.path, b.instance.path];
  return u < v ? -1 : u > v ? 1 : a.frameNumber - b.frameNumber;
}

/** All images of a plane must begin at one place in it. */
function requireOnePlace(
  groups: readonly (readonly PlacedImage[])[],
  tolerance: number,
  subject: string,
): void {
  for (const group of groups) {
    const first = group[0]!;
    for (const image of group) {
      const away = Math.hypot(...subtract(image.position!, first.position!));
      if (away <= tolerance) continue;
      throw new InputError(
        "E-ORIENTATION",
        `${subject} holds images of one slice at different places: ${image.instance.path} lies ${Number(away.toFixed(3))} mm beside ${first.instance.path}.`,
        "They belong to different stacks; choose one acquisition.",
      );
    }
  }
}

/** The grid of evenly spaced planes in one line; a single plane is as thick as it says, else 1 mm. */
function findGrid(stack: Omit<PlaneStack, "grid">, normal: Vector3): Grid | undefined {
  const { shape, rowStep, columnStep, origins } = stack;
  const first = origins[0]!;
  const last = origins.at(-1)!;
  const count = origins.length - 1;
  const step =
    count === 0 ? scale(normal, stack.spacing ?? 1) : scale(subtract(last, first), 1 / count);
  const tolerance = evenWithin * Math.hypot(...step);
  const isEven = origins.every((origin, k) => {
    const even: Vector3 = [first[0] + k * step[0], first[1] + k * step[1], first[2] + k * step[2]];
    return Math.hypot(...subtract(origin, even)) <= tolerance;
  });
  if (!isEven) return undefined;
  return { shape, affineLps: affineFromAxes(rowStep, columnStep, step, first), origin: "dicom" };
}

function positive(value: number | undefined): number | undefined {
  const size = Math.abs(value ?? 0);
  return size > 0 ? size : undefined;
}
