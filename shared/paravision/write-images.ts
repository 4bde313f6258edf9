import { hash } from "node:crypto";
import { closeSync, mkdirSync, openSync, writeSync } from "node:fs";
import { join } from "node:path";
import { headerEncoder } from "#shared/dicom/encode-file.ts";
import type { ConvertedFile } from "./conversion-record.ts";
import { nameOf } from "./converted-folder.ts";
import type { ImagePlan, SeriesPlan } from "./series-plan.ts";

/** Pixels as a file has them: 16 bits, little endian. The bytes are good until the next call. */
export type PixelsOfImage = (image: ImagePlan) => Uint8Array;

/** A series and where it is written. */
export interface PlannedSeries {
  readonly plan: SeriesPlan;
  /** Below `dicom` of the output. */
  readonly folder: string;
}

/** Images of all series of a reconstruction, counted through: `from` to one before `to`. */
export interface ImageRange {
  readonly from: number;
  readonly to: number;
}

/** Name of the n-th image of a series, 0 first: as ParaVision's own export, with as many digits for all. */
export function imageName(place: number, images: number): string {
  const digits = Math.max(3, String(images).length);
  return `MRIm${String(place + 1).padStart(digits, "0")}.dcm`;
}

/**
 * Writes a range of images below a staging folder, each series in a folder of its own last name.
 *
 * @returns the files in order, with paths below `dicom`
 * @throws the errors of the file system
 */
export function writeImages(
  series: readonly PlannedSeries[],
  range: ImageRange,
  pixelsOf: PixelsOfImage,
  staging: string,
): readonly ConvertedFile[] {
  const files: ConvertedFile[] = [];
  let file = Buffer.alloc(0);
  let first = 0;
  for (const { plan, folder } of series) {
    const { images } = plan;
    const from = Math.max(0, range.from - first);
    const to = Math.min(images.length, range.to - first);
    first += images.length;
    if (from >= to) continue;
    const target = join(staging, nameOf(folder));
    mkdirSync(target, { recursive: true });
    const encode = headerEncoder(plan.shared);
    for (let place = from; place < to; place++) {
      const image = images[place]!;
      const pixels = pixelsOf(image);
      const header = encode(image.own, pixels.length);
      const size = header.length + pixels.length;
      // One buffer for all files: one write and one digest each.
      if (file.length < size) file = Buffer.alloc(size + spareBytes);
      file.set(header);
      file.set(pixels, header.length);
      const bytes = file.subarray(0, size);
      const name = imageName(place, images.length);
      writeNew(`${target}/${name}`, bytes);
      files.push({ path: `${folder}/${name}`, size, sha256: hash("sha256", bytes, "hex") });
    }
  }
  return files;
}

/** Headers of a series differ by little. */
const spareBytes = 4096;

/** Writes a file that is not there yet. */
function writeNew(path: string, bytes: Uint8Array): void {
  const descriptor = openSync(path, "wx");
  try {
    // The system takes less than it was given when the disk is almost full.
    for (let at = 0; at < bytes.length; ) at += writeSync(descriptor, bytes, at);
  } finally {
    closeSync(descriptor);
  }
}
