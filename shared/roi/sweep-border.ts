import { tabulateEdges } from "./edge-table.ts";
import type { PlaneArea } from "./placed-roi.ts";
import { type Budget, sweepSlabs } from "./sweep-slabs.ts";

/**
 * A piece of the border of an area, from (xFrom, from) to (xTo, to), px, from < to; the area lies on the side of the
 * higher columns (1) or of the lower ones (-1).
 */
export type ShowBorder = (
  xFrom: number,
  from: number,
  xTo: number,
  to: number,
  side: 1 | -1,
) => void;

/**
 * Walks the border of an area between two rows, its level parts left out.
 *
 * @returns false when the budget ran out before the end
 */
export function sweepBorder(
  area: PlaneArea,
  budget: Budget,
  show: ShowBorder,
  lowest = -Infinity,
  highest = Infinity,
): boolean {
  const { components, exclusions } = area;
  const outlines = [...components.flat(), ...exclusions];
  // The exclusions own the last place.
  const owner = Int32Array.from([
    ...components.flatMap((component, n) => component.map(() => n)),
    ...exclusions.map(() => components.length),
  ]);
  const within = new Uint8Array(outlines.length);
  const holders = new Int32Array(components.length + 1);
  const edges = tabulateEdges(outlines, lowest, highest);
  return sweepSlabs(edges, budget, ({ from, to, order, count, xFrom, xTo }) => {
    within.fill(0);
    holders.fill(0);
    let [odd, inside] = [false, false];
    for (let n = 0; n < count; n++) {
      const edge = order[n]!;
      const outline = edges.outline[edge]!;
      const place = owner[outline]!;
      const was = holders[place]! > 0;
      within[outline]! ^= 1;
      holders[place]! += within[outline]! === 1 ? 1 : -1;
      if (holders[place]! > 0 === was) continue;
      if (place < components.length) odd = !odd;
      const now = odd && holders[components.length] === 0;
      if (now === inside) continue;
      inside = now;
      show(xFrom[edge]!, from, xTo[edge]!, to, now ? 1 : -1);
    }
    return true;
  });
}

/** Area enclosed, px²; undefined when the budget ran out. */
export function measureArea(area: PlaneArea, budget: Budget): number | undefined {
  let sum = 0;
  const complete = sweepBorder(area, budget, (xFrom, from, xTo, to, side) => {
    sum -= (side * (xFrom + xTo) * (to - from)) / 2;
  });
  return complete ? sum : undefined;
}
