import type { Contour, Reference, Roi } from "#shared/roi/roi.ts";
import { affineFromAxes } from "#shared/volume/affine.ts";
import type { Vector3 } from "#shared/volume/grid.ts";
import { type PlaneStack, planesOfGrid } from "#shared/volume/plane-stack.ts";

// Stacks of planes and regions on them, for tests.

/** Rotation about the axes x, then y, then z, degrees. */
export type Turn = readonly [number, number, number];

/** A grid: voxel sizes along its axes, turned, its first voxel somewhere. */
export function stackOf(
  shape: Vector3,
  size: Vector3 = [1, 1, 1],
  turn: Turn = [0, 0, 0],
  origin: Vector3 = [0, 0, 0],
): PlaneStack {
  const [a, b, c] = [0, 1, 2].map((axis) => {
    const step = [0, 0, 0];
    step[axis] = size[axis]!;
    return rotate(step as unknown as Vector3, turn);
  }) as [Vector3, Vector3, Vector3];
  return planesOfGrid({ shape, affineLps: affineFromAxes(a, b, c, origin), origin: "dicom" });
}

/** A vector turned. */
export function rotate(v: Vector3, turn: Turn): Vector3 {
  let out: Vector3 = v;
  for (const [axis, degrees] of turn.entries()) {
    const [s, c] = [Math.sin((degrees * Math.PI) / 180), Math.cos((degrees * Math.PI) / 180)];
    const [i, j] = [(axis + 1) % 3, (axis + 2) % 3];
    const next = [...out];
    next[i] = c * out[i]! - s * out[j]!;
    next[j] = s * out[i]! + c * out[j]!;
    out = next as unknown as Vector3;
  }
  return out;
}

/** Index (i, j, k), not necessarily whole, in patient coordinates; k between planes by the spacing of a grid. */
export function positionOf({ grid }: PlaneStack, [i, j, k]: Vector3): Vector3 {
  const a = grid!.affineLps;
  return [0, 1, 2].map(
    (n) => a[4 * n]! * i + a[4 * n + 1]! * j + a[4 * n + 2]! * k + a[4 * n + 3]!,
  ) as unknown as Vector3;
}

/** The same voxels with axes in another order and direction. */
export function restored(
  { grid }: PlaneStack,
  axes: readonly [number, number, number],
  reversed: readonly [boolean, boolean, boolean],
): PlaneStack {
  const { shape, affineLps: a } = grid!;
  const column = (axis: number): Vector3 => [a[axis]!, a[4 + axis]!, a[8 + axis]!];
  const origin = [a[3]!, a[7]!, a[11]!];
  const steps = axes.map((axis, n) => {
    const step = column(axis);
    if (!reversed[n]) return step;
    for (let c = 0; c < 3; c++) origin[c]! += (shape[axis]! - 1) * step[c]!;
    return step.map((value) => -value) as unknown as Vector3;
  }) as [Vector3, Vector3, Vector3];
  return planesOfGrid({
    shape: axes.map((axis) => shape[axis]!) as unknown as Vector3,
    affineLps: affineFromAxes(...steps, origin as unknown as Vector3),
    origin: "nifti",
  });
}

/** Planes as a series with one image of one frame each: `1.0`, `1.1` ... */
export function referenceOf(planes: PlaneStack): Reference {
  return {
    planes,
    images: planes.origins.map((_, k) => [
      { sopClassUID: "1", sopInstanceUID: `1.${k}`, path: `${k}.dcm`, frameNumber: 0 },
    ]),
    ...{ studyInstanceUID: "", seriesInstanceUID: "", seriesDescription: "" },
    ...{ frameOfReferenceUID: "", diagnostics: [] },
  };
}

/** An outline (index coordinates) on plane k as a contour in patient coordinates. */
export function contourAt(
  planes: PlaneStack,
  outline: Float64Array,
  k: number,
  changes: Partial<Contour> = {},
): Contour {
  const points = new Float64Array((outline.length / 2) * 3);
  for (let n = 0; n < outline.length; n += 2) {
    points.set(positionOf(planes, [outline[n]!, outline[n + 1]!, k]), (n / 2) * 3);
  }
  return {
    ...{ kind: "closed", type: "CLOSED_PLANAR", space: "patient", points, exclude: false },
    images: [{ sopInstanceUID: `1.${Math.round(k)}`, frameNumber: 1 }],
    ...changes,
  };
}

/** A region of contours. */
export function roiOf(...contours: readonly Contour[]): Roi {
  return {
    ...{ number: 1, name: "kidney1", uid: "", colour: undefined },
    shape: { form: "contours", contours },
  };
}
