import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { placeRoi } from "#shared/roi/place-roi.ts";
import type { PlacedRoi, RoiOnGrid } from "#shared/roi/placed-roi.ts";
import type { VoxelShape } from "#shared/roi/roi.ts";
import { contoursOnPlanes, voxelsOnPlanes } from "#shared/roi/roi-on-planes.ts";
import type { Vector3 } from "#shared/volume/grid.ts";
import type { PlaneStack } from "#shared/volume/plane-stack.ts";
import { gridOutline, starOutline } from "./arbitraries.ts";
import { circle, isWithin, rectangle, sum } from "./shapes.ts";
import {
  contourAt,
  positionOf,
  referenceOf,
  restored,
  roiOf,
  stackOf,
  type Turn,
} from "./stacks.ts";

const half = { edge: "half-open" } as const;
const place = (
  stack: PlaneStack,
  outlines: readonly (readonly [Float64Array, number])[],
): PlacedRoi =>
  placeRoi(
    roiOf(...outlines.map(([outline, k]) => contourAt(stack, outline, k))),
    referenceOf(stack),
    { nested: "hole" },
  );
const triplets = ({ voxels }: Pick<RoiOnGrid, "voxels">, { shape }: PlaneStack) =>
  [...voxels].map(
    (n): Vector3 => [
      n % shape[0],
      Math.floor(n / shape[0]) % shape[1],
      Math.floor(n / (shape[0] * shape[1])),
    ],
  );
const orders = [
  [0, 1, 2],
  [0, 2, 1],
  [1, 0, 2],
  [1, 2, 0],
  [2, 0, 1],
  [2, 1, 0],
] as const;

