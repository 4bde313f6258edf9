import { sliceGeometry } from "#shared/dicom/slice-geometry.ts";
import type { Grid } from "#shared/volume/grid.ts";
import { numbers, type Parameters, single, words } from "./parameter.ts";
import { withNormal } from "./slice-orientation.ts";

/**
 * Directions of read, phase and slice gradient of a package, in ParaVision's axes of the subject, row-major: what
 * stands in PVM_SPackArrGradOrient.
 *
 * With G its rows, V the rows of VisuCoreOrientation (patient coordinates of DICOM) and P = diag(-1, -1, 1): G = P V P, as
 * measured on files of ParaVision 360.3.6, where read and phase run along the axes of the image against their sense.
 */
export function gradientOrientation(grid: Grid): readonly number[] {
  const signs = [-1, -1, 1];
  return withNormal(sliceGeometry(grid).orientation).map(
    (value, n) => value * signs[Math.floor(n / 3)]! * signs[n % 3]!,
  );
}

/** What method says of packages of slices. */
export function describeSlicePackages(grids: readonly Grid[], thicknessMm: number): Parameters {
  const [first] = grids.map(sliceGeometry);
  const [columns, rows] = grids[0]!.shape;
  const [rowSpacing, columnSpacing] = first!.pixelSpacing;
  return {
    PVM_SpatDimEnum: single("<2D>"),
    PVM_Fov: numbers([columns * columnSpacing, rows * rowSpacing]),
    PVM_SpatResol: numbers([columnSpacing, rowSpacing]),
    PVM_SliceThick: single(thicknessMm),
    PVM_ObjOrderScheme: single("Interlaced"),
    PVM_NSPacks: single(grids.length),
    PVM_SPackArrNSlices: numbers(grids.map(({ shape }) => shape[2])),
    PVM_SPackArrSliceOrient: words(grids.map(() => "axial")),
    PVM_SPackArrReadOrient: words(grids.map(() => "L_R")),
    PVM_SPackArrSliceDistance: numbers(grids.map((grid) => sliceGeometry(grid).sliceSpacing)),
    PVM_SPackArrGradOrient: numbers(grids.flatMap(gradientOrientation), [grids.length, 3, 3]),
  };
}
