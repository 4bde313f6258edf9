import { type CoveredPixels, coverRightOf, listCovered, newCoverage } from "./coverage.ts";
import { windowOf } from "./pixel-window.ts";
import type { PlaneArea } from "./placed-roi.ts";
import { sweepBorder } from "./sweep-border.ts";
import { type Budget, sweepBudget } from "./sweep-slabs.ts";

/**
 * Every pixel of a plane that an area touches and the share of it that is covered, exact but for rounding: the border is
 * followed through the pixels it passes, and the trapezoids between it and the pixels' sides are summed.
 *
 * @param shape - columns and rows of the plane
 * @returns undefined when the outlines are so entangled that the budget ran out
 * @throws UnsupportedError E-TOO-LARGE as windowOf does
 */
export function coverArea(
  area: PlaneArea,
  [columns, rows]: readonly [number, number],
  budget: Budget = { left: sweepBudget },
): CoveredPixels | undefined {
  const plane = { column: 0, row: 0, columns, rows };
  const window = windowOf(area.components.flat(), plane, 0.5);
  if (window === undefined) return { pixels: new Uint32Array(0), shares: new Float64Array(0) };
  const coverage = newCoverage(window);
  const complete = sweepBorder(
    area,
    budget,
    (xFrom, from, xTo, to, side) => coverRightOf(coverage, xFrom, from, xTo, to, side),
    window.row - 0.5,
    window.row + window.rows - 0.5,
  );
  return complete ? listCovered(coverage, columns) : undefined;
}
