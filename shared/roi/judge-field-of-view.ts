import type { PlaneStack } from "#shared/volume/plane-stack.ts";
import type { Combined } from "./combine-contours.ts";
import { coverArea } from "./cover-area.ts";
import type { Diagnostic } from "./diagnostic.ts";
import { type Bounds, boundsOf, joinBounds } from "./outline.ts";
import { nameRoi } from "./remark.ts";
import type { Roi } from "./roi.ts";

/** A smaller share outside is not worth a word. */
const worthSaying = 1e-3;

/** Says when a region lies outside the images it was drawn on, all of it or a part. */
export function judgeFieldOfView(
  roi: Pick<Roi, "number" | "name">,
  parts: readonly Pick<Combined, "area" | "netArea">[],
  planes: PlaneStack,
): readonly Diagnostic[] {
  const [columns, rows] = planes.shape;
  const drawn = parts.filter(({ netArea }) => netArea > 0);
  if (drawn.length === 0) return [];
  const boxes = drawn.map(({ area }) => joinBounds(area.components.flat().map(boundsOf)));
  let [inside, total] = [0, 0];
  for (const [n, { area, netArea }] of drawn.entries()) {
    total += netArea;
    const { xMin, xMax, yMin, yMax } = boxes[n]!;
    const isWithin = xMin >= -0.5 && yMin >= -0.5 && xMax <= columns - 0.5 && yMax <= rows - 0.5;
    const covered = isWithin ? undefined : coverArea(area, [columns, rows]);
    inside +=
      covered === undefined ? netArea : covered.shares.reduce((sum, share) => sum + share, 0);
  }
  if (inside > (1 - worthSaying) * total) return [];
  if (inside > 0) {
    const value = inside / total;
    const text = `Only ${(100 * value).toFixed(0)} % of the area of ${nameRoi(roi)} lies inside the images it was drawn on.`;
    return [{ code: "OUT_OF_FOV", severity: "warning", text, value }];
  }
  const { where, mm } = missBy(joinBounds(boxes), planes);
  const text = `${nameRoi(roi)} lies completely outside the image${where}.`;
  return [{ code: "OUT_OF_FOV", severity: "error", text, value: mm }];
}

/** By how much, and on which side, a box misses the image. */
function missBy(
  { xMin, xMax, yMin, yMax }: Bounds,
  { shape, rowStep, columnStep }: PlaneStack,
): { where: string; mm: number | undefined } {
  const [column, row] = [Math.hypot(...rowStep), Math.hypot(...columnStep)];
  const misses = [
    ["left", (-0.5 - xMax) * column],
    ["right", (xMin - (shape[0] - 0.5)) * column],
    ["upper", (-0.5 - yMax) * row],
    ["lower", (yMin - (shape[1] - 0.5)) * row],
  ] as const;
  const [border, mm] = misses.reduce((most, miss) => (miss[1] > most[1] ? miss : most));
  if (!(mm > 0)) return { where: "", mm: undefined };
  return { where: ` (about ${Number(mm.toPrecision(2))} mm beyond its ${border} border)`, mm };
}
