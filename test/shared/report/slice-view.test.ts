import { describe, expect, test } from "vitest";
import { areParallel, placeRing, positionAlong, viewPlanes } from "#shared/report/slice-view.ts";
import { type Grid, type Vector3, voxelCentre } from "#shared/volume/grid.ts";
import { type PlaneStack, planesOfGrid } from "#shared/volume/plane-stack.ts";

// 4 columns of 0.25 mm, 3 rows of 0.5 mm, 2 slices of 1 mm.
function makePlanes(row: Vector3, column: Vector3, origin: Grid["origin"] = "dicom"): PlaneStack {
  const [a, b, c] = row;
  const [d, e, f] = column;
  const normal = [b * f - c * e, c * d - a * f, a * e - b * d] as const;
  return planesOfGrid({
    shape: [4, 3, 2],
    affineLps: [
      ...[a * 0.25, d * 0.5, normal[0], 10],
      ...[b * 0.25, e * 0.5, normal[1], 20],
      ...[c * 0.25, f * 0.5, normal[2], 30],
      ...[0, 0, 0, 1],
    ],
    origin,
  });
}

const axial = makePlanes([1, 0, 0], [0, 1, 0]);

describe("an image as it is drawn", () => {
  test("the first voxel of a DICOM slice has its centre half a pixel from the corner", () => {
    expect([...placeRing(viewPlanes(axial), Float64Array.from([0, 0, 3, 2]))]).toEqual([
      0.5, 0.5, 3.5, 2.5,
    ]);
    expect([...placeRing(viewPlanes(axial), Float64Array.from([1, 1]), 10, 20)]).toEqual([15, 30]);
  });

  test("a map whose axes run the other way is turned to match: one place in space, one place on the page", () => {
    const first = viewPlanes(axial);
    const turned = makePlanes([-1, 0, 0], [0, -1, 0], "nifti");
    const exchanged = makePlanes([0, 1, 0], [-1, 0, 0], "nifti");
    expect(viewPlanes(turned, first).layout.turn).toEqual({
      transpose: false,
      flipRight: true,
      flipDown: true,
    });
    // Column 1, row 0 of the turned map is the second pixel from the right in its last row.
    expect([...placeRing(viewPlanes(turned, first), Float64Array.from([1, 0]))]).toEqual([
      2.5, 2.5,
    ]);
    const view = viewPlanes(exchanged, first);
    expect([view.layout.width, view.layout.height]).toEqual([3, 4]);
    expect([view.layout.right, view.layout.bottom]).toEqual(["L", "P"]);
    expect([...placeRing(view, Float64Array.from([1, 0]))]).toEqual([2.5, 1.5]);
  });

  test("a DICOM image on its head stays so, and a map beside it follows it", () => {
    const first = viewPlanes(makePlanes([-1, 0, 0], [0, 0, 1]));
    expect(first.layout.top).toBe("F");
    expect(viewPlanes(makePlanes([1, 0, 0], [0, 0, -1], "nifti"), first).layout.top).toBe("F");
  });

  test("planes that are not parallel keep the view of their own kind", () => {
    const coronal = makePlanes([1, 0, 0], [0, 0, 1], "nifti");
    expect(viewPlanes(coronal, viewPlanes(axial)).layout.bottom).toBe("F");
    expect(areParallel(viewPlanes(coronal).normal, viewPlanes(axial).normal)).toBe(false);
  });

  test("planes without directions are drawn all the same", () => {
    const flat = { ...axial, rowStep: [0, 0, 0], columnStep: [0, 0, 0], grid: undefined } as const;
    expect(viewPlanes(flat).normal).toEqual([0, 0, 0]);
    expect([...placeRing(viewPlanes(flat), Float64Array.from([0, 0]))]).toEqual([0.5, 0.5]);
  });
});

test("the position of a plane is that of its centre", () => {
  expect(positionAlong(axial, 1, [0, 0, 1])).toBe(31);
  const centre = voxelCentre(axial.grid!, [1.5, 1, 0]);
  expect(positionAlong(axial, 0, [1, 0, 0])).toBeCloseTo(centre[0], 12);
});
