import { UnsupportedError } from "#shared/errors.ts";

/** A region in the box that just holds it. */
export interface CroppedRegion {
  /** Planes on which it has a voxel, ascending. */
  readonly planes: readonly number[];
  readonly first: readonly [column: number, row: number];
  readonly size: readonly [columns: number, rows: number];
  /** Share of each voxel, 0 to 1, shape [planes, rows, columns] of the box. */
  readonly shares: Float32Array | Uint8Array;
  /** Some share is neither 0 nor 1. */
  readonly fractional: boolean;
}

/**
 * Takes one stored plane.
 *
 * @param values - shape [rows, columns]
 * @param region - to which all values that are not 0 belong; undefined where each value is the number of its region
 */
export type TakePlane = (plane: number, values: ArrayLike<number>, region?: number) => void;

/** Stored planes that can be gone through more than once, in any order. */
export interface StoredPlanes {
  /** Used in messages. */
  readonly path: string;
  readonly columns: number;
  readonly rows: number;
  readonly each: (take: TakePlane) => void;
  /** Of the value of a mask: above 0 to 1; of a label map every value but 0 counts 1. */
  readonly shareOf: (value: number) => number;
}

/** Most bytes that the boxes of all regions of a file may take. */
const mostBytes = 2 ** 29;

/**
 * The regions of a file, by number; those without a voxel are not among them. Where a region has a plane twice the larger share counts.
 *
 * The planes are gone through twice: the boxes are known, and their sum judged, before memory is taken.
 *
 * @throws UnsupportedError E-REGION-SIZE, and what going through the planes throws
 */
export function cropRegions(stored: StoredPlanes): ReadonlyMap<number, CroppedRegion> {
  const boxes = findBoxes(stored);
  let bytes = 0;
  for (const box of boxes.values())
    bytes += box.planes.size * boxArea(box) * (box.fractional ? 4 : 1);
  if (bytes > mostBytes) {
    throw new UnsupportedError(
      "E-REGION-SIZE",
      `The ${boxes.size} regions of ${stored.path} would take ${Math.ceil(bytes / 2 ** 20)} MiB, more than the ${mostBytes / 2 ** 20} MiB that are held.`,
      "Store fewer regions, or smaller ones, in a file.",
    );
  }
  const rooms = new Map([...boxes].map(([number, box]) => [number, openRoom(box)]));
  fillRooms(stored, rooms);
  return new Map([...rooms].map(([number, { region }]) => [number, region]));
}

interface Box {
  columnFrom: number;
  columnTo: number;
  rowFrom: number;
  rowTo: number;
  readonly planes: Set<number>;
  fractional: boolean;
}

function boxArea(box: Box): number {
  return (box.columnTo - box.columnFrom + 1) * (box.rowTo - box.rowFrom + 1);
}

function findBoxes(stored: StoredPlanes): Map<number, Box> {
  const { columns, rows, shareOf } = stored;
  const boxes = new Map<number, Box>();
  stored.each((plane, values, region) => {
    eachRun(values, columns, rows, (number, row, from, to) => {
      const of = region ?? number;
      let box = boxes.get(of);
      if (box === undefined) {
        box = {
          columnFrom: from,
          columnTo: to,
          rowFrom: row,
          rowTo: row,
          planes: new Set(),
          fractional: false,
        };
        boxes.set(of, box);
      }
      if (from < box.columnFrom) box.columnFrom = from;
      if (to > box.columnTo) box.columnTo = to;
      if (row < box.rowFrom) box.rowFrom = row;
      if (row > box.rowTo) box.rowTo = row;
      box.planes.add(plane);
      if (region !== undefined && shareOf(number) !== 1) box.fractional = true;
    });
  });
  return boxes;
}

/** Calls `take` for each run of one value other than 0 in a row, columns `from` to `to`. */
function eachRun(
  values: ArrayLike<number>,
  columns: number,
  rows: number,
  take: (value: number, row: number, from: number, to: number) => void,
): void {
  for (let row = 0; row < rows; row++) {
    const start = row * columns;
    let column = 0;
    while (column < columns) {
      const value = values[start + column]!;
      if (value === 0) {
        column++;
        continue;
      }
      const from = column++;
      while (column < columns && values[start + column] === value) column++;
      take(value, row, from, column - 1);
    }
  }
}

interface Room {
  readonly region: CroppedRegion;
  readonly slotOfPlane: ReadonlyMap<number, number>;
}

function openRoom(box: Box): Room {
  const planes = [...box.planes].sort((a, b) => a - b);
  const count = planes.length * boxArea(box);
  return {
    region: {
      planes,
      first: [box.columnFrom, box.rowFrom],
      size: [box.columnTo - box.columnFrom + 1, box.rowTo - box.rowFrom + 1],
      shares: box.fractional ? new Float32Array(count) : new Uint8Array(count),
      fractional: box.fractional,
    },
    slotOfPlane: new Map(planes.map((plane, slot) => [plane, slot])),
  };
}

function fillRooms(stored: StoredPlanes, rooms: ReadonlyMap<number, Room>): void {
  const { columns, rows, shareOf } = stored;
  stored.each((plane, values, region) => {
    eachRun(values, columns, rows, (value, row, from, to) => {
      const { region: cropped, slotOfPlane } = rooms.get(region ?? value)!;
      const [width, height] = cropped.size;
      const line = slotOfPlane.get(plane)! * height + row - cropped.first[1];
      const start = line * width - cropped.first[0];
      const share = region === undefined ? 1 : shareOf(value);
      const { shares } = cropped;
      for (let at = start + from; at <= start + to; at++) {
        if (shares[at]! < share) shares[at] = share;
      }
    });
  });
}
