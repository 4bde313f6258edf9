import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { affineOf, qformOf } from "#shared/nifti/qform.ts";
import { affineFromAxes } from "#shared/volume/affine.ts";
import type { Vector3 } from "#shared/volume/grid.ts";

const angle = fc.double({ min: -Math.PI, max: Math.PI, noNaN: true });
const size = fc.double({ min: 0.05, max: 5, noNaN: true });

describe("qform", () => {
  test("any rotation, voxel size and handedness comes back", () => {
    fc.assert(
      fc.property(
        angle,
        angle,
        angle,
        size,
        size,
        size,
        fc.boolean(),
        (a, b, c, dx, dy, dz, flip) => {
          const [ca, sa, cb, sb, cc, sc] = [a, b, c].flatMap((t) => [Math.cos(t), Math.sin(t)]) as [
            number,
            number,
            number,
            number,
            number,
            number,
          ];
          const columns: [Vector3, Vector3, Vector3] = [
            [ca * cb, sa * cb, -sb],
            [ca * sb * sc - sa * cc, sa * sb * sc + ca * cc, cb * sc],
            [ca * sb * cc + sa * sc, sa * sb * cc - ca * sc, cb * cc],
          ];
          const scaled = (v: Vector3, by: number): Vector3 => [v[0] * by, v[1] * by, v[2] * by];
          const affine = affineFromAxes(
            scaled(columns[0], dx),
            scaled(columns[1], dy),
            scaled(columns[2], flip ? -dz : dz),
            [1, -2, 3],
          );
          const qform = qformOf(affine)!;
          expect(qform.qfac).toBe(flip ? -1 : 1);
          affineOf(qform).forEach((value, entry) => {
            expect(Math.abs(value - affine[entry]!)).toBeLessThan(1e-6);
          });
        },
      ),
    );
  });

  test("shear has no qform", () => {
    expect(qformOf(affineFromAxes([1, 0, 0], [0.01, 1, 0], [0, 0, 1], [0, 0, 0]))).toBeUndefined();
  });

  test("a quaternion whose stored digits overshoot length 1 is a half-turn, not NaN", () => {
    const half = Math.fround(Math.SQRT1_2) * 1.0000003;
    const affine = affineOf({
      quaternion: [half, half, 0],
      pixdim: [1, 1, 1],
      qfac: 1,
      offset: [0, 0, 0],
    });
    expect(affine.every(Number.isFinite)).toBe(true);
    const expected = [0, 1, 0, 0, 1, 0, 0, 0, 0, 0, -1, 0, 0, 0, 0, 1];
    affine.forEach((value, entry) => {
      expect(value).toBeCloseTo(expected[entry]!, 6);
    });
  });
});
