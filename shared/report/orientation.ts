import { type Grid, voxelSize } from "#shared/volume/grid.ts";

/** How a slice is laid out on the page: picture column and row to grid axes. */
export interface SliceLayout {
  /** Pixels across and down. */
  readonly width: number;
  readonly height: number;
  /** Size of a pixel, mm. */
  readonly pixelWidth: number;
  readonly pixelHeight: number;
  /** Offset in a slice of pixel (0, 0), and the steps to the pixel on the right and the one below. */
  readonly origin: number;
  readonly stepRight: number;
  readonly stepDown: number;
  /** Whether the grid's rows go down the picture in place of across, and whether its columns and rows run against the grid's axes. */
  readonly turn: {
    readonly transpose: boolean;
    readonly flipRight: boolean;
    readonly flipDown: boolean;
  };
  /** Unit vectors to the right and down, patient coordinates (L, P, S). */
  readonly rightward: Axis;
  readonly downward: Axis;
  /** Patient directions at the edges of the picture: R L A P H F, several where oblique. */
  readonly left: string;
  readonly right: string;
  readonly top: string;
  readonly bottom: string;
}

/** A direction in patient coordinates (L, P, S). */
export type Axis = readonly [number, number, number];

/**
 * The layout in which a slice of a grid is drawn.
 *
 * Images read from DICOM are drawn as they were acquired, columns to the right and rows down, as every
 * DICOM viewer does. The axes of a NIfTI file have no such meaning, so they are turned to the radiological
 * view: axial with the patient's left at the right and posterior down, coronal with left at the right and
 * feet down, sagittal with posterior at the right and feet down.
 *
 * @param like - layout of another grid: this one is turned to match it, whatever its origin
 */
export function layOutSlice(
  grid: Grid,
  like?: Pick<SliceLayout, "rightward" | "downward">,
): SliceLayout {
  const [nx, ny] = grid.shape;
  const [dx, dy] = voxelSize(grid);
  const i = direction(grid, 0);
  const j = direction(grid, 1);
  const turn =
    like !== undefined
      ? matchView(i, j, like)
      : grid.origin === "dicom"
        ? { transpose: false, flipRight: false, flipDown: false }
        : radiologicalView(i, j);
  const { transpose, flipRight, flipDown } = turn;
  const across = transpose
    ? { n: ny, d: dy, step: nx, axis: j }
    : { n: nx, d: dx, step: 1, axis: i };
  const down = transpose ? { n: nx, d: dx, step: 1, axis: i } : { n: ny, d: dy, step: nx, axis: j };
  const rightward = flipRight ? negate(across.axis) : across.axis;
  const downward = flipDown ? negate(down.axis) : down.axis;
  return {
    width: across.n,
    height: down.n,
    pixelWidth: across.d > 0 ? across.d : 1,
    pixelHeight: down.d > 0 ? down.d : 1,
    origin:
      (flipRight ? (across.n - 1) * across.step : 0) + (flipDown ? (down.n - 1) * down.step : 0),
    stepRight: flipRight ? -across.step : across.step,
    stepDown: flipDown ? -down.step : down.step,
    turn,
    rightward,
    downward,
    left: directionLetters(negate(rightward)),
    right: directionLetters(rightward),
    top: directionLetters(negate(downward)),
    bottom: directionLetters(downward),
  };
}

function radiologicalView(i: Axis, j: Axis) {
  const iMain = mainAxis(i);
  const jMain = mainAxis(j);
  // Left-right goes across in axial and coronal views; in sagittal ones head-feet goes down.
  const transpose = jMain === 0 || (iMain === 2 && jMain === 1);
  const across = transpose ? j : i;
  const down = transpose ? i : j;
  const acrossMain = mainAxis(across);
  const downMain = mainAxis(down);
  return {
    transpose,
    flipRight: across[acrossMain]! < 0,
    // Feet down is -z, posterior down is +y, in (L, P, S).
    flipDown: downMain === 2 ? down[downMain]! > 0 : down[downMain]! < 0,
  };
}

function matchView(i: Axis, j: Axis, like: Pick<SliceLayout, "rightward" | "downward">) {
  const { rightward, downward } = like;
  const transpose = Math.abs(dot(j, rightward)) > Math.abs(dot(i, rightward));
  return {
    transpose,
    flipRight: dot(transpose ? j : i, rightward) < 0,
    flipDown: dot(transpose ? i : j, downward) < 0,
  };
}

function dot(a: Axis, b: Axis): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

/** Unit vector of grid axis 0, 1 or 2 in (L, P, S); zero where the affine has none. */
function direction(grid: Grid, axis: 0 | 1 | 2): Axis {
  const a = grid.affineLps;
  const length = voxelSize(grid)[axis];
  const scale = length > 0 ? 1 / length : 0;
  return [a[axis]! * scale, a[4 + axis]! * scale, a[8 + axis]! * scale];
}

function mainAxis(axis: Axis): 0 | 1 | 2 {
  const [x, y, z] = axis.map(Math.abs) as [number, number, number];
  if (x >= y && x >= z) return 0;
  return y >= z ? 1 : 2;
}

function negate([x, y, z]: Axis): Axis {
  return [-x, -y, -z];
}

// A component below sin(11.5°) gets no letter: closer to the main axis than a reader can see.
const smallestComponent = 0.2;

/**
 * Letters of a direction in (L, P, S), the largest component first, as in PatientOrientation (0020,0020):
 * R, L, A, P, H (head), F (feet). Animals keep the letters of the patient axes they were registered with.
 */
export function directionLetters(axis: Axis): string {
  return axis
    .map((component, n) => ({
      size: Math.abs(component),
      letter: "LPHRAF".charAt(component > 0 ? n : n + 3),
    }))
    .filter(({ size }) => size >= smallestComponent)
    .sort((a, b) => b.size - a.size)
    .map(({ letter }) => letter)
    .join("");
}

/** The plane a slice is closest to, and by how many degrees it is off: `axial`, `coronal, oblique by 12.0°`. */
export function describeOrientation(grid: Grid): string {
  const i = direction(grid, 0);
  const j = direction(grid, 1);
  const normal: Axis = [
    i[1] * j[2] - i[2] * j[1],
    i[2] * j[0] - i[0] * j[2],
    i[0] * j[1] - i[1] * j[0],
  ];
  const main = mainAxis(normal);
  const plane = ["sagittal", "coronal", "axial"][main];
  const angle = (Math.acos(Math.min(1, Math.abs(normal[main]))) * 180) / Math.PI;
  return angle < 0.05 ? `${plane}` : `${plane}, oblique by ${angle.toFixed(1)}°`;
}
