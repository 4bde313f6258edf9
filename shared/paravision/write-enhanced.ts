import { createHash } from "node:crypto";
import { closeSync, mkdirSync, openSync, writeSync } from "node:fs";
import { join } from "node:path";
import { headerEncoder } from "#shared/dicom/encode-file.ts";
import type { ConvertedFile } from "./conversion-record.ts";
import { nameOf } from "./converted-folder.ts";
import { enhanceSeries } from "./enhanced-series.ts";
import type { RawScan } from "./raw-scan.ts";
import type { PixelsOfImage, PlannedSeries } from "./write-images.ts";

/** Name of the n-th file of a series, 0 first: as ParaVision's own export of Enhanced MR. */
export function enhancedName(place: number): string {
  return `EnIm${String(place + 1).padStart(3, "0")}.dcm`;
}

/**
 * Writes each series as Enhanced MR below a staging folder, in a folder of its own last name; pixels go through image by image.
 *
 * @returns the files in order, with paths below `dicom`
 * @throws the errors of the file system
 */
export function writeEnhanced(
  scan: RawScan,
  series: readonly PlannedSeries[],
  pixelsOf: PixelsOfImage,
  staging: string,
): readonly ConvertedFile[] {
  return series.flatMap(({ plan, folder }) => {
    const target = join(staging, nameOf(folder));
    mkdirSync(target, { recursive: true });
    return enhanceSeries(scan, plan).map(({ values, images, pixelBytes }, place) => {
      const name = enhancedName(place);
      const hash = createHash("sha256");
      let size = 0;
      const descriptor = openSync(join(target, name), "wx");
      const write = (bytes: Uint8Array): void => {
        for (let at = 0; at < bytes.length; ) at += writeSync(descriptor, bytes, at);
        hash.update(bytes);
        size += bytes.length;
      };
      try {
        const header = headerEncoder(values)({}, pixelBytes);
        write(header);
        for (const image of images) write(pixelsOf(image));
        if (size !== header.length + pixelBytes) throw new Error(`${name} has ${size} bytes`);
      } finally {
        closeSync(descriptor);
      }
      return { path: `${folder}/${name}`, size, sha256: hash.digest("hex") };
    });
  });
}
