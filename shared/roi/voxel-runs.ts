import type { Bounds } from "./outline.ts";
import type { VoxelShape } from "./roi.ts";

/** Neighbouring voxels of a row with the same share: columns `from` to `to`, both included. */
export interface VoxelRun {
  readonly row: number;
  readonly from: number;
  readonly to: number;
  readonly share: number;
}

/** The voxels above zero of one plane, as runs, row by row. */
export function* runsOf({ planes, shares }: VoxelShape, plane: number): Generator<VoxelRun> {
  const [columns, rows] = planes.shape;
  for (let row = 0; row < rows; row++) {
    const start = columns * (row + rows * plane);
    for (let from = 0; from < columns; ) {
      const share = shares[start + from]!;
      let to = from;
      while (to + 1 < columns && shares[start + to + 1] === share) to++;
      if (share > 0) yield { row, from, to, share };
      from = to + 1;
    }
  }
}

/** The box of the voxels above zero of a plane, by their outer sides; undefined when there is none. */
export function boxOfVoxels(shape: VoxelShape, plane: number): Bounds | undefined {
  let [xMin, xMax, yMin, yMax] = [Infinity, -Infinity, Infinity, -Infinity];
  for (const { row, from, to } of runsOf(shape, plane)) {
    xMin = Math.min(xMin, from - 0.5);
    xMax = Math.max(xMax, to + 0.5);
    yMin = Math.min(yMin, row - 0.5);
    yMax = row + 0.5;
  }
  return xMin < xMax ? { xMin, xMax, yMin, yMax } : undefined;
}
