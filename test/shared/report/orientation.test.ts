import { describe, expect, test } from "vitest";
import { describeOrientation, directionLetters, layOutSlice } from "#shared/report/orientation.ts";
import type { Grid } from "#shared/volume/grid.ts";

/** A grid from ImageOrientationPatient (0020,0037): rows go along `row`, columns along `column`. */
function makeGrid(row: number[], column: number[], origin: Grid["origin"] = "dicom"): Grid {
  const [a, b, c] = row as [number, number, number];
  const [d, e, f] = column as [number, number, number];
  const normal = [b * f - c * e, c * d - a * f, a * e - b * d] as const;
  const [dx, dy, dz] = [0.25, 0.5, 1];
  return {
    shape: [4, 3, 2],
    affineLps: [
      [a * dx, d * dy, normal[0] * dz, 0],
      [b * dx, e * dy, normal[1] * dz, 0],
      [c * dx, f * dy, normal[2] * dz, 0],
      [0, 0, 0, 1],
    ].flat(),
    origin,
  };
}

const edges = (grid: Grid) => {
  const { left, right, top, bottom } = layOutSlice(grid);
  return [left, right, top, bottom].join(" ");
};

describe("letters at the edges", () => {
  // The standard orientations of PS3.3 C.7.6.2.1.1, as every viewer shows them.
  test("axial, coronal and sagittal DICOM images", () => {
    expect(edges(makeGrid([1, 0, 0], [0, 1, 0]))).toBe("R L A P");
    expect(edges(makeGrid([1, 0, 0], [0, 0, -1]))).toBe("R L H F");
    expect(edges(makeGrid([0, 1, 0], [0, 0, -1]))).toBe("A P H F");
  });

  test("a DICOM image is drawn as acquired, even when it lies on its head", () => {
    const layout = layOutSlice(makeGrid([-1, 0, 0], [0, 0, 1]));
    expect([layout.left, layout.right, layout.top, layout.bottom]).toEqual(["L", "R", "F", "H"]);
    expect([layout.origin, layout.stepRight, layout.stepDown]).toEqual([0, 1, 4]);
  });

  test("an oblique direction has its larger component first, small ones have no letter", () => {
    const tilt = Math.PI / 6;
    expect(directionLetters([Math.cos(tilt), Math.sin(tilt), 0])).toBe("LP");
    expect(directionLetters([-Math.sin(tilt), 0, -Math.cos(tilt)])).toBe("FR");
    expect(directionLetters([0.99, 0.1, 0.09])).toBe("L");
  });
});

describe("axes of a NIfTI file", () => {
  test.each([
    ["axial, RAS", [-1, 0, 0], [0, -1, 0], "R L A P"],
    ["axial, LPS", [1, 0, 0], [0, 1, 0], "R L A P"],
    ["axial, rows and columns exchanged", [0, 1, 0], [-1, 0, 0], "R L A P"],
    ["coronal, feet first", [1, 0, 0], [0, 0, 1], "R L H F"],
    ["coronal, exchanged", [0, 0, 1], [1, 0, 0], "R L H F"],
    ["sagittal, AS", [0, -1, 0], [0, 0, 1], "A P H F"],
    ["sagittal, exchanged", [0, 0, 1], [0, 1, 0], "A P H F"],
  ])("%s is turned to the radiological view", (_, row, column, truth) => {
    expect(edges(makeGrid(row, column, "nifti"))).toBe(truth);
  });

  test("exchanged axes exchange width and height, and pixel sizes with them", () => {
    const layout = layOutSlice(makeGrid([0, 1, 0], [-1, 0, 0], "nifti"));
    expect([layout.width, layout.height]).toEqual([3, 4]);
    expect([layout.pixelWidth, layout.pixelHeight]).toEqual([0.5, 0.25]);
    // Column axis runs to the right of the patient, so it is read backwards.
    expect([layout.origin, layout.stepRight, layout.stepDown]).toEqual([8, -4, 1]);
  });
});

test("the plane and its tilt are named", () => {
  const c = Math.cos(Math.PI / 15);
  const s = Math.sin(Math.PI / 15);
  expect(describeOrientation(makeGrid([1, 0, 0], [0, 1, 0]))).toBe("axial");
  expect(describeOrientation(makeGrid([1, 0, 0], [0, s, -c]))).toBe("coronal, oblique by 12.0°");
  expect(describeOrientation(makeGrid([0, 1, 0], [0, 0, -1]))).toBe("sagittal");
});
