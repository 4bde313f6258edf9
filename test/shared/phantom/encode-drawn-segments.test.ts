import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { encodeDrawnSegments } from "#shared/phantom/encode-drawn-segments.ts";
import { voxelsInside } from "#shared/phantom/inside-outlines.ts";
import { readSegmentation } from "#shared/roi/read-segmentation.ts";
import { voxelCentre } from "#shared/volume/grid.ts";
import { hasDciodvfy, judge } from "#test/shared/dicom/dicom-tools.ts";
import { inFolder } from "#test/shared/nifti/debian-tools.ts";
import { collection, images } from "./example-drawing.ts";

const bytes = encodeDrawnSegments(collection, images);

test("the same drawing gives the same bytes", () => {
  expect(Buffer.from(encodeDrawnSegments(collection, images)).equals(bytes)).toBe(true);
});

test.skipIf(!hasDciodvfy)("dciodvfy (Debian package dicom3tools) finds no error", async () => {
  expect((await judge(bytes)).errors).toEqual([]);
});

test("read back, every region has its name and the voxels inside its outlines, on the slices of the scan", async () => {
  const { rois } = await inFolder((folder) => {
    const absolutePath = join(folder, "mouse.dcm");
    writeFileSync(absolutePath, bytes);
    return readSegmentation({ path: "mouse.dcm", absolutePath });
  });
  const { grid } = images;
  const [nx, ny] = grid.shape;
  expect(rois.map(({ name }) => name)).toEqual(collection.regions.map(({ name }) => name));
  rois.forEach(({ shape }, n) => {
    if (shape.form !== "voxels") throw new Error("no voxels");
    const { planes, shares } = shape;
    const found: string[] = [];
    shares.forEach((share, sample) => {
      if (share === 0) return;
      const [columns, rows] = planes.shape;
      const [i, j] = [sample % columns, Math.floor(sample / columns) % rows];
      const origin = planes.origins[Math.floor(sample / (columns * rows))]!;
      const place = [0, 1, 2].map(
        (axis) => origin[axis]! + i * planes.rowStep[axis]! + j * planes.columnStep[axis]!,
      );
      found.push(place.map((value) => value.toFixed(6)).join());
    });
    const voxels = voxelsInside(collection.regions[n]!, grid, grid);
    const expected = [...voxels].map((voxel) => {
      const index = [
        voxel % nx,
        Math.floor(voxel / nx) % ny,
        Math.floor(voxel / (nx * ny)),
      ] as const;
      return voxelCentre(grid, index)
        .map((value) => value.toFixed(6))
        .join();
    });
    expect(found.sort()).toEqual(expected.sort());
  });
});
