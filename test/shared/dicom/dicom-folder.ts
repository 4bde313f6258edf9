import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type ReadWish, readDicomSeries } from "#shared/dicom/read-series.ts";
import { listFiles } from "#shared/files/list-files.ts";
import { openPool } from "#shared/parallel/pool.ts";
import type { SeriesVolume } from "#shared/volume/series-volume.ts";
import { encodeDicom, type FileOptions } from "#test/phantom/dicom-bytes.ts";
import { classicImage, echoTimes } from "#test/phantom/dicom-images.ts";

/** Files by relative path. */
export type FolderContent = Readonly<Record<string, Uint8Array>>;

/** Puts files into a folder of their own, which is removed afterwards. */
export async function withFolder<T>(
  content: FolderContent,
  use: (folder: string) => Promise<T>,
): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "dicom-"));
  try {
    for (const [path, bytes] of Object.entries(content)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), bytes);
    }
    return await use(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The series of a folder, read on this thread. */
export async function readFolder(
  folder: string,
  want: Partial<ReadWish> = {},
): Promise<SeriesVolume> {
  const pool = openPool(1, "");
  const files = await listFiles(folder);
  return readDicomSeries(folder, files, { contrast: "EchoTime", atLeast: 2, ...want }, pool);
}

/** The series that files make. */
export function readContent(
  content: FolderContent,
  want: Partial<ReadWish> = {},
): Promise<SeriesVolume> {
  return withFolder(content, (folder) => readFolder(folder, want));
}

/** What reading the files ends with; a test fails when they can be read. */
export async function refusal(
  content: FolderContent,
  want: Partial<ReadWish> = {},
): Promise<{ code: string; tag: string; message: string }> {
  try {
    await readContent(content, want);
  } catch (error) {
    return error as { code: string; tag: string; message: string };
  }
  throw new Error("the files were read");
}

/** Classic images of `slices` slices and all echoes, named so that the names order nothing. */
export function classicFolder(
  slices: number,
  options: FileOptions = {},
  image = classicImage,
): Record<string, Uint8Array> {
  const content: Record<string, Uint8Array> = {};
  for (let k = 0; k < slices; k++) {
    for (let e = 0; e < echoTimes.length; e++) {
      const name = `${((k * 7 + e * 11) * 37) % 97}-${k}-${e}.dcm`;
      content[name] = encodeDicom(image(k, e, {}, options.writing), options);
    }
  }
  return content;
}
