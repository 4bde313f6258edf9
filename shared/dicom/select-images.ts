import { fromPlainError, InputError } from "#shared/errors.ts";
import type { Warning } from "#shared/volume/series-volume.ts";
import type { Image, Instance } from "./frame.ts";
import { findTransferSyntax } from "./transfer-syntax.ts";

/** The images a fit can use, and what was left out. */
export interface Selection {
  readonly images: readonly Image[];
  readonly warnings: readonly Warning[];
}

/**
 * The measured images of a series, of all parts of the signal.
 *
 * @throws InputError E-NO-IMAGES, E-DERIVED, or what is wrong with one of the files
 */
export function selectMeasured(instances: readonly Instance[], name: string): Selection {
  const warnings: Warning[] = [];
  const broken = instances.find((instance) => instance.problem !== undefined);
  if (broken?.problem !== undefined) throw fromPlainError(broken.problem);
  const all = imagesOf(instances);
  if (all.length === 0) {
    throw new InputError(
      "E-NO-IMAGES",
      `${name} holds ${instances.length} DICOM objects without pixels.`,
      "Choose a series of images.",
    );
  }
  const empty = instances.filter(({ frames }) => frames.length === 0).length;
  if (empty > 0) {
    warnings.push({ code: "W-NO-PIXELS", text: `${empty} objects without pixels are left out.` });
  }
  const measured = all.filter(({ frame }) => frame.mapSign === "");
  const sign = all.find(({ frame }) => frame.mapSign !== "")?.frame.mapSign;
  if (measured.length === 0) {
    throw new InputError(
      "E-DERIVED",
      `${name} is a map (${sign}): parametric maps are no input for a fit.`,
      "Choose the measured images.",
    );
  }
  if (measured.length < all.length) {
    warnings.push({
      code: "W-MAPS",
      text: `${all.length - measured.length} of ${all.length} images are maps (${sign}) and are left out.`,
    });
  }
  return { images: measured, warnings };
}

/** All frames of some files, each with its file. */
export function imagesOf(instances: readonly Instance[]): readonly Image[] {
  return instances.flatMap((instance) => instance.frames.map((frame) => ({ instance, frame })));
}

/** True for measured images whose files are sound. */
export function isMeasured({ frame, instance }: Image): boolean {
  return frame.mapSign === "" && instance.problem === undefined;
}

/** What is true of the images and a reader of the maps should know. */
export function remarkOnImages(images: readonly Image[]): readonly Warning[] {
  const warnings: Warning[] = [];
  const derived = images.filter(({ frame }) => frame.derived).length;
  if (derived > 0) {
    warnings.push({
      code: "W-DERIVED",
      text: `${derived} of ${images.length} images say ImageType DERIVED: they were computed from others, and are taken as measured.`,
    });
  }
  if (images.some(({ frame }) => frame.preciseScale)) {
    const slopes = new Set(images.map(({ frame }) => frame.slope));
    warnings.push({
      code: "W-PHILIPS-SCALE",
      text: `Philips scale slope (2005,100E) used${slopes.size > 1 ? `; it takes ${slopes.size} values over the images` : ""}: signals are the scanner's, not the display values.`,
    });
  }
  if (images.some(({ instance }) => instance.pixels?.mosaic?.directed === false)) {
    warnings.push({
      code: "W-MOSAIC-ORDER",
      text: "The mosaics have lost the header that says in which direction their slices follow each other: along row x column was assumed.",
    });
  }
  const lossy = images.find(
    ({ instance }) => findTransferSyntax(instance.pixels!.transferSyntaxUID).lossy,
  );
  if (lossy !== undefined) {
    const { name } = findTransferSyntax(lossy.instance.pixels!.transferSyntaxUID);
    warnings.push({
      code: "W-LOSSY",
      text: `The images are compressed with ${name}: their values are not exactly those the scanner stored.`,
    });
  }
  const unread = new Set(images.flatMap(({ instance }) => instance.unreadable));
  if (unread.size > 0) {
    const list = [...unread].map((tag) => `(${tag.slice(0, 4)},${tag.slice(4)})`).slice(0, 5);
    warnings.push({
      code: "W-UNREADABLE-VALUE",
      text: `Attributes with values that are none were passed over: ${list.join(", ")}.`,
    });
  }
  return warnings;
}
