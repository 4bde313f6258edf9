import { joinOutlines } from "./join-outlines.ts";
import { type MeasuredOutline, measureOutline } from "./measure-outlines.ts";
import type { PlaneArea } from "./placed-roi.ts";
import type { Remark } from "./remark.ts";
import { sayEntangled, sayNoArea, saySelfIntersecting } from "./say-combined.ts";
import { measureArea } from "./sweep-border.ts";
import { type Budget, sweepBudget } from "./sweep-slabs.ts";

/** An outline of a region in one plane. */
export interface Outline {
  /** Continuous index coordinates (column, row), shape [n, 2]. */
  readonly points: Float64Array;
  readonly kind: "closed" | "xor" | "exclude";
  /** Position of the contour in its region as stored in the file, 0 first. */
  readonly contour: number;
}

/** How outlines of one plane are joined. */
export interface CombineOptions {
  /** What an outline inside another of the same region is: a hole in it, or nothing that matters. */
  readonly nested: "hole" | "union";
  /** Area of a pixel, mm²: for the sentences. */
  readonly pixelAreaMm2: number;
}

/** The outlines of a region in one plane, joined. */
export interface Combined {
  readonly area: PlaneArea;
  /** Outlines with an area, copies counted too. */
  readonly used: readonly Outline[];
  /** Sum of the shoelace areas of the used outlines that are not taken away, px². */
  readonly shoelaceArea: number;
  /** Area enclosed after holes and overlaps, px². */
  readonly netArea: number;
  readonly remarks: readonly Remark[];
}

/** Smaller outlines have no area, px²: it is rounding of coordinates. */
const leastArea = 1e-6;

/** Even-odd and non-zero rule may differ by this share of the area before it is said (roi.md 7). */
const crossingShare = 0.01;

/** An outline with its measures. */
export interface Measured extends MeasuredOutline {
  readonly outline: Outline;
}

/**
 * Joins the outlines of a region that lie in one plane (roi.md 7): copies count once, disjoint ones are islands, one
 * inside another is a hole (or not, by option), those that overlap in part are joined to their union, XOR outlines
 * combine by exclusive or, excluded ones are taken away. Each outline alone is filled by the even-odd rule.
 *
 * How two outlines lie to each other is judged by the areas they enclose alone and in common, so touching, coincident
 * and crossing edges need no cases of their own; strips narrower than 1e-3 px do not count.
 *
 * @param budget - when it runs out, no outline is used and each is remarked on
 */
export function combineContours(
  outlines: readonly Outline[],
  options: CombineOptions,
  budget: Budget = { left: sweepBudget },
): Combined {
  const measured: Measured[] = [];
  for (const outline of outlines) {
    const measures = measureOutline(outline.points, budget);
    if (measures === undefined) return entangled(outlines);
    measured.push({ ...measures, outline });
  }
  const used = measured.filter(({ area }) => area > leastArea);
  const remarks = measured
    .filter(({ area }) => !(area > leastArea))
    .map(({ outline }) => sayNoArea(outline.contour));
  for (const { outline, area, nonZeroArea } of used) {
    if (nonZeroArea - area <= crossingShare * area) continue;
    remarks.push(saySelfIntersecting(outline.contour, area, nonZeroArea, options.pixelAreaMm2));
  }
  const joined = joinOutlines(used, options, budget, remarks);
  const netArea = joined === undefined ? undefined : netAreaOf(joined, used, budget);
  if (joined === undefined || netArea === undefined) return entangled(outlines);
  return {
    area: joined,
    used: used.map(({ outline }) => outline),
    shoelaceArea: used.reduce(
      (sum, { outline, shoelace }) => sum + (outline.kind === "exclude" ? 0 : shoelace),
      0,
    ),
    netArea,
    remarks,
  };
}

function netAreaOf(area: PlaneArea, used: readonly Measured[], budget: Budget): number | undefined {
  return used.length === 1 && area.exclusions.length === 0
    ? used[0]!.area
    : measureArea(area, budget);
}

function entangled(outlines: readonly Outline[]): Combined {
  const remarks = outlines.map(({ contour, points }) => sayEntangled(contour, points.length / 2));
  const area = { components: [], exclusions: [] };
  return { area, used: [], shoelaceArea: 0, netArea: 0, remarks };
}
