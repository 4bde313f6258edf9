/**
 * A closed outline with fewer points: what is left out lies within about `tolerance` of the new line. One pass over the points
 * (sleeve fitting: Zhao & Saalfeld, Auto-Carto 13, 1997), so that no outline is too long.
 *
 * @param ring - x, y, x, y, ...
 */
export function simplifyRing(ring: Float64Array, tolerance: number): Float64Array {
  const count = ring.length >> 1;
  if (count <= 4) return ring;
  const kept = [ring[0]!, ring[1]!];
  let [ax, ay] = [ring[0]!, ring[1]!];
  let sleeve = open;
  let farthest = 0;
  for (let n = 1; n <= count; n++) {
    const at = (n % count) * 2;
    const [dx, dy] = [ring[at]! - ax, ring[at + 1]! - ay];
    const distance = Math.hypot(dx, dy);
    const next = narrow(sleeve, Math.atan2(dy, dx), distance, tolerance);
    // A way that turns back leaves its farthest point behind.
    if (next !== undefined && distance >= farthest - tolerance) {
      sleeve = next;
      farthest = Math.max(farthest, distance);
      continue;
    }
    const before = (n - 1) * 2;
    [ax, ay] = [ring[before]!, ring[before + 1]!];
    kept.push(ax, ay);
    const [ex, ey] = [ring[at]! - ax, ring[at + 1]! - ay];
    farthest = Math.hypot(ex, ey);
    sleeve = narrow(open, Math.atan2(ey, ex), farthest, tolerance) ?? open;
  }
  return kept.length < 6 ? ring.slice(0, 6) : Float64Array.from(kept);
}

/** Directions in which the next point may lie: a middle one, and how far to both sides of it, radians. */
interface Sleeve {
  readonly middle: number;
  readonly low: number;
  readonly high: number;
}

const open: Sleeve = { middle: 0, low: -Infinity, high: Infinity };

/** The directions that also pass within the tolerance of a point; undefined when the point itself lies outside them. */
function narrow(
  sleeve: Sleeve,
  angle: number,
  distance: number,
  tolerance: number,
): Sleeve | undefined {
  if (distance <= tolerance) return sleeve;
  const half = Math.asin(tolerance / distance);
  if (sleeve.low === -Infinity) return { middle: angle, low: -half, high: half };
  const turn = angle - sleeve.middle;
  const offset = Math.atan2(Math.sin(turn), Math.cos(turn));
  if (offset < sleeve.low || offset > sleeve.high) return undefined;
  return {
    middle: sleeve.middle,
    low: Math.max(sleeve.low, offset - half),
    high: Math.min(sleeve.high, offset + half),
  };
}
