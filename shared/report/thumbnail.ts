import type { Thumbnail } from "./conversion-content.ts";
import { encodePng } from "./png.ts";

/** Longest side of a thumbnail, pixels. */
const longestSide = 192;
/** Share of the pixels below black and above white. */
const clipped = 0.005;

/** An image as it is seen, rows from the top. */
export interface GreyImage {
  readonly rows: number;
  readonly columns: number;
  /** Shape [rows, columns]. */
  readonly samples: ArrayLike<number>;
  /** Distance of rows, then of columns, mm. */
  readonly spacing: readonly [number, number];
}

/** A small grey picture of an image; black and white are the 0.5th and 99.5th percentile of its values. */
export function drawThumbnail({ rows, columns, samples, spacing }: GreyImage): Thumbnail {
  const sorted = Float64Array.from(samples).sort();
  const quantile = (share: number) => sorted[Math.round(share * (sorted.length - 1))] ?? 0;
  const low = quantile(clipped);
  const range = quantile(1 - clipped) - low || 1;
  const step = Math.max(1, Math.ceil(Math.max(rows, columns) / longestSide));
  const height = Math.ceil(rows / step);
  const width = Math.ceil(columns / step);
  const pixels = new Uint8Array(width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      let sum = 0;
      let count = 0;
      for (let v = y * step; v < Math.min(rows, (y + 1) * step); v++) {
        for (let u = x * step; u < Math.min(columns, (x + 1) * step); u++) {
          sum += samples[v * columns + u]!;
          count++;
        }
      }
      const share = (sum / count - low) / range;
      pixels[y * width + x] = Math.round(255 * Math.min(1, Math.max(0, share)));
    }
  }
  const aspect = (columns * spacing[1]) / (rows * spacing[0]);
  return { png: encodePng({ width, height, kind: "grey", pixels }), aspect };
}
