import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { listFiles } from "#shared/files/list-files.ts";
import type { NiftiRequest } from "#shared/nifti/choose-group.ts";
import { readNiftiSeries } from "#shared/nifti/read-series.ts";
import { encodeNifti } from "#shared/nifti/write.ts";
import { openPool } from "#shared/parallel/pool.ts";
import type { Matrix4, Vector3 } from "#shared/volume/grid.ts";
import type { SeriesVolume } from "#shared/volume/series-volume.ts";
import type { Samples } from "#shared/volume/volume.ts";
import { inFolder } from "./debian-tools.ts";

export const shape: Vector3 = [4, 3, 2];
export const affineLps: Matrix4 = [0.2, 0, 0, -1, 0, 0.3, 0, -2, 0, 0, 1, -3, 0, 0, 0, 1];

/** A 4D file: voxel v of volume n holds 1000 n + v. */
export function fourD(volumes: number): Uint8Array {
  const samples = Int16Array.from(
    { length: 24 * volumes },
    (_, s) => 1000 * Math.floor(s / 24) + (s % 24),
  );
  const grid = { shape: [4, 3, 2 * volumes] as Vector3, affineLps, origin: "nifti" as const };
  const bytes = encodeNifti({ grid, samples, unit: "1" }, { description: "" });
  // The writer knows 3D files only: the volumes are its slices.
  const view = new DataView(bytes.buffer);
  view.setInt16(40, 4, true);
  view.setInt16(46, 2, true);
  view.setInt16(48, volumes, true);
  return bytes;
}

/** A 3D file in which every voxel v holds value + v. */
export function threeD(
  value: number,
  options: { affine?: Matrix4; type?: "int16" | "uint16" | "float32" } = {},
): Uint8Array {
  const numbers = Array.from({ length: 24 }, (_, v) => value + v);
  const types = { int16: Int16Array, uint16: Uint16Array, float32: Float32Array };
  const samples: Samples = types[options.type ?? "int16"].from(numbers);
  const grid = { shape, affineLps: options.affine ?? affineLps, origin: "nifti" as const };
  return encodeNifti({ grid, samples, unit: "1" }, { description: "" });
}

/** Reads the series in a folder with these files; objects are written as JSON. */
export function readFolder(
  files: Record<string, Uint8Array | string | object>,
  want: Partial<NiftiRequest> = {},
): Promise<SeriesVolume> {
  return inFolder(async (folder) => {
    for (const [path, content] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      const raw = typeof content === "string" || content instanceof Uint8Array;
      writeFileSync(join(folder, path), raw ? content : JSON.stringify(content));
    }
    const request: NiftiRequest = { contrast: "EchoTime", atLeast: 2, ...want };
    return await readNiftiSeries(folder, await listFiles(folder), request, openPool(1, ""));
  });
}
