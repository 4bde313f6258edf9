import { describe, expect, test } from "vitest";
import { simplifyRing } from "#shared/report/simplify-ring.ts";

function makeCircle(count: number, radius: number, wobble = 0): Float64Array {
  return Float64Array.from({ length: 2 * count }, (_, n) => {
    const angle = (2 * Math.PI * (n >> 1)) / count;
    const r = radius + wobble * Math.sin(17 * angle);
    return 500 + r * (n % 2 === 0 ? Math.cos(angle) : Math.sin(angle));
  });
}

/** Distance of a point from a closed outline. */
function distanceTo(ring: Float64Array, x: number, y: number): number {
  let least = Infinity;
  for (let n = 0; n < ring.length; n += 2) {
    const [ax, ay] = [ring[n]!, ring[n + 1]!];
    const [dx, dy] = [ring[(n + 2) % ring.length]! - ax, ring[(n + 3) % ring.length]! - ay];
    const t = Math.min(1, Math.max(0, ((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy || 1)));
    least = Math.min(least, Math.hypot(x - ax - t * dx, y - ay - t * dy));
  }
  return least;
}

describe("a simpler outline", () => {
  test("has far fewer points, and every point left out lies near it", () => {
    for (const wobble of [0, 3, 40]) {
      const ring = makeCircle(2000, 300, wobble);
      const simple = simplifyRing(ring, 1.5);
      expect(simple.length).toBeLessThan(ring.length / 5);
      for (let n = 0; n < ring.length; n += 2) {
        expect(distanceTo(simple, ring[n]!, ring[n + 1]!)).toBeLessThan(3);
      }
    }
  });

  test("keeps the corners of a staircase and the tip of a spike", () => {
    const stairs = Float64Array.from([0, 0, 20, 0, 20, 20, 40, 20, 40, 40, 0, 40]);
    expect([...simplifyRing(stairs, 1.5)]).toEqual([...stairs]);
    const spike = Float64Array.from([0, 0, 50, 0, 100, 0, 50, 0.1, 0, 0.2, 0, 50]);
    expect(distanceTo(simplifyRing(spike, 1.5), 100, 0)).toBeLessThan(1.6);
  });

  test("is still an outline when all of it lies within the tolerance", () => {
    expect(simplifyRing(makeCircle(50, 0.2), 1.5).length).toBeGreaterThanOrEqual(6);
  });

  test("half a million points take a fraction of a second", () => {
    let state = 1;
    const ring = Float64Array.from({ length: 1_000_000 }, () => {
      state = (state * 48271) % 2147483647;
      return state / 2147483;
    });
    const start = performance.now();
    simplifyRing(ring, 1.5);
    expect(performance.now() - start).toBeLessThan(3000);
  });
});
