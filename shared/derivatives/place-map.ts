import { InputError } from "#shared/errors.ts";
import { type AxisOrder, reorderGrid, reorderSamples } from "#shared/nifti/axis-order.ts";
import type { NiftiFileHeader } from "#shared/nifti/read.ts";
import type { Diagnostic } from "#shared/roi/diagnostic.ts";
import { planesOnSameField } from "#shared/volume/assumed-planes.ts";
import { type Grid, type Vector3, voxelSize } from "#shared/volume/grid.ts";
import { type PlaneStack, planesOfGrid } from "#shared/volume/plane-stack.ts";
import type { MapSamples } from "./map-to-measure.ts";

/** How maps find their place. */
export interface PlaceWish {
  /** A map without orientation covers the field of view of the reference. */
  readonly assumeSameFov: boolean;
  /** Planes of the series the regions were drawn on, where there is one. */
  readonly reference: PlaneStack | undefined;
}

/** Where the values of a map lie. */
export interface PlacedMap {
  readonly planes: PlaneStack;
  /** Set when the planes are not those of constant third index in the file: how values come to their places. */
  readonly order: AxisOrder | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

/** Fields of view that differ by more than this part are told. */
const sameField = 0.02;

/**
 * The planes of a NIfTI map. A map whose third axis is not the one across the slices of the reference (3D acquisitions are stored
 * in the order of patient axes) is turned, so that its planes can be compared.
 *
 * @throws InputError E-MAP-ORIENTATION for a map without orientation, unless it may be put on the field of view of a reference with as
 *   many slices
 */
export function placeMap(
  { grid, oriented }: Pick<NiftiFileHeader, "grid" | "oriented">,
  path: string,
  wish: PlaceWish,
): PlacedMap {
  if (!oriented) return assumePlace(grid, path, wish);
  const order = wish.reference === undefined ? undefined : orderOnSlices(grid, wish.reference);
  const turned = order === undefined ? grid : reorderGrid(grid, order);
  return { planes: planesOfGrid(turned), order, diagnostics: [] };
}

/** Values of a file in the order of the planes of the map. */
export function turnSamples<S extends MapSamples | Uint8Array>(
  samples: S,
  shape: Vector3,
  order: AxisOrder | undefined,
): S {
  if (order === undefined) return samples;
  const out = samples.slice() as S;
  reorderSamples(samples, shape, order, out);
  return out;
}

function assumePlace(grid: Grid, path: string, { assumeSameFov, reference }: PlaceWish): PlacedMap {
  if (!assumeSameFov || reference === undefined) {
    throw refuse(
      `The map ${path} has no orientation (qform and sform codes are 0): nobody knows where it lies.`,
      assumeSameFov
        ? "Give the series the regions were drawn on with --reference, whose field of view --assume-same-fov is to take."
        : "Make it again with this project's programs, or confirm with --assume-same-fov that it covers the field of view of the reference.",
    );
  }
  const [nx, ny, slices] = grid.shape;
  if (slices !== reference.shape[2]) {
    throw refuse(
      `The map ${path} has no orientation and ${slices} slices, the reference ${reference.shape[2]}: nobody knows which slice is which.`,
      "--assume-same-fov needs a map of all slices. Make it again with this project's programs.",
    );
  }
  const planes = planesOnSameField(grid.shape, reference);
  const text = `${path} has no orientation (qform and sform codes are 0); as --assume-same-fov says, its ${nx} x ${ny} pixels are taken to cover the field of view of the reference, slice by slice${compareFields(grid, reference)}.`;
  return {
    planes,
    order: undefined,
    diagnostics: [{ code: "NO_ORIENTATION", severity: "warning", text }],
  };
}

/** What the voxel size of the file says against it; the original's maps of T1 and ADC have none. */
function compareFields(grid: Grid, reference: PlaneStack): string {
  const [dx, dy] = voxelSize(grid);
  if (dx === 1 && dy === 1) return "";
  const own = [dx * grid.shape[0], dy * grid.shape[1]];
  const field = [
    Math.hypot(...reference.rowStep) * reference.shape[0],
    Math.hypot(...reference.columnStep) * reference.shape[1],
  ];
  if (own.every((size, axis) => Math.abs(size - field[axis]!) <= sameField * field[axis]!))
    return "";
  const list = (sizes: readonly number[]) =>
    sizes.map((size) => Number(size.toFixed(2))).join(" x ");
  return `; but its voxel size makes ${list(own)} mm, the reference ${list(field)} mm`;
}

/** The order of axes that brings the axis across the slices of the reference to the third place; undefined when it is there. */
function orderOnSlices(
  grid: Grid,
  { rowStep: r, columnStep: c }: PlaneStack,
): AxisOrder | undefined {
  const normal = [r[1] * c[2] - r[2] * c[1], r[2] * c[0] - r[0] * c[2], r[0] * c[1] - r[1] * c[0]];
  const a = grid.affineLps;
  const along = [0, 1, 2].map((axis) => {
    const step = [a[axis]!, a[4 + axis]!, a[8 + axis]!];
    const inner = step.reduce((sum, value, row) => sum + value * normal[row]!, 0);
    return Math.abs(inner) / Math.hypot(...step);
  });
  const across = along.indexOf(Math.max(...along));
  const unturned = { reversed: [false, false, false] as const };
  if (across === 0) return { axes: [1, 2, 0], ...unturned };
  return across === 1 ? { axes: [0, 2, 1], ...unturned } : undefined;
}

function refuse(found: string, hint: string): InputError {
  return new InputError("E-MAP-ORIENTATION", found, hint);
}
