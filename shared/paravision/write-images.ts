import { createHash } from "node:crypto";
import { closeSync, mkdirSync, openSync, writevSync } from "node:fs";
import { join } from "node:path";
import { headerEncoder } from "#shared/dicom/encode-file.ts";
import type { ConvertedFile } from "./conversion-record.ts";
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
  let first = 0;
  for (const { plan, folder } of series) {
    const { images } = plan;
    const from = Math.max(0, range.from - first);
    const to = Math.min(images.length, range.to - first);
    first += images.length;
    if (from >= to) continue;
    const target = join(staging, folder.split("/").at(-1) ?? "");
    mkdirSync(target, { recursive: true });
    const encode = headerEncoder(plan.shared);
    for (let place = from; place < to; place++) {
      const image = images[place]!;
      const pixels = pixelsOf(image);
      const header = encode(image.own, pixels.length);
      const name = imageName(place, images.length);
      writeParts(join(target, name), header, pixels);
      files.push({
        path: `${folder}/${name}`,
        size: header.length + pixels.length,
        sha256: createHash("sha256").update(header).update(pixels).digest("hex"),
      });
    }
  }
  return files;
}

function writeParts(path: string, header: Uint8Array, pixels: Uint8Array): void {
  const descriptor = openSync(path, "wx");
  try {
    writeAll(descriptor, [header, pixels]);
  } finally {
    closeSync(descriptor);
  }
}

function writeAll(descriptor: number, bytes: readonly Uint8Array[]): void {
  let parts = bytes;
  while (parts.length > 0) parts = dropWritten(parts, writevSync(descriptor, parts));
}

/** What the system has not taken yet: it takes less than it was given when the disk is almost full. */
function dropWritten(parts: readonly Uint8Array[], written: number): readonly Uint8Array[] {
  let left = written;
  return parts.flatMap((part) => {
    const done = Math.min(left, part.length);
    left -= done;
    return done === part.length ? [] : [part.subarray(done)];
  });
}
