import { type Grid, type Vector3, voxelCentre, voxelSize } from "#shared/volume/grid.ts";

/** Where the slices of a grid read from DICOM are, in the terms of PS3.3 C.7.6.2. */
export interface SliceGeometry {
  /** ImageOrientationPatient: directions of a row (growing column) and of a column (growing row). */
  readonly orientation: readonly number[];
  /** PixelSpacing: between rows, between columns, mm. */
  readonly pixelSpacing: readonly [number, number];
  /** SpacingBetweenSlices, mm, between centres. */
  readonly sliceSpacing: number;
  /** ImagePositionPatient of each slice, mm. */
  readonly positions: readonly Vector3[];
  /** SliceLocation of each slice, mm: position along row direction x column direction. */
  readonly locations: readonly number[];
}

/** The slices of a grid as DICOM describes them. */
export function sliceGeometry(grid: Grid): SliceGeometry {
  const [columnSpacing, rowSpacing, sliceSpacing] = voxelSize(grid);
  const a = grid.affineLps;
  const row = [a[0]! / columnSpacing, a[4]! / columnSpacing, a[8]! / columnSpacing] as const;
  const column = [a[1]! / rowSpacing, a[5]! / rowSpacing, a[9]! / rowSpacing] as const;
  const normal = [
    row[1] * column[2] - row[2] * column[1],
    row[2] * column[0] - row[0] * column[2],
    row[0] * column[1] - row[1] * column[0],
  ] as const;
  const positions = Array.from({ length: grid.shape[2] }, (_, k) => voxelCentre(grid, [0, 0, k]));
  const locations = positions.map(([x, y, z]) => x * normal[0] + y * normal[1] + z * normal[2]);
  return {
    orientation: [...row, ...column].map((cosine) => (cosine === 0 ? 0 : cosine)),
    pixelSpacing: [rowSpacing, columnSpacing],
    sliceSpacing,
    positions,
    locations,
  };
}
