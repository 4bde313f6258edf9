import { open } from "node:fs/promises";
import { join } from "node:path";
import { frameBytes } from "#shared/dicom/pixel-layout.ts";
import { readInstance } from "#shared/dicom/read-instance.ts";
import type { Conversion, ConvertedSeries } from "#shared/paravision/conversion-record.ts";
import type { Thumbnail } from "#shared/report/conversion-content.ts";
import { drawThumbnail } from "#shared/report/thumbnail.ts";

/** A picture of the middle image of each series, as it was written; by folder of the series. */
export async function readThumbnails(
  output: string,
  conversions: readonly Conversion[],
): Promise<ReadonlyMap<string, Thumbnail>> {
  const thumbnails = new Map<string, Thumbnail>();
  for (const conversion of conversions) {
    for (const series of conversion.series) {
      const thumbnail = await readMiddle(output, conversion, series);
      if (thumbnail !== undefined) thumbnails.set(series.folder, thumbnail);
    }
  }
  return thumbnails;
}

async function readMiddle(
  output: string,
  { files }: Conversion,
  { folder }: ConvertedSeries,
): Promise<Thumbnail | undefined> {
  const own = files.filter(({ path }) => path.startsWith(`${folder}/`));
  const path = own[Math.floor(own.length / 2)]?.path;
  if (path === undefined) return undefined;
  const absolutePath = join(output, "dicom", path);
  const instance = readInstance(path, absolutePath);
  const layout = instance?.pixels;
  const number = Math.floor((instance?.frames.length ?? 0) / 2);
  const frame = instance?.frames[number];
  if (layout === undefined || frame === undefined) return undefined;
  const bytes = Buffer.alloc(frameBytes(layout));
  const file = await open(absolutePath);
  try {
    await file.read(bytes, 0, bytes.length, layout.offset + number * bytes.length);
  } finally {
    await file.close();
  }
  const samples = new Int16Array(bytes.buffer, bytes.byteOffset, bytes.length / 2);
  const [row = 1, column = 1] = frame.pixelSpacing ?? [];
  const { rows, columns } = layout;
  return drawThumbnail({ rows, columns, samples, spacing: [row, column] });
}
