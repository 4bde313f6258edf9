import { describe, expect, test } from "vitest";
import { parseBvalBvec } from "#shared/nifti/bval-bvec.ts";
import { encodeBvalBvec } from "#shared/nifti/encode-bval-bvec.ts";
import type { Grid } from "#shared/volume/grid.ts";
import type { DiffusionEncoding } from "#shared/volume/series-volume.ts";

const grid: Grid = {
  shape: [4, 4, 4],
  affineLps: [2, 0, 0, 0, 0, 2, 0, 0, 0, 0, 2, 0, 0, 0, 0, 1],
  origin: "dicom",
};

// The b = 0 image was measured last.
const diffusion: DiffusionEncoding = {
  bValues: [0, 1000, 1000],
  directions: [undefined, [0.6, 0, 0.8], [0, 1, 0]],
  directionSource: "dicom:0018,9089",
  acquisitionOrder: [2, 1, 0],
};

describe("bval and bvec of a series", () => {
  test("stand in the order of acquisition, directions along the axes of the file", () => {
    const { bval, bvec } = encodeBvalBvec(diffusion, grid, false);
    expect(bval).toBe("1000 1000 0\n");
    expect(bvec).toBe("0 0.6 0\n-1 0 0\n0 0.8 0\n");
  });

  test("can be read again", () => {
    const { bval, bvec } = encodeBvalBvec(diffusion, grid, false);
    const table = parseBvalBvec(bval, bvec, { bval: "a.bval", bvec: "a.bvec" });
    expect(table.bValues).toEqual([1000, 1000, 0]);
    expect(table.directions).toEqual([
      [0, -1, 0],
      [0.6, 0, 0.8],
      [0, 0, 0],
    ]);
  });
});
