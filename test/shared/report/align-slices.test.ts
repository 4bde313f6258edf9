import { describe, expect, test } from "vitest";
import { alignSlices } from "#shared/report/align-slices.ts";
import type { RegionImage } from "#shared/report/region-content.ts";
import { viewPlanes } from "#shared/report/slice-view.ts";
import { planesOfGrid } from "#shared/volume/plane-stack.ts";

/** An axial image with regions on some of its planes; `step` is negative where its slices count down. */
function makeImage(count: number, first: number, step: number, drawn: readonly number[]) {
  const image: RegionImage = {
    planes: planesOfGrid({
      shape: [2, 2, count],
      affineLps: [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, step, first, 0, 0, 0, 1],
      origin: "dicom",
    }),
    samples: new Float32Array(4 * count),
    shapes: [{ region: 0, outlines: drawn.map((plane) => ({ plane, rings: [ring] })) }],
  };
  return { image, view: viewPlanes(image.planes) };
}
const ring = Float64Array.from([0, 0, 1, 0, 1, 1]);

describe("slices side by side", () => {
  test("only those with a region, the same position in one row", () => {
    expect(alignSlices([makeImage(6, 0, 1, [1, 4]), makeImage(6, 0, 1, [1, 4])])).toEqual([
      {
        images: [0, 1],
        rows: [
          [1, 1],
          [4, 4],
        ],
      },
    ]);
  });

  test("a map whose slices count down is matched by position", () => {
    const [table] = alignSlices([makeImage(6, 0, 1, [1, 4]), makeImage(6, 5, -1, [4, 1])]);
    expect(table!.rows).toEqual([
      [1, 4],
      [4, 1],
    ]);
  });

  test("a map without a slice there leaves its place empty; a slice of its own gets a row", () => {
    const [table] = alignSlices([makeImage(4, 0, 1, [0, 1]), makeImage(3, 1, 1, [0, 2])]);
    expect(table!.rows).toEqual([
      [0, undefined],
      [1, 0],
      [3, 2],
    ]);
  });

  test("planes that are not parallel stand on their own", () => {
    const coronal = makeImage(2, 0, 1, [0]);
    const turned = { ...coronal, view: { ...coronal.view, normal: [0, 1, 0] as const } };
    expect(alignSlices([makeImage(2, 0, 1, [0]), turned]).map(({ images }) => images)).toEqual([
      [0],
      [1],
    ]);
  });

  test("without any region there is nothing to draw", () => {
    expect(alignSlices([makeImage(2, 0, 1, [])])).toEqual([]);
  });
});
