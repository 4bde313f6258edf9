import { sliceGeometry } from "#shared/dicom/slice-geometry.ts";
import type { Grid, Vector3 } from "#shared/volume/grid.ts";
import { cross } from "#shared/volume/vector.ts";
import type { RawImages } from "./raw-images.ts";

/** Directions of row and column, and of row x column: a row of VisuCoreOrientation. */
export function withNormal(orientation: readonly number[]): readonly number[] {
  const [row, column] = [orientation.slice(0, 3), orientation.slice(3, 6)];
  return [...row, ...column, ...cross(row as unknown as Vector3, column as unknown as Vector3)];
}

/** Where the slices of a grid are, in ParaVision's terms: the same patient coordinates as DICOM's. */
export function describeStack(
  grid: Grid,
  thicknessMm: number,
): Pick<RawImages, "size" | "extentMm" | "thicknessMm" | "orientations" | "positions"> {
  const { orientation, pixelSpacing, positions } = sliceGeometry(grid);
  const [rowSpacing, columnSpacing] = pixelSpacing;
  const [columns, rows] = grid.shape;
  return {
    size: [columns, rows],
    extentMm: [columns * columnSpacing, rows * rowSpacing],
    thicknessMm,
    orientations: positions.map(() => withNormal(orientation)),
    positions,
  };
}
