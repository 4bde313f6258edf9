import { InputError } from "#shared/errors.ts";
import { type Image, nameImage } from "./frame.ts";
import { imageMatrix } from "./pixel-layout.ts";
import { type Keyword, nameTag } from "./tags.ts";

/** Largest angle between image planes of one stack: 0.1 degrees (qmri-conventions 9). */
const sameDirection = Math.cos((0.1 * Math.PI) / 180);

/** Direction vectors may be this far from unit length and a right angle, as short decimal strings make them. */
const cosineError = 1e-3;

/** PixelSpacing of one series, relative. */
const spacingError = 1e-4;

/**
 * Checks that all images have a place in space, and the same orientation, matrix and pixel size.
 *
 * @throws InputError E-GEOMETRY, E-ORIENTATION, E-MATRIX
 */
export function requireSamePlanes(images: readonly Image[]): void {
  requireAttribute(images, "ImagePositionPatient", ({ frame }) => frame.position !== undefined);
  requireAttribute(images, "ImageOrientationPatient", ({ frame }) => isRotation(frame.orientation));
  requireAttribute(
    images,
    "PixelSpacing",
    ({ frame }) => frame.pixelSpacing?.every((value) => value > 0) === true,
  );
  const first = images[0]!;
  for (const image of images) {
    const [a, b] = [imageMatrix(first.instance.pixels!), imageMatrix(image.instance.pixels!)];
    if (a.rows !== b.rows || a.columns !== b.columns) {
      throw new InputError(
        "E-MATRIX",
        `The images have different matrices: ${a.columns} x ${a.rows} (${nameImage(first)}) and ${b.columns} x ${b.rows} (${nameImage(image)}).`,
        "Choose one acquisition.",
      );
    }
    const [s, t] = [first.frame.pixelSpacing!, image.frame.pixelSpacing!];
    if (!samePixelSize(s, t)) {
      throw new InputError(
        "E-MATRIX",
        `The images have different pixel sizes: ${s.join(" x ")} mm (${nameImage(first)}) and ${t.join(" x ")} mm (${nameImage(image)}).`,
        "Choose one acquisition.",
      );
    }
  }
  requireOneOrientation(images);
}

function requireOneOrientation(images: readonly Image[]): void {
  const kinds: Image[] = [];
  for (const image of images) {
    if (!kinds.some((kind) => isParallel(kind.frame.orientation!, image.frame.orientation!))) {
      kinds.push(image);
    }
    if (kinds.length > 8) break;
  }
  if (kinds.length === 1) return;
  throw new InputError(
    "E-ORIENTATION",
    `The images lie in ${kinds.length > 8 ? "more than 8" : kinds.length} different orientations (${kinds.slice(0, 3).map(nameImage).join(", ")}).`,
    "A localizer is no input for a fit; choose a scan whose slices are parallel.",
  );
}

/** True for two values of PixelSpacing that differ by no more than rounding. */
export function samePixelSize(a: readonly number[], b: readonly number[]): boolean {
  return a.every((value, i) => Math.abs(value - b[i]!) <= spacingError * value);
}

/** True for two values of ImageOrientationPatient whose rows and columns differ by 0.1 degrees at most. */
export function isParallel(u: readonly number[], v: readonly number[]): boolean {
  return [0, 3].every((at) => {
    const inner = u[at]! * v[at]! + u[at + 1]! * v[at + 1]! + u[at + 2]! * v[at + 2]!;
    const lengths =
      Math.hypot(u[at]!, u[at + 1]!, u[at + 2]!) * Math.hypot(v[at]!, v[at + 1]!, v[at + 2]!);
    return inner >= sameDirection * lengths;
  });
}

/** True for two unit vectors at a right angle. */
export function isRotation(orientation: readonly number[] | undefined): boolean {
  if (orientation === undefined) return false;
  const [a, b, c, d, e, f] = orientation as [number, number, number, number, number, number];
  return (
    Math.abs(Math.hypot(a, b, c) - 1) < cosineError &&
    Math.abs(Math.hypot(d, e, f) - 1) < cosineError &&
    Math.abs(a * d + b * e + c * f) < cosineError
  );
}

function requireAttribute(
  images: readonly Image[],
  keyword: Keyword,
  has: (image: Image) => boolean,
): void {
  const without = images.filter((image) => !has(image));
  if (without.length === 0) return;
  throw new InputError(
    "E-GEOMETRY",
    `${nameTag(keyword)} is missing or no value in ${without.length} of ${images.length} images (first: ${nameImage(without[0]!)}).`,
    "Without it nobody knows where the images are; use the scanner's own export.",
  );
}
