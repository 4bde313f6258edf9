import { gunzipSync } from "node:zlib";
import { axes, origin, spacing } from "#test/phantom/dicom-images.ts";
import { columns, rows, slices } from "./drawn-scan.ts";

/** Bytes of a voxel by NIfTI data type. */
const widths: Readonly<Record<number, number>> = { 2: 1, 16: 4, 512: 2 };

/**
 * Values of a written NIfTI image by their place in the drawn scan, i fastest: read from the bytes and put in place by the affine.
 *
 * @throws when a voxel lies on no voxel of the scan
 */
export function readMask(written: ReadonlyMap<string, Uint8Array>, path: string): number[] {
  const packed = written.get(path);
  if (packed === undefined) throw new Error(`no ${path} among ${[...written.keys()].join(", ")}`);
  const bytes = gunzipSync(packed);
  const [nx, ny, nz] = [42, 44, 46].map((at) => bytes.readInt16LE(at)) as [number, number, number];
  const type = bytes.readInt16LE(70);
  const start = bytes.readFloatLE(108);
  const affine = Array.from({ length: 12 }, (_, n) => bytes.readFloatLE(280 + 4 * n));
  const values = new Array<number>(columns * rows * slices).fill(Number.NaN);
  for (let voxel = 0; voxel < nx * ny * nz; voxel++) {
    const index = [voxel % nx, Math.floor(voxel / nx) % ny, Math.floor(voxel / nx / ny), 1];
    const ras = [0, 1, 2].map((r) =>
      index.reduce((sum, step, n) => sum + step * affine[4 * r + n]!, 0),
    );
    const fromOrigin = [-ras[0]!, -ras[1]!, ras[2]!].map((mm, n) => mm - origin[n]!);
    const [i = 0, j = 0, k = 0] = axes.map((axis, n) => {
      const exact = axis.reduce((sum, part, c) => sum + part * fromOrigin[c]!, 0) / spacing[n]!;
      if (Math.abs(exact - Math.round(exact)) > 0.01) throw new Error(`${path}: ${exact}`);
      return Math.round(exact);
    });
    const at = start + voxel * widths[type]!;
    values[i + columns * (j + rows * k)] =
      type === 16 ? bytes.readFloatLE(at) : type === 2 ? bytes[at]! : bytes.readUInt16LE(at);
  }
  return values;
}
