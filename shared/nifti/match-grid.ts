import { invertAffine, multiplyAffines } from "#shared/volume/affine.ts";
import { type Grid, type Vector3, voxelSize } from "#shared/volume/grid.ts";
import type { AxisOrder } from "./axis-order.ts";

/**
 * Largest distance between the centres of "the same" voxel in two files, voxels, anywhere in the image.
 *
 * Other programs keep affines in float32 and turn them into quaternions and back.
 */
const tolerance = 0.01;

/**
 * How to reorder the voxels of `source` so that they become those of `target`; undefined when the two
 * do not hold the same voxels up to the order and direction of axes.
 */
export function matchGrids(source: Grid, target: Grid): AxisOrder | undefined {
  const toTarget = multiplyAffines(invertAffine(target.affineLps), source.affineLps);
  const axes: (0 | 1 | 2 | undefined)[] = [undefined, undefined, undefined];
  const reversed = [false, false, false];
  for (const axis of [0, 1, 2] as const) {
    const steps = source.shape[axis] - 1;
    // An axis of one voxel goes nowhere, so its direction and thickness do not matter.
    if (steps === 0) continue;
    const step = [0, 1, 2].map((row) => toTarget[4 * row + axis]!);
    const at = step.findIndex((value) => Math.abs(value) > 0.5);
    const sign = Math.sign(step[at] ?? 0);
    const deviation = step.map((value, row) => value - (row === at ? sign : 0));
    if (at < 0 || !(Math.hypot(...deviation) * steps <= tolerance) || axes[at] !== undefined) {
      return undefined;
    }
    axes[at] = axis;
    reversed[at] = sign < 0;
  }
  const left = ([0, 1, 2] as const).filter((axis) => !axes.includes(axis));
  const [a, b, c] = axes.map((axis) => axis ?? left.shift()) as [0 | 1 | 2, 0 | 1 | 2, 0 | 1 | 2];
  const order: AxisOrder = {
    axes: [a, b, c],
    reversed: [reversed[0]!, reversed[1]!, reversed[2]!],
  };
  const sameSizes = order.axes.every((axis, at) => source.shape[axis] === target.shape[at]);
  const start = order.reversed.map((isReversed, at) => (isReversed ? target.shape[at]! - 1 : 0));
  const offset = start.map((value, at) => toTarget[4 * at + 3]! - value);
  return sameSizes && Math.hypot(...offset) <= tolerance ? order : undefined;
}

/** True when two files hold the same voxels in the same order. */
export function isSameGrid(a: Grid, b: Grid): boolean {
  const order = matchGrids(a, b);
  return order?.axes.every((axis, at) => axis === at && !order.reversed[at]) ?? false;
}

/** Size, voxel size and position of a grid in words, for messages. */
export function describeGrid(grid: Grid): string {
  const a = grid.affineLps;
  const list = (values: readonly number[]): string =>
    values.map((value) => Number(value.toPrecision(4))).join(", ");
  const first: Vector3 = [a[3]!, a[7]!, a[11]!];
  const direction = [0, 1, 2].map((axis) => axisName([a[axis]!, a[4 + axis]!, a[8 + axis]!]));
  return `${grid.shape.join(" x ")} voxels of ${list(voxelSize(grid))} mm, axes towards ${direction.join(", ")}, first voxel at L P S (${list(first)}) mm`;
}

/** The patient direction a step points to most: L, R, P, A, S or I. */
function axisName(step: Vector3): string {
  const size = step.map(Math.abs);
  const main = size.indexOf(Math.max(...size));
  return (step[main]! < 0 ? "RAI" : "LPS")[main]!;
}
