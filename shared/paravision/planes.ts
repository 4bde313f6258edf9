import type { Vector3 } from "#shared/volume/grid.ts";
import { add, cross, dot, length, scale } from "#shared/volume/vector.ts";
import { frameNumbers } from "./frame-values.ts";
import { wordOf } from "./jcamp.ts";
import { countPartitions, type Visu } from "./visu.ts";

/** Where an image lies, in DICOM patient coordinates (LPS), mm. */
export interface Plane {
  /** Centre of the first stored pixel. */
  readonly position: Vector3;
  /** Unit vector along a row of pixels: to the next column. */
  readonly row: Vector3;
  /** Unit vector along a column of pixels: to the next row. */
  readonly column: Vector3;
  /** Row and column: six numbers, the same list for all images that have it. */
  readonly orientation: readonly number[];
  /** row x column. */
  readonly normal: Vector3;
}

/** Farthest from a unit vector, and from a right angle, that digits make it: VisuCoreOrientation has 15 of them. */
const tolerance = 1e-3;

/**
 * What is wrong with the geometry of the frames, as a phrase; undefined when every frame has a place.
 */
export function checkPlanes(visu: Visu): string | undefined {
  for (const [name, width] of [
    ["VisuCoreOrientation", 9],
    ["VisuCorePosition", 3],
  ] as const) {
    const values = visu.file.get(name)?.values;
    if (values === undefined) return `${name} is missing or unreadable`;
    if (frameNumbers(visu, name, width) === undefined) {
      return `${name} has ${values.length} values, which do not give each frame ${width} numbers`;
    }
  }
  const rows = new Set<readonly number[]>();
  const orientation = frameNumbers(visu, "VisuCoreOrientation", 9)!;
  for (let frame = 0; frame < visu.frameCount; frame++) rows.add(orientation.of(frame));
  const bad = [...rows].find((axes) => !isOrthonormal(axes));
  return bad && `VisuCoreOrientation ${bad.join(" ")} has no axes at right angles`;
}

/**
 * The plane of an image.
 *
 * VisuCorePosition and the rows of VisuCoreOrientation are ImagePositionPatient and ImageOrientationPatient as they stand
 * (472 of 472 images of ParaVision 6.0.1's own export): nothing is turned for the kind of animal or how it lay. Partition k of
 * a 3D frame lies k steps along the third row; with disk_reverse_slice_order VisuCorePosition is that of the last stored
 * one (measured on a 64 x 64 x 8 field map of ParaVision 7).
 *
 * @param frame - of the 2dseq, 0 first
 * @param partition - as stored, 0 first
 */
export function planeOf(visu: Visu, frame: number, partition = 0): Plane {
  const axes = frameNumbers(visu, "VisuCoreOrientation", 9)?.of(frame);
  const first = frameNumbers(visu, "VisuCorePosition", 3)?.of(frame);
  if (axes === undefined || first === undefined) throw new Error("a Visu without geometry");
  const { row, column, orientation, normal, slab } = splitAxes(axes);
  const place = isReversed(visu) ? countPartitions(visu) - 1 - partition : partition;
  const corner = first as unknown as Vector3;
  const position = place === 0 ? corner : add(corner, scale(slab, place * partitionStep(visu)));
  return { position, row, column, orientation, normal };
}

interface Axes extends Omit<Plane, "position"> {
  /** Unit vector from a partition to the next. */
  readonly slab: Vector3;
}

/** By the nine numbers of an orientation, which most images have in common. */
const known = new WeakMap<readonly number[], Axes>();

function splitAxes(numbers: readonly number[]): Axes {
  let axes = known.get(numbers);
  if (axes === undefined) {
    const [row, column, slab] = [0, 3, 6].map(
      (at) => numbers.slice(at, at + 3) as unknown as Vector3,
    ) as [Vector3, Vector3, Vector3];
    const orientation = numbers.slice(0, 6);
    axes = { row, column, orientation, slab, normal: cross(row, column) };
    known.set(numbers, axes);
  }
  return axes;
}

/** Distance of the partitions of a 3D frame, mm; 0 in 2D. */
export function partitionStep({ size, extentMm }: Visu): number {
  return size.length === 3 ? extentMm[2]! / size[2]! : 0;
}

/** Of 2D frames the positions tell their order. */
function isReversed(visu: Visu): boolean {
  return (
    visu.size.length === 3 &&
    wordOf(visu.file, "VisuCoreDiskSliceOrder") === "disk_reverse_slice_order"
  );
}

function isOrthonormal(axes: readonly number[]): boolean {
  const rows = [0, 3, 6].map((at) => axes.slice(at, at + 3) as unknown as Vector3);
  const [row, column, slab] = rows as [Vector3, Vector3, Vector3];
  return (
    rows.every((axis) => Math.abs(length(axis) - 1) < tolerance) &&
    Math.abs(dot(row, column)) < tolerance &&
    Math.abs(Math.abs(dot(cross(row, column), slab)) - 1) < tolerance
  );
}