describe("outlines on the voxels of a grid", () => {
  const stack = stackOf([20, 16, 5]);

  test("on their own series fill its pixels and cover them", () => {
    const placed = place(stack, [
      [rectangle(3, 2, 8, 6), 1],
      [rectangle(2.5, 1.5, 7.5, 5.5), 3],
    ]);
    const found = contoursOnPlanes(placed, stack, stack, half);
    expect(found.voxels).toHaveLength(40);
    expect(sum(found.shares)).toBeCloseTo(40, 12);
    expect(found.touched).toHaveLength(30 + 20);
    expect(found).toMatchObject({ insideShare: 1, planesOutside: [], diagnostics: [] });
  });

  test("the same outline gives the same voxels in any orientation, size, place and order of planes", () => {
    const turn = fc.tuple(...[0, 1, 2].map(() => fc.integer({ min: -180, max: 180 })));
    const size = fc.tuple(...[0, 1, 2].map(() => fc.double({ min: 0.05, max: 4, noNaN: true })));
    const origin = fc.tuple(...[0, 1, 2].map(() => fc.integer({ min: -300, max: 300 })));
    const outline = fc.oneof(gridOutline, starOutline);
    fc.assert(
      fc.property(outline, outline, turn, size, origin, (a, b, turned, sized, placed) => {
        const drawn = [
          [a, 1],
          [b, 3],
        ] as const;
        const plain = contoursOnPlanes(place(stack, drawn), stack, stack, half);
        const other = stackOf(
          stack.shape,
          sized as unknown as Vector3,
          turned as unknown as Turn,
          placed as unknown as Vector3,
        );
        const found = contoursOnPlanes(place(other, drawn.toReversed()), other, other, half);
        expect(found.voxels).toEqual(plain.voxels);
        expect(Math.abs(sum(found.shares) - sum(plain.shares))).toBeLessThan(1e-6);
      }),
    );
  });

  test("voxels stored in any order and direction of axes are the same voxels", () => {
    const oblique = stackOf([20, 16, 5], [0.7, 0.4, 1.5], [25, 10, -50], [3, 4, 5]);
    const direction = fc.tuple(fc.boolean(), fc.boolean(), fc.boolean());
    fc.assert(
      fc.property(gridOutline, fc.constantFrom(...orders), direction, (outline, axes, reversed) => {
        const placed = place(oblique, [
          [outline, 1],
          [outline, 4],
        ]);
        const target = restored(oblique, axes, reversed);
        const found = contoursOnPlanes(placed, oblique, target, half);
        const back = triplets(found, target).map((index) => {
          const n = [0, 0, 0];
          for (const [at, axis] of axes.entries()) {
            n[axis] = reversed[at] ? oblique.shape[axis]! - 1 - index[at]! : index[at]!;
          }
          return n[0]! + 20 * (n[1]! + 16 * n[2]!);
        });
        const plain = contoursOnPlanes(placed, oblique, oblique, half);
        expect(back.sort((a, b) => a - b)).toEqual([...plain.voxels]);
        expect(found.voxels.toSorted()).toEqual(found.voxels);
        expect(found.touched.toSorted()).toEqual(found.touched);
        expect(sum(found.shares)).toBeCloseTo(sum(plain.shares), 6);
        expect(found.diagnostics).toEqual([]);
      }),
    );
  });

  test("a grid turned in the plane takes the outline in its own pixels", () => {
    const turned = stackOf([30, 30, 5], [0.8, 0.9, 1], [0, 0, 33], [4, -5, 0]);
    const outline = circle(9, 8, 5, 40, 0.7);
    const found = contoursOnPlanes(place(stack, [[outline, 2]]), stack, turned, half);
    const inside = new Set(found.voxels);
    for (let n = 0; n < 900; n++) {
      const [x, y] = positionOf(turned, [n % 30, Math.floor(n / 30), 2]);
      expect(inside.has(n + 1800)).toBe(isWithin(outline, x, y));
    }
    expect(found.insideShare).toBe(1);
    expect(sum(found.shares) * 0.72).toBeCloseTo(place(stack, [[outline, 2]]).netAreaMm2, 9);
  });

  test("a grid that is tilted is tested voxel by voxel, and that is said", () => {
    const tilted = stackOf([26, 24, 9], [0.9, 0.9, 0.8], [20, 9, 5], [-2, -2, -1.03]);
    const outlines = [
      [circle(9, 8, 5, 40, 0.7), 1],
      [circle(9, 8, 4, 30, 0.7), 2],
    ] as const;
    for (const target of [tilted, { ...tilted, grid: undefined }]) {
      const found = contoursOnPlanes(place(stack, outlines), stack, target, half);
      const expected = new Set<number>();
      for (let n = 0; n < 26 * 24 * 9; n++) {
        const k = Math.floor(n / (26 * 24));
        const [x, y, z] = positionOf(tilted, [n % 26, Math.floor(n / 26) % 24, k]);
        const plane = Math.floor(z + 0.5);
        const outline = outlines.find(([, at]) => at === plane)?.[0];
        if (outline !== undefined && isWithin(outline, x, y)) expected.add(n);
      }
      expect(new Set(found.voxels)).toEqual(expected);
      expect(expected.size).toBeGreaterThan(150);
      expect(found.diagnostics.map(({ code }) => code)).toEqual(["GRID_DIFFERS"]);
      expect(found.insideShare).toBeGreaterThan(0.8);
    }
  });

  test("the share inside a tilted grid is that of the area in its voxels' box", () => {
    const placed = place(stack, [[rectangle(2, 2, 10, 6), 2]]);
    // Tilted about the row direction by 10 degrees; its columns end in the middle of the rectangle.
    const cut = stackOf([7, 40, 40], [1, 1, 1], [10, 0, 0], [-0.5, -20, -20]);
    const found = contoursOnPlanes(placed, stack, cut, half);
    expect(found.insideShare).toBeCloseTo(0.5, 6);
    const away = stackOf([7, 40, 40], [1, 1, 1], [10, 0, 0], [100, -20, -20]);
    const nothing = contoursOnPlanes(placed, stack, away, half);
    expect(nothing).toMatchObject({ insideShare: 0, planesOutside: [2] });
    expect(nothing.voxels).toHaveLength(0);
  });

  test("planes without a slice and parts beyond the grid are outside", () => {
    const placed = place(
      stack,
      [0, 1, 2, 3, 4].map((k) => [rectangle(2, 2, 10, 6), k] as const),
    );
    const few = stackOf([20, 16, 2], [1, 1, 1], [0, 0, 0], [0, 0, 1]);
    const found = contoursOnPlanes(placed, stack, few, half);
    expect(found).toMatchObject({ planesOutside: [0, 3, 4], diagnostics: [] });
    expect(found.insideShare).toBeCloseTo(2 / 5, 12);
    const narrow = stackOf([6, 16, 5], [1, 1, 1], [0, 0, 0], [0.5, 0, 0]);
    const cut = contoursOnPlanes(placed, stack, narrow, half);
    expect(cut.insideShare).toBeCloseTo(0.5, 12);
    const nothing = { ...placed, slices: [], netAreaMm2: 0 };
    expect(contoursOnPlanes(nothing, stack, stack, half).insideShare).toBeNaN();
  });

  test("thin slices each take the nearest plane, thick ones too, and what lies between is told", () => {
    const placed = place(stack, [
      [rectangle(2, 2, 10, 6), 1],
      [rectangle(2, 2, 4, 6), 2],
    ]);
    const thin = stackOf([20, 16, 10], [1, 1, 0.5], [0, 0, 0], [0, 0, -0.25]);
    const twice = contoursOnPlanes(placed, stack, thin, half);
    expect(twice.voxels).toHaveLength(2 * 32 + 2 * 8);
    expect(twice.insideShare).toBe(1);
    expect(twice.diagnostics[0]).toMatchObject({ code: "GRID_DIFFERS", severity: "warning" });
    const thick = stackOf([20, 16, 3], [1, 1, 2]);
    const once = contoursOnPlanes(placed, stack, thick, half);
    expect(once.voxels).toHaveLength(8);
    expect(once).toMatchObject({ insideShare: 1, planesOutside: [] });
    expect(once.diagnostics[0]).toMatchObject({ code: "GRID_DIFFERS", severity: "info", value: 1 });
  });

  test("affines rounded to 32 bits decide nothing about centres on an outline", () => {
    const fine = stackOf([300, 200, 3], [0.12, 0.15, 1], [0, 0, 0], [-14.6, -17.525, 10]);
    const placed = place(fine, [[rectangle(250, 160, 255, 164), 1]]);
    const target = { ...fine, grid: undefined };
    const rounded = (v: Vector3) => v.map(Math.fround) as unknown as Vector3;
    const stored = {
      ...target,
      ...{ rowStep: rounded(fine.rowStep), columnStep: rounded(fine.columnStep) },
      origins: fine.origins.map(rounded),
    };
    const found = contoursOnPlanes(placed, fine, stored, half);
    expect(found.voxels).toEqual(contoursOnPlanes(placed, fine, fine, half).voxels);
    expect(found.touched).toHaveLength(30);
  });

  test("outlines too entangled for shares still give their voxels", () => {
    const tangle = Float64Array.from({ length: 40_000 }, (_, n) => (n * 7919 * (n + 3)) % 509);
    const area = { components: [[tangle]], exclusions: [] };
    const large = stackOf([512, 512, 1]);
    const placed = {
      ...{ slices: [{ plane: 0, area }], diagnostics: [], contours: { total: 1, used: 1 } },
      ...{ contourAreaMm2: 1, netAreaMm2: 1 },
    };
    const found = contoursOnPlanes(placed, large, large, half);
    expect(found.touched).toEqual(found.voxels);
    expect(found.voxels.length).toBeGreaterThan(1000);
    expect(found.diagnostics[0]?.code).toBe("UNSUPPORTED_CONTOUR_GEOMETRY");
  });
});

