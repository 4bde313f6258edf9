import { describe, expect, test } from "vitest";
import { packageOf, slicesOf } from "#shared/paravision/slice-packages.ts";
import { array, axialSlices, type VisuChanges, visuWith } from "#test/phantom/visu-file.ts";

const packagesOf = (changes: VisuChanges) => slicesOf(visuWith(changes)).packages;

/** Three axial slices, then two sagittal ones. */
const localizer: VisuChanges = {
  ...axialSlices([0, 2, 4, 0, 0]),
  VisuCoreOrientation: array(
    [1, 2, 3, 4, 5].flatMap((n) =>
      n <= 3 ? [1, 0, 0, 0, 1, 0, 0, 0, 1] : [0, 1, 0, 0, 0, -1, -1, 0, 0],
    ),
    ...[5, 9],
  ),
  VisuCorePosition: array([-1, -1, 0, -1, -1, 2, -1, -1, 4, 5, 0, 0, 3.5, 0, 0], 5, 3),
};

describe("slice packages", () => {
  test("of one stack have the distance of its slices, gap included", () => {
    expect(packagesOf(axialSlices([-4.25, 0, 4.25]))).toEqual([
      { first: 0, count: 3, spacingMm: 4.25 },
    ]);
  });

  test("that run against their normal have a distance without sign", () => {
    expect(packagesOf(axialSlices([1, 0.2, -0.6]))).toEqual([
      { first: 0, count: 3, spacingMm: 0.8 },
    ]);
  });

  test("may differ in their number of slices", () => {
    const described = {
      ...localizer,
      VisuCoreSlicePacksDef: "(0, 2)",
      VisuCoreSlicePacksSlices: "( 2 )\n(0, 3) (3, 2)",
      // What the files say here is not reliable.
      VisuCoreSlicePacksSliceDist: "( 2 )\n0.1 0.1",
    };
    expect(packagesOf(described)).toEqual([
      { first: 0, count: 3, spacingMm: 2 },
      { first: 3, count: 2, spacingMm: 1.5 },
    ]);
    expect(packageOf(visuWith(described), 4)).toMatchObject({ first: 3 });
  });

  test("are told by their orientations where ParaVision 5.1 does not describe them", () => {
    expect(packagesOf(localizer)).toMatchObject([{ count: 3 }, { count: 2 }]);
  });

  test("that do not fit the number of slices are not believed", () => {
    const wrong = { ...localizer, VisuCoreSlicePacksSlices: "( 2 )\n(0, 3) (3, 7)" };
    expect(packagesOf(wrong)).toMatchObject([{ count: 3 }, { count: 2 }]);
  });

  test("whose slices lie in one place have no distance, and a remark", () => {
    const { packages, remarks } = slicesOf(visuWith(axialSlices([1, 1, 1])));
    expect(packages).toEqual([{ first: 0, count: 3, spacingMm: undefined }]);
    expect(remarks).toMatchObject([{ code: "spacing-zero" }]);
  });

  test("whose slices are not evenly spaced have the mean, and a remark", () => {
    const { packages, remarks } = slicesOf(visuWith(axialSlices([0, 1, 3])));
    expect(packages).toMatchObject([{ spacingMm: 1.5 }]);
    expect(remarks).toMatchObject([
      { code: "spacing-uneven", text: expect.stringContaining("1 to 2 mm") },
    ]);
  });

  test("of repeated frames without slices are one slice", () => {
    const visu = visuWith({
      VisuCoreFrameCount: "3",
      VisuFGOrderDesc: "( 1 )\n(3, <FG_CYCLE>, <>, 0, 0)",
    });
    expect(slicesOf(visu)).toMatchObject({ count: 1, packages: [{ spacingMm: undefined }] });
    expect([0, 1, 2].map(slicesOf(visu).of)).toEqual([0, 0, 0]);
  });

  test("of frames without groups are the frames", () => {
    const {
      VisuFGOrderDesc: _groups,
      VisuGroupDepVals: _dependents,
      ...plain
    } = axialSlices([0, 3]);
    expect(packagesOf(plain)).toEqual([{ first: 0, count: 2, spacingMm: 3 }]);
  });
});
