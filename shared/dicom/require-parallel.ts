import { InputError } from "#shared/errors.ts";
import type { PlacedImage } from "./place-images.ts";
import { isParallel, isRotation, samePixelSize } from "./same-planes.ts";
import { type Keyword, nameTag } from "./tags.ts";

/**
 * Checks that all images have a place in space, one orientation, one matrix and one pixel size, for uses where
 * nothing else matters.
 *
 * @param subject - what messages call the images: `The reference series`
 * @throws InputError E-GEOMETRY, E-MATRIX, E-ORIENTATION
 */
export function requireParallel(images: readonly PlacedImage[], subject: string): void {
  requireAttribute(
    images,
    "ImagePositionPatient",
    subject,
    ({ position }) => position !== undefined,
  );
  requireAttribute(images, "ImageOrientationPatient", subject, ({ orientation }) =>
    isRotation(orientation),
  );
  requireAttribute(images, "PixelSpacing", subject, hasPixelSize);
  requireOneOrientation(images, subject);
  const first = images[0]!;
  for (const image of images) {
    if (first.rows === image.rows && first.columns === image.columns) continue;
    throw mixed(
      `${subject} holds images of different matrices: ${first.columns} x ${first.rows} (${nameFile(first)}) and ${image.columns} x ${image.rows} (${nameFile(image)}).`,
    );
  }
  for (const image of images) {
    if (samePixelSize(first.pixelSpacing!, image.pixelSpacing!)) continue;
    throw mixed(
      `${subject} holds images of different pixel sizes: ${first.pixelSpacing!.join(" x ")} mm (${nameFile(first)}) and ${image.pixelSpacing!.join(" x ")} mm (${nameFile(image)}).`,
    );
  }
}

/** True for an image that says where it lies. */
export function hasPlane(image: PlacedImage): boolean {
  return image.position !== undefined && isRotation(image.orientation) && hasPixelSize(image);
}

function hasPixelSize({ pixelSpacing }: PlacedImage): boolean {
  return pixelSpacing?.every((value) => value > 0) === true;
}

function requireOneOrientation(images: readonly PlacedImage[], subject: string): void {
  const kinds: PlacedImage[] = [];
  for (const image of images) {
    if (!kinds.some((kind) => isParallel(kind.orientation!, image.orientation!))) kinds.push(image);
    if (kinds.length > 8) break;
  }
  if (kinds.length === 1) return;
  const count = kinds.length > 8 ? "more than 8" : kinds.length;
  throw new InputError(
    "E-ORIENTATION",
    `${subject} holds images in ${count} orientations (${kinds.slice(0, 3).map(nameFile).join(", ")}), as a localizer does.`,
    "Choose a series whose slices are parallel.",
  );
}

function requireAttribute(
  images: readonly PlacedImage[],
  keyword: Keyword,
  subject: string,
  has: (image: PlacedImage) => boolean,
): void {
  const without = images.filter((image) => !has(image));
  if (without.length === 0) return;
  throw new InputError(
    "E-GEOMETRY",
    `${subject} does not say where its images lie: ${nameTag(keyword)} is missing or no value in ${without.length} of ${images.length} (first: ${nameFile(without[0]!)}).`,
    "Use the scanner's own export.",
  );
}

function mixed(found: string): InputError {
  return new InputError("E-MATRIX", found, "Choose one acquisition.");
}

function nameFile({ instance, frameNumber }: PlacedImage): string {
  return frameNumber === 0 ? instance.path : `${instance.path} frame ${frameNumber}`;
}