describe("voxels on the voxels of a grid", () => {
  const stack = stackOf([12, 10, 4], [1, 2, 3], [30, 20, 10], [7, 8, 9]);
  const count = 12 * 10 * 4;
  const some = Uint8Array.from({ length: count }, (_, n) => ((n * 37) % 11 < 4 ? 1 : 0));
  const shapeOf = (planes: PlaneStack, shares: VoxelShape["shares"]): VoxelShape => ({
    ...{ form: "voxels", planes, shares },
    fractional: shares instanceof Float32Array,
  });
  const threshold = { threshold: 0.5 };

  test("of the same grid are copied", () => {
    const found = voxelsOnPlanes(shapeOf(stack, some), stack, threshold);
    expect([...found.voxels]).toEqual([...some.keys()].filter((n) => some[n] === 1));
    expect(found.touched).toEqual(found.voxels);
    expect(found).toMatchObject({ insideShare: 1, planesOutside: [], diagnostics: [] });
  });

  test("stored in other orders, directions and planes are copied to the same places", () => {
    for (const axes of orders) {
      for (const flips of [0, 1, 2, 3, 4, 5, 6, 7]) {
        const reversed = [flips % 2 === 1, (flips >> 1) % 2 === 1, flips > 3] as const;
        const target = restored(stack, axes, reversed);
        const found = voxelsOnPlanes(shapeOf(stack, some), target, threshold);
        const places = new Set(
          triplets(found, target).map((n) =>
            positionOf(target, n)
              .map((v) => v.toFixed(6))
              .join(),
          ),
        );
        const wanted = triplets(
          { voxels: Uint32Array.from([...some.keys()].filter((n) => some[n] === 1)) },
          stack,
        );
        expect(places).toEqual(
          new Set(
            wanted.map((n) =>
              positionOf(stack, n)
                .map((v) => v.toFixed(6))
                .join(),
            ),
          ),
        );
        expect(found.insideShare).toBe(1);
      }
    }
  });

  test("of few planes in any order, cropped, land where they belong; what is beyond the grid is outside", () => {
    const order = [3, 0, 7];
    const cropped: PlaneStack = {
      ...stack,
      ...{ shape: [5, 4, 3], grid: undefined },
      origins: order.map((k) => positionOf(stack, [6, 8, k])),
    };
    const found = voxelsOnPlanes(shapeOf(cropped, new Uint8Array(60).fill(1)), stack, threshold);
    expect(triplets(found, stack)).toEqual(
      [0, 3].flatMap((k) => [8, 9].flatMap((j) => [6, 7, 8, 9, 10].map((i) => [i, j, k]))),
    );
    expect(found.insideShare).toBeCloseTo(20 / 60, 12);
    expect(found.planesOutside).toEqual([2]);
  });

  test("of a fractional segmentation belong to it from the threshold on, and keep their shares", () => {
    const shares = Float32Array.from({ length: count }, (_, n) => (n % 5) / 4);
    const found = voxelsOnPlanes(shapeOf(stack, shares), stack, { threshold: 0.75 });
    expect(found.voxels).toHaveLength((2 * count) / 5);
    expect(found.touched).toHaveLength((4 * count) / 5);
    expect(sum(found.shares)).toBeCloseTo((count / 5) * 2.5, 9);
    expect(found.diagnostics[0]).toMatchObject({
      code: "FRACTIONAL_THRESHOLD",
      value: (2 * count) / 5,
    });
    expect(found.diagnostics[0]?.text).toContain(`of ${(4 * count) / 5} above zero`);
  });

  test("on a coarser grid cover shares of its volume, and half is not enough", () => {
    const fine = stackOf([8, 8, 4]);
    const shares = new Uint8Array(256);
    for (const [i, j, k] of [
      [0, 0, 0],
      [1, 0, 0],
      [0, 1, 0],
      [1, 1, 0],
      [4, 0, 0],
      [5, 0, 0],
      [4, 1, 0],
      [5, 1, 0],
      [4, 0, 1],
      [4, 4, 1],
      [4, 4, 2],
    ]) {
      shares[i! + 8 * (j! + 8 * k!)] = 1;
    }
    const coarse = stackOf([4, 4, 2], [2, 2, 2], [0, 0, 0], [0.5, 0.5, 0.5]);
    const found = voxelsOnPlanes(shapeOf(fine, shares), coarse, threshold);
    expect([...found.touched]).toEqual([0, 2, 10, 26]);
    expect([...found.shares]).toEqual([0.5, 0.625, 0.125, 0.125]);
    expect([...found.voxels]).toEqual([2]);
    expect(found.insideShare).toBe(1);
    expect(found.diagnostics.map(({ code }) => code)).toEqual(["GRID_DIFFERS"]);
  });

  test("on a grid turned in the plane keep their volume", () => {
    const turned = stackOf([40, 40, 4], [0.7, 0.6, 1], [0, 0, 40], [3, -8, 0]);
    const shares = Float32Array.from({ length: 256 }, (_, n) => ((n * 7) % 5) / 4);
    const found = voxelsOnPlanes(shapeOf(stackOf([8, 8, 4]), shares), turned, threshold);
    expect(sum(found.shares) * 0.42).toBeCloseTo(sum(shares), 6);
    expect(found.insideShare).toBeCloseTo(1, 9);
  });

  test("on a tilted grid give their share to the voxels whose centre they hold", () => {
    const tilted = stackOf([12, 12, 9], [0.8, 0.8, 0.7], [20, 15, 0], [-0.6, -0.6, -0.4]);
    const shares = Uint8Array.from({ length: 256 }, (_, n) => ((n * 7) % 5 < 2 ? 1 : 0));
    for (const target of [tilted, { ...tilted, grid: undefined }]) {
      const found = voxelsOnPlanes(shapeOf(stackOf([8, 8, 4]), shares), target, threshold);
      const wanted: number[] = [];
      for (let n = 0; n < 12 * 12 * 9; n++) {
        const [x, y, z] = positionOf(tilted, [
          n % 12,
          Math.floor(n / 12) % 12,
          Math.floor(n / 144),
        ]);
        const [i, j, k] = [x, y, z].map((v) => Math.floor(v + 0.5)) as [number, number, number];
        const isIn = i >= 0 && j >= 0 && k >= 0 && i < 8 && j < 8 && k < 4;
        if (isIn && shares[i + 8 * (j + 8 * k)] === 1) wanted.push(n);
      }
      expect([...found.voxels]).toEqual(wanted);
      expect(found.insideShare).toBeGreaterThan(0.5);
    }
  });

  test("none at all give nothing", () => {
    const found = voxelsOnPlanes(shapeOf(stack, new Uint8Array(count)), stack, threshold);
    expect(found.voxels).toHaveLength(0);
    expect(found.insideShare).toBeNaN();
  });
});
