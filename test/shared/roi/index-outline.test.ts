import { describe, expect, test } from "vitest";
import { outlineFinder } from "#shared/roi/index-outline.ts";
import { outline, smallSeries } from "./collections.ts";

const find = outlineFinder(smallSeries);
const patient = { space: "patient", images: [] } as const;

describe("outlines on the planes of a series", () => {
  test("of an image: as they are, on the plane of the image they name", () => {
    const named = [{ sopInstanceUID: "1.1.2", frameNumber: 1 }];
    expect(find(outline([1, 2, 3, 4], { images: named }))).toEqual({
      plane: 2,
      points: Float64Array.of(1, 2, 3, 4),
    });
    expect(find(outline([1, 2], { images: [] }))).toBeUndefined();
  });

  test("of the patient: on the nearest plane within half a spacing", () => {
    expect(find(outline([10, 20, 32.9, 12, 25, 32.9], patient))).toEqual({
      plane: 1,
      points: Float64Array.of(0, 0, 4, 5),
    });
    expect(find(outline([10, 20, 36], patient))).toBeUndefined();
    expect(find(outline([], patient))).toBeUndefined();
  });

  test("of a frame: on the plane of the frame", () => {
    const frames = smallSeries.images.map((_, k) => [
      { sopClassUID: "", sopInstanceUID: "1.9", frameNumber: 3 - k, path: "" },
    ]);
    const named = [{ sopInstanceUID: "1.9", frameNumber: 1 }];
    const inFrames = outlineFinder({ ...smallSeries, images: frames });
    expect(inFrames(outline([1, 2], { images: named }))?.plane).toBe(2);
  });
});
