import {
  type Coverage,
  type CoveredPixels,
  coverRightOf,
  listCovered,
  newCoverage,
} from "./coverage.ts";
import type { RegionRoom } from "./list-room.ts";
import { shoelaceArea } from "./outline.ts";
import { windowOf } from "./pixel-window.ts";
import type { PlaneArea } from "./placed-roi.ts";
import { isSimple } from "./simple-outline.ts";
import { sweepBorder } from "./sweep-border.ts";
import { type Budget, sweepBudget } from "./sweep-slabs.ts";

/**
 * Every pixel of a plane that an area touches and the share of it that is covered, exact but for rounding: the border is
 * followed through the pixels it passes, and the trapezoids between it and the pixels' sides are summed.
 *
 * @param shape - columns and rows of the plane
 * @param room - where the lists are made, when they need not last
 * @returns undefined when the outlines are so entangled that the budget ran out
 * @throws UnsupportedError E-TOO-LARGE as windowOf does
 */
export function coverArea(
  area: PlaneArea,
  [columns, rows]: readonly [number, number],
  budget: Budget = { left: sweepBudget },
  room?: RegionRoom,
): CoveredPixels | undefined {
  const plane = { column: 0, row: 0, columns, rows };
  const window = windowOf(area.components.flat(), plane, 0.5);
  if (window === undefined)
    return { pixels: new Uint32Array(0), shares: new Float64Array(0), total: 0 };
  const coverage = newCoverage(window);
  const alone = onlyOutline(area);
  if (alone !== undefined && isSimple(alone)) {
    coverOutline(alone, coverage);
    return listCovered(coverage, columns, room);
  }
  const complete = sweepBorder(
    area,
    budget,
    (xFrom, from, xTo, to, side) => coverRightOf(coverage, xFrom, from, xTo, to, side),
    window.row - 0.5,
    window.row + window.rows - 0.5,
  );
  return complete ? listCovered(coverage, columns, room) : undefined;
}

/** The outline of an area that has only one. */
function onlyOutline({ components, exclusions }: PlaneArea): Float64Array | undefined {
  const isOne = components.length === 1 && components[0]!.length === 1 && exclusions.length === 0;
  return isOne ? components[0]![0] : undefined;
}

/** Adds the area of a simple outline: every edge is border, and the area lies on the same side of all of them. */
function coverOutline(points: Float64Array, coverage: Coverage): void {
  const side = shoelaceArea(points) > 0 ? 1 : -1;
  let [x, y] = [points.at(-2)!, points.at(-1)!];
  for (let n = 0; n < points.length; n += 2) {
    const [xTo, yTo] = [points[n]!, points[n + 1]!];
    if (y < yTo) coverRightOf(coverage, x, y, xTo, yTo, -side);
    else if (y > yTo) coverRightOf(coverage, xTo, yTo, x, y, side);
    [x, y] = [xTo, yTo];
  }
}
