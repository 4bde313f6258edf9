import { fromPlainError, InputError } from "#shared/errors.ts";
import type { FoundFile } from "#shared/files/list-files.ts";
import type { Pool } from "#shared/parallel/pool.ts";
import type { Grid } from "#shared/volume/grid.ts";
import { gatherCurves } from "#shared/volume/series-volume.ts";
import type { Image } from "./frame.ts";
import { loadStack } from "./load-stack.ts";
import { imageMatrix } from "./pixel-layout.ts";
import { readHeaders } from "./read-headers.ts";
import { requireSamePlanes } from "./same-planes.ts";
import { imagesOf } from "./select-images.ts";
import { axesOf, fitAffine, groupSlices } from "./slice-positions.ts";

/** One image per slice, in signal units. */
export interface DicomVolume {
  readonly grid: Grid;
  /** Shape [nz, ny, nx]; NaN where an image holds padding. */
  readonly values: Float64Array;
  /** UCUM code of a RealWorldValueMapping; empty when the images state no unit. */
  readonly unit: string;
}

/**
 * The only volume of a folder, a map for instance: one series with one image for each slice.
 *
 * @throws InputError E-NO-DICOM, E-MIXED-SERIES, E-DUPLICATE, and as readInstance, requireSamePlanes, fitAffine and
 *   loadStack do
 */
export async function readDicomVolume(
  folder: string,
  files: readonly FoundFile[],
  pool: Pool,
): Promise<DicomVolume> {
  const { instances, unreadable } = await readHeaders(files, pool);
  const broken = unreadable[0]?.error ?? instances.find(({ problem }) => problem)?.problem;
  if (broken !== undefined) throw fromPlainError(broken);
  const images = imagesOf(instances);
  const first = images[0];
  if (first === undefined) {
    throw new InputError(
      "E-NO-DICOM",
      `No DICOM images found under ${folder}.`,
      "Give the folder of the map's images.",
    );
  }
  requireOneSeries(folder, images);
  requireSamePlanes(images);
  const axes = axesOf(first.frame.orientation!);
  const slices = groupSlices(images, axes);
  const double = slices.findIndex((slice) => slice.images.length > 1);
  if (double >= 0) {
    throw new InputError(
      "E-DUPLICATE",
      `Slice ${double + 1} of ${folder} has ${slices[double]!.images.length} images; a map has one.`,
      "Give the map alone, not the images it was made from.",
    );
  }
  const affineLps = fitAffine(slices, axes, first.frame.pixelSpacing!, []);
  const { rows, columns } = imageMatrix(first.instance.pixels!);
  const grid: Grid = { shape: [columns, rows, slices.length], affineLps, origin: "dicom" };
  const loaded = await loadStack({ grid, images: [slices.map((slice) => slice.images[0]!)] }, pool);
  const values = new Float64Array(columns * rows * slices.length);
  gatherCurves({ ...loaded, shape: grid.shape }, [0], 0, values.length, values);
  return { grid, values, unit: /^units (.*)$/.exec(first.frame.mapSign)?.[1] ?? "" };
}

function requireOneSeries(folder: string, images: readonly Image[]): void {
  const series = new Set(images.map(({ instance }) => instance.seriesInstanceUID));
  if (series.size === 1) return;
  throw new InputError(
    "E-MIXED-SERIES",
    `The folder ${folder} holds ${series.size} series, where one map is wanted.`,
    "Give the folder of the map alone.",
  );
}
