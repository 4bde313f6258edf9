import { UnsupportedError } from "#shared/errors.ts";
import type { Vector3 } from "#shared/volume/grid.ts";
import type { DicomJson } from "#shared/volume/series-volume.ts";
import { type CsaTags, csaNumbers } from "./csa-header.ts";
import type { Frame } from "./frame.ts";
import type { PixelLayout } from "./pixel-layout.ts";
import { readPrivateNumber } from "./private-tags.ts";
import { axesOf } from "./slice-positions.ts";

/** How the slices of a volume lie in a Siemens mosaic: row by row, from the top left, on a square grid. */
export interface Mosaic {
  /** Number of slices; the last tiles of the grid may be empty. */
  readonly slices: number;
  /** Tiles side by side. */
  readonly across: number;
  /** Matrix of one tile. */
  readonly rows: number;
  readonly columns: number;
  /** The CSA header says in which direction the slices follow each other; row x column is taken without it. */
  readonly directed: boolean;
}

/** True for an image that shows all slices of a volume. */
export function isMosaic(dataset: DicomJson, imageType: readonly string[]): boolean {
  const slices = readPrivateNumber(dataset, "SiemensImagesInMosaic") ?? 0;
  return slices > 1 || imageType.some((value) => value.toUpperCase() === "MOSAIC");
}

/**
 * The tiles of a mosaic: as many across as the square root of the number of slices, rounded up.
 *
 * @throws UnsupportedError E-MOSAIC when the number of slices is not known or does not go with the matrix
 */
export function readMosaic(
  path: string,
  dataset: DicomJson,
  csa: CsaTags | undefined,
  pixels: Pick<PixelLayout, "rows" | "columns" | "frames">,
): Mosaic {
  const [inCsa] = (csa && csaNumbers(csa, "NumberOfImagesInMosaic", 1)) ?? [];
  const slices = readPrivateNumber(dataset, "SiemensImagesInMosaic") ?? inCsa;
  if (slices === undefined || !Number.isInteger(slices) || slices < 1) {
    throw unreadable(path, "nothing says how many, since the private attributes are gone");
  }
  const across = Math.ceil(Math.sqrt(slices));
  const [rows, columns] = [pixels.rows / across, pixels.columns / across];
  if (pixels.frames !== 1 || !Number.isInteger(rows) || !Number.isInteger(columns)) {
    throw unreadable(
      path,
      `${slices} slices do not fit ${pixels.columns} x ${pixels.rows} pixels in ${pixels.frames} frames`,
    );
  }
  const directed = csa !== undefined && csaNumbers(csa, "SliceNormalVector", 3) !== undefined;
  return { slices, across, rows, columns, directed };
}

/**
 * A frame for each slice of a mosaic.
 *
 * ImagePositionPatient is where the corner of the whole mosaic would be if it were one slice with the centre of the
 * first slice (qmri-conventions 7.2). The others follow it along the slice normal of the CSA header
 * (row x column without one), SpacingBetweenSlices apart: SliceThickness leaves the gap out.
 *
 * @param frame - of the mosaic as if it were one image
 * @throws UnsupportedError E-MOSAIC when the header does not say where the slices are
 */
export function splitMosaic(
  path: string,
  frame: Frame,
  mosaic: Mosaic,
  pixels: Pick<PixelLayout, "rows" | "columns">,
  csa: CsaTags | undefined,
): readonly Frame[] {
  const { position, orientation, pixelSpacing, spacingBetweenSlices } = frame;
  // What is missing here is asked for by name when the series is used.
  if (position === undefined || orientation === undefined || pixelSpacing === undefined) {
    return [frame];
  }
  const spacing = spacingBetweenSlices ?? (mosaic.slices === 1 ? 0 : undefined);
  if (spacing === undefined || (!(Math.abs(spacing) > 0) && mosaic.slices > 1)) {
    throw unreadable(path, "SpacingBetweenSlices (0018,0088) is missing");
  }
  const { row, column, normal } = axesOf(orientation);
  const [betweenRows, betweenColumns] = pixelSpacing as [number, number];
  const acrossRow = (betweenColumns * (pixels.columns - mosaic.columns)) / 2;
  const downColumn = (betweenRows * (pixels.rows - mosaic.rows)) / 2;
  const stated = csa && csaNumbers(csa, "SliceNormalVector", 3);
  const along =
    stated === undefined ? 1 : Math.sign(stated.reduce((sum, c, i) => sum + c * normal[i]!, 0));
  if (along === 0) throw unreadable(path, "its slice normal lies in the plane of its slices");
  return Array.from({ length: mosaic.slices }, (_, tile): Frame => {
    const step = tile * Math.abs(spacing) * along;
    const at = position.map(
      (value, i) => value + acrossRow * row[i]! + downColumn * column[i]! + step * normal[i]!,
    );
    return { ...frame, tile, position: at as unknown as Vector3, sliceLocation: undefined };
  });
}

function unreadable(path: string, why: string): UnsupportedError {
  return new UnsupportedError(
    "E-MOSAIC",
    `${path} is a Siemens mosaic, all slices in one picture, and cannot be taken apart: ${why}.`,
    "Export the series again with its private attributes, as Enhanced MR, or as one image per slice.",
  );
}
