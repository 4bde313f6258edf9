import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { reorderGrid, reorderSamples } from "#shared/nifti/axis-order.ts";
import { readTransmitMap, type TransmitMap } from "#shared/nifti/read-transmit-map.ts";
import { encodeNifti } from "#shared/nifti/write.ts";
import { affineFromAxes } from "#shared/volume/affine.ts";
import { type Grid, voxelCount } from "#shared/volume/grid.ts";
import { inFolder } from "./debian-tools.ts";

const images: Grid = {
  shape: [5, 4, 3],
  affineLps: affineFromAxes([0.3, 0.1, 0], [-0.1, 0.3, 0], [0, 0, 1.5], [-3, 4, 5]),
  origin: "dicom",
};
const relative = Float32Array.from({ length: 60 }, (_, v) => 0.8 + 0.007 * v);

function read(
  samples: Float32Array,
  units?: string,
  on: Grid = images,
  name = "b1.nii",
): Promise<TransmitMap> {
  return inFolder(async (folder) => {
    const path = join(folder, name);
    writeFileSync(path, encodeNifti({ grid: on, samples, unit: "1" }, { description: "" }));
    const json = path.replace(/nii$/, "json");
    if (units !== undefined) writeFileSync(json, JSON.stringify({ Units: units }));
    return readTransmitMap(path, images);
  });
}

describe("a map on the voxels of the images", () => {
  test.each([undefined, "1", "arbitrary", "relative (1 = nominal flip angle)", "p.u."])(
    "with values about 1 and Units %s is relative, bit for bit",
    async (units) => {
      const map = await read(relative, units);
      expect(map.samples).toEqual(relative);
      expect(map.samples.buffer).toBeInstanceOf(SharedArrayBuffer);
      expect(map.source).toBe("file b1.nii (relative, on the voxels of the images)");
    },
  );

  test.each([undefined, "percent", "%", "arbitrary"])(
    "with values about 100 and Units %s is in percent",
    async (units) => {
      const map = await read(
        relative.map((value) => 100 * value),
        units,
      );
      map.samples.forEach((value, v) => {
        expect(value).toBeCloseTo(relative[v]!, 6);
      });
      expect(map.source).toContain("percent");
    },
  );

  test("in another order of axes lands on the same voxels", async () => {
    const order = { axes: [2, 0, 1], reversed: [true, false, true] } as const;
    const samples = new Float32Array(60);
    reorderSamples(relative, images.shape, order, samples);
    expect((await read(samples, "1", reorderGrid(images, order))).samples).toEqual(relative);
  });

  test("has no value where it is zero, negative or not finite", async () => {
    const holes = relative.slice();
    holes.set([0, -1, Number.NaN, Number.POSITIVE_INFINITY], 10);
    const { samples } = await read(holes, "1");
    expect([...samples.subarray(9, 15)].map(Number.isNaN)).toEqual([
      false,
      true,
      true,
      true,
      true,
      false,
    ]);
  });
});

test("a coarser map is interpolated in patient space", async () => {
  const coarse: Grid = {
    shape: [6, 6, 6],
    affineLps: affineFromAxes([2, 0, 0], [0, 2, 0], [0, 0, 2], [-7, 0, 2]),
    origin: "nifti",
  };
  const values = new Float32Array(voxelCount(coarse)).map((_, v) => 0.9 + 0.02 * (v % 6));
  const map = await read(values, "1", coarse);
  // Linear along x: 0.9 + 0.01 (x + 7) at voxel (0, 0, 0), x = -3.
  expect(map.samples[0]).toBeCloseTo(0.94, 6);
  expect(map.source).toContain("interpolated");
});

test("a map of another place has no value here", async () => {
  const far = { ...images, affineLps: images.affineLps.map((x, n) => (n === 3 ? 500 : x)) };
  expect((await read(relative, "1", far)).samples.every(Number.isNaN)).toBe(true);
});

describe("refused with what to do:", () => {
  const code = (value: string, exitCode: number) =>
    expect.objectContaining({ code: value, exitCode });

  test.each([
    ["relative values that claim percent", relative, "percent"],
    ["percent that claims to be relative", relative.map((b1) => 100 * b1), "1"],
    ["degrees by their unit", relative.map((b1) => 60 * b1), "deg"],
    ["hertz by their values", relative.map((b1) => 500 * b1), undefined],
    ["a tenth of a degree", relative.map((b1) => 10 * b1), "arbitrary"],
  ])("%s", async (_, samples, units) => {
    await expect(read(samples, units)).rejects.toThrow(code("E-B1-UNIT", 3));
    await expect(read(samples, units)).rejects.toThrow(/median of.*percent/);
  });

  test("nothing but zeros", async () => {
    const zeros = read(
      relative.map(() => 0),
      undefined,
    );
    await expect(zeros).rejects.toThrow(code("E-B1-UNIT", 3));
    await expect(zeros).rejects.toThrow(/no value above 0.*not its mask/);
  });

  test("a file that is not there, and one that is no NIfTI", async () => {
    await expect(readTransmitMap("nowhere/b1.nii", images)).rejects.toThrow(code("E-B1-FILE", 2));
    await expect(readTransmitMap("package.json", images)).rejects.toThrow(/no NIfTI file/);
  });
});
