import { InputError } from "#shared/errors.ts";
import { type GivenDiffusion, requireAgreement } from "#shared/volume/given-diffusion.ts";
import { mainDirection, unitDirection } from "#shared/volume/gradient-direction.ts";
import type { Vector3 } from "#shared/volume/grid.ts";
import { acquisitionPlaces } from "./acquisition-order.ts";
import type { ContrastLevels } from "./contrast-axis.ts";
import { type Image, nameImage } from "./frame.ts";
import type { Slice } from "./slice-positions.ts";

/** Directions of one measurement in different slices differ by no more; those of two measurements by more. */
const sameDirection = 1e-4;

/**
 * The unit vector of an image's gradient in patient coordinates; undefined for b = 0, for an average over
 * directions, and where the header has neither a vector nor the b-matrix of one direction.
 *
 * @throws InputError E-GRADIENT-LENGTH
 */
export function directionOf(image: Image): Vector3 | undefined {
  const { diffusion } = image.frame;
  if (diffusion === undefined || diffusion.isotropic) return undefined;
  const bValue = image.frame.contrasts.DiffusionBValue?.value ?? 0;
  const { direction, bMatrix } = diffusion;
  if (direction === undefined && bMatrix !== undefined && bValue > 0) return mainDirection(bMatrix);
  return unitDirection(direction, bValue, nameImage(image));
}

/**
 * Each pair of b-value and direction is a level of its own: two images of one slice that differ only in the
 * direction are two measurements, never repetitions.
 */
export function measurementLevels(images: readonly Image[]): ContrastLevels {
  const kinds = new Map<number, { readonly direction: Vector3 | undefined; level: number }[]>();
  const values: number[] = [];
  const found = images.map((image) => {
    const { value } = image.frame.contrasts.DiffusionBValue!;
    const direction = directionOf(image);
    const known = kinds.get(value) ?? [];
    kinds.set(value, known);
    const same = known.find((kind) => isSame(kind.direction, direction));
    if (same !== undefined) return same;
    const kind = { direction, level: values.length };
    known.push(kind);
    values.push(value);
    return kind;
  });
  const order = values.map((_, level) => level).sort((a, b) => values[a]! - values[b]! || a - b);
  const place = new Map(order.map((level, at) => [level, at]));
  return {
    values: order.map((level) => values[level]!),
    source: images[0]!.frame.contrasts.DiffusionBValue!.source,
    levels: found.map(({ level }) => place.get(level)!),
  };
}

function isSame(a: Vector3 | undefined, b: Vector3 | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  return Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]) < sameDirection;
}

/**
 * Levels of images that carry no b-value: the n-th image of each slice in the order of acquisition has the n-th of
 * the given values.
 *
 * @throws UsageError, InputError E-B-COUNT; InputError E-B-ORDER when nothing tells the order, E-RECTANGLE when slices have different numbers of images
 */
export function givenLevels(
  images: readonly Image[],
  slices: readonly Slice[],
  given: GivenDiffusion,
): ContrastLevels {
  const count = slices[0]!.images.length;
  const odd = slices.findIndex((slice) => slice.images.length !== count);
  if (odd >= 0) {
    throw new InputError(
      "E-RECTANGLE",
      `The series is not complete: slice 1 has ${count} images, slice ${odd + 1} has ${slices[odd]!.images.length}.`,
      "Is the transfer complete? Send the scan again.",
    );
  }
  requireAgreement(
    given,
    slices[0]!.images.map(() => undefined),
  );
  const places = acquisitionPlaces(
    slices.map((slice) => slice.images),
    false,
  );
  if (places === undefined) {
    throw new InputError(
      "E-B-ORDER",
      `Nothing in the ${images.length} images tells the order in which they were measured (temporal position, acquisition number, instance number), so ${count} b-values cannot be dealt out.`,
      "Use a more complete export of the scan.",
    );
  }
  const order = given.bValues.map((_, n) => n);
  order.sort((a, b) => given.bValues[a]! - given.bValues[b]! || a - b);
  const levelOf = new Map(order.map((n, level) => [n, level]));
  const levels = new Map<Image, number>();
  slices.forEach((slice, k) => {
    slice.images.forEach((image, i) => {
      levels.set(image, levelOf.get(places[k]![i]!) ?? 0);
    });
  });
  return {
    values: order.map((n) => given.bValues[n]!),
    source: given.source,
    levels: images.map((image) => levels.get(image)!),
  };
}
