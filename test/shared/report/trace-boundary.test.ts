import { describe, expect, test } from "vitest";
import { traceBoundary } from "#shared/report/trace-boundary.ts";

/** Voxels marked with # in rows of one slice. */
function read(rows: readonly string[], plane = 0): Uint32Array {
  const nx = rows[0]!.length;
  const found = rows.flatMap((row, j) =>
    [...row].flatMap((mark, i) => (mark === "#" ? [plane * nx * rows.length + j * nx + i] : [])),
  );
  return Uint32Array.from(found);
}

/** Twice the signed area (shoelace), positive clockwise on the screen. */
function area(ring: Float64Array): number {
  let sum = 0;
  for (let n = 0; n < ring.length; n += 2) {
    const next = (n + 2) % ring.length;
    sum += ring[n]! * ring[next + 1]! - ring[next]! * ring[n + 1]!;
  }
  return sum / 2;
}

describe("the border of voxels", () => {
  test("of one voxel is its four corners, half a voxel around its centre", () => {
    expect(traceBoundary(read(["...", ".#."]), 0, [3, 2]).map((ring) => [...ring])).toEqual([
      [0.5, 0.5, 1.5, 0.5, 1.5, 1.5, 0.5, 1.5],
    ]);
  });

  test("has corners only, and a hole runs the other way round", () => {
    const rows = ["#####", "#...#", "#####"];
    const rings = traceBoundary(read(rows), 0, [5, 3]);
    expect(rings.map((ring) => ring.length / 2)).toEqual([4, 4]);
    expect(rings.map(area)).toEqual([15, -3]);
  });

  test("keeps voxels apart that touch at a corner only", () => {
    const rings = traceBoundary(read(["#.", ".#"]), 0, [2, 2]);
    expect(rings.map(area)).toEqual([1, 1]);
  });

  test("sums up to the number of voxels, for any pattern, on any plane", () => {
    let state = 1;
    for (let round = 0; round < 40; round++) {
      const rows = Array.from({ length: 9 }, () =>
        Array.from({ length: 11 }, () => {
          state = (state * 48271) % 2147483647;
          return state % 3 === 0 ? "." : "#";
        }).join(""),
      );
      const voxels = read(rows, 2);
      const rings = traceBoundary(voxels, 2, [11, 9]);
      expect(rings.reduce((sum, ring) => sum + area(ring), 0)).toBe(voxels.length);
      expect(traceBoundary(voxels, 1, [11, 9])).toEqual([]);
      // No corner lies on a straight piece.
      for (const ring of rings) {
        for (let n = 0; n < ring.length; n += 2) {
          const [a, b] = [(n + 2) % ring.length, (n + 4) % ring.length];
          const level = ring[n + 1] === ring[a + 1] && ring[a + 1] === ring[b + 1];
          const upright = ring[n] === ring[a] && ring[a] === ring[b];
          expect(level || upright).toBe(false);
        }
      }
    }
  });
});
