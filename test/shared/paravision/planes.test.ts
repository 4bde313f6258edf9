import { describe, expect, test } from "vitest";
import { planeOf } from "#shared/paravision/planes.ts";
import { array, axialSlices, type VisuChanges, visuWith } from "#test/phantom/visu-file.ts";

const volume: VisuChanges = {
  VisuCoreDim: "3",
  VisuCoreSize: "( 3 )\n4 3 5",
  VisuCoreDimDesc: "( 3 )\nspatial spatial spatial",
  VisuCoreExtent: "( 3 )\n2 1.2 10",
  VisuCoreUnits: "( 3, 65 )\n<mm> <mm> <mm>",
  VisuCoreFrameThickness: "( 1 )\n10",
  // Coronal: the third row is y.
  VisuCoreOrientation: "( 1, 9 )\n1 0 0 0 0 -1 0 1 0",
  VisuCorePosition: "( 1, 3 )\n-1 4 7",
};
const heights = (changes: VisuChanges) =>
  Array.from({ length: 5 }, (_, k) => planeOf(visuWith(changes), 0, k).position[1]);

describe("the plane of an image", () => {
  test("is what visu_pars says, nothing turned", () => {
    const orientation = [0.6, 0.8, 0, -0.8, 0.6, 0, 0, 0, 1];
    const visu = visuWith({
      VisuCoreOrientation: array(orientation, 1, 9),
      VisuCorePosition: "( 1, 3 )\n-1.25 3.5 100",
      VisuSubjectType: "Quadruped",
      VisuSubjectPosition: "Tail_Left",
    });
    expect(planeOf(visu, 0)).toEqual({
      position: [-1.25, 3.5, 100],
      row: [0.6, 0.8, 0],
      column: [-0.8, 0.6, 0],
      orientation: [0.6, 0.8, 0, -0.8, 0.6, 0],
      normal: [0, -0, 1],
    });
  });

  test("of a slice is that of its group, however fast it runs", () => {
    const visu = visuWith({
      ...axialSlices([5, 6]),
      VisuCoreFrameCount: "6",
      VisuFGOrderDesc: "( 2 )\n(3, <FG_ECHO>, <>, 0, 0) (2, <FG_SLICE>, <>, 0, 2)",
    });
    const places = [0, 1, 2, 3, 4, 5].map((frame) => planeOf(visu, frame).position[2]);
    expect(places).toEqual([5, 5, 5, 6, 6, 6]);
  });

  test("of a partition lies steps along the third axis from the first", () => {
    expect(heights(volume)).toEqual([4, 6, 8, 10, 12]);
    expect(planeOf(visuWith(volume), 0, 3).position).toEqual([-1, 10, 7]);
  });

  test.each(["disk_reverse_slice_order", "( 1 )\ndisk_reverse_slice_order"])(
    "is counted from the last stored partition with %j",
    (order) => {
      expect(heights({ ...volume, VisuCoreDiskSliceOrder: order })).toEqual([12, 10, 8, 6, 4]);
    },
  );

  test("of 2D slices is their own, whatever the order on disk is called", () => {
    const slices = axialSlices([3, 2, 1]);
    const visu = visuWith({ ...slices, VisuCoreDiskSliceOrder: "disk_reverse_slice_order" });
    expect([0, 1, 2].map((frame) => planeOf(visu, frame).position[2])).toEqual([3, 2, 1]);
  });
});
