import { expect, test } from "vitest";
import { sliceGeometry } from "#shared/dicom/slice-geometry.ts";
import { obliqueGrid } from "#shared/phantom/oblique-grid.ts";

test("a grid comes back from what its slices say, PS3.3 C.7.6.2.1.1", () => {
  const grid = obliqueGrid({ shape: [12, 10, 3], spacing: [0.25, 0.3, 1.5] });
  const { orientation, pixelSpacing, positions, locations, sliceSpacing } = sliceGeometry(grid);
  expect(pixelSpacing[0]).toBeCloseTo(0.3, 14);
  expect(pixelSpacing[1]).toBeCloseTo(0.25, 14);
  [0, 1, 2].forEach((r) => {
    const a = grid.affineLps;
    expect(orientation[r]! * pixelSpacing[1]).toBeCloseTo(a[4 * r]!, 14);
    expect(orientation[3 + r]! * pixelSpacing[0]).toBeCloseTo(a[4 * r + 1]!, 14);
    expect(positions[2]![r]).toBeCloseTo(2 * a[4 * r + 2]! + a[4 * r + 3]!, 14);
  });
  expect(locations[1]! - locations[0]!).toBeCloseTo(sliceSpacing, 12);
});
