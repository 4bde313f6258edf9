import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { reorderGrid, reorderSamples } from "#shared/nifti/axis-order.ts";
import { readMaskOnGrid } from "#shared/nifti/read-mask.ts";
import { encodeNifti } from "#shared/nifti/write.ts";
import { affineFromAxes } from "#shared/volume/affine.ts";
import type { Grid } from "#shared/volume/grid.ts";
import type { Samples } from "#shared/volume/volume.ts";
import { askPython, hasNibabel, inFolder } from "./debian-tools.ts";

const grid: Grid = {
  shape: [5, 4, 3],
  affineLps: affineFromAxes(
    [0.3 * 0.96, 0.3 * 0.28, 0],
    [0.4 * -0.224, 0.4 * 0.768, 0.4 * 0.6],
    [1.5 * 0.168, 1.5 * -0.576, 1.5 * 0.8],
    [-3, 4, 5],
  ),
  origin: "dicom",
};
const drawn = Uint8Array.from({ length: 60 }, (_, n) => ((n * n) % 7 === 1 ? 1 : 0));

async function readBack(on: Grid, samples: Samples, target = grid): Promise<Uint8Array> {
  return inFolder(async (folder) => {
    const path = join(folder, "mask.nii");
    writeFileSync(path, encodeNifti({ grid: on, samples, unit: "1" }, { description: "" }));
    const mask = await readMaskOnGrid(path, target);
    expect(mask.grid).toBe(target);
    expect(mask.samples.buffer).toBeInstanceOf(SharedArrayBuffer);
    return mask.samples;
  });
}

describe("readMaskOnGrid", () => {
  test("a mask in any order and direction of axes lands on the same voxels", async () => {
    const orders = [
      [0, 1, 2],
      [0, 2, 1],
      [1, 0, 2],
      [1, 2, 0],
      [2, 0, 1],
      [2, 1, 0],
    ] as const;
    for (const axes of orders) {
      for (let flips = 0; flips < 8; flips++) {
        const order = {
          axes,
          reversed: [(flips & 1) > 0, (flips & 2) > 0, (flips & 4) > 0],
        } as const;
        const samples = new Uint8Array(60);
        reorderSamples(drawn, grid.shape, order, samples);
        expect(await readBack(reorderGrid(grid, order), samples)).toEqual(drawn);
      }
    }
  });

  test.skipIf(!hasNibabel)(
    "a mask turned to nibabel's canonical axes lands on the same voxels",
    () =>
      inFolder(async (folder) => {
        const [path, turned] = [join(folder, "mask.nii"), join(folder, "turned.nii.gz")];
        writeFileSync(path, encodeNifti({ grid, samples: drawn, unit: "1" }, { description: "" }));
        const script = `
import sys, nibabel as nib
nib.save(nib.as_closest_canonical(nib.load(sys.argv[1])), sys.argv[2]); print('null')`;
        askPython(script, [path, turned]);
        expect((await readMaskOnGrid(turned, grid)).samples).toEqual(drawn);
      }),
  );

  test("labels, negative and fractional values are inside, NaN and infinity are not", async () => {
    const values = new Float32Array(60);
    values.set([1, 7, -2, 0.25, 0, Number.NaN, Number.POSITIVE_INFINITY]);
    const samples = await readBack({ ...grid, origin: "nifti" }, values);
    expect([...samples.subarray(0, 7)]).toEqual([1, 1, 1, 1, 0, 0, 0]);
  });

  test("the thickness of a single slice does not matter", async () => {
    const single = { ...grid, shape: [5, 4, 1] as const };
    const a = [...grid.affineLps];
    for (const entry of [2, 6, 10]) a[entry] = a[entry]! * 3;
    const samples = drawn.subarray(0, 20);
    expect(await readBack({ ...single, affineLps: a }, samples, single)).toEqual(samples);
  });

  const other: [string, Partial<Grid>][] = [
    [
      "shifted by a twentieth of a voxel",
      { affineLps: grid.affineLps.map((v, n) => (n === 3 ? v + 0.015 : v)) },
    ],
    [
      "of another voxel size",
      { affineLps: grid.affineLps.map((v, n) => (n % 4 === 0 ? v * 1.01 : v)) },
    ],
    ["of another matrix", { shape: [5, 4, 4] }],
    ["turned by a degree", { affineLps: grid.affineLps.map((v, n) => (n === 1 ? v + 0.007 : v)) }],
  ];
  test.each(other)("a mask %s is refused with both geometries", async (_, change) => {
    const on = { ...grid, origin: "nifti" as const, ...change };
    const samples = new Uint8Array(on.shape[0] * on.shape[1] * on.shape[2]).fill(1);
    await expect(readBack(on, samples)).rejects.toMatchObject({
      code: "E-MASK-GRID",
      message: expect.stringMatching(
        /Mask: 5 x 4 x \d voxels of .* mm.*Images: 5 x 4 x 3 voxels of 0\.3, 0\.4, 1\.5 mm/s,
      ),
    });
  });

  test("an empty mask is refused", async () => {
    await expect(readBack(grid, new Uint8Array(60))).rejects.toMatchObject({
      code: "E-MASK-EMPTY",
    });
  });
});
