import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Vector3, voxelCentre, voxelCount } from "#shared/volume/grid.ts";
import { gatherCurves, type SeriesVolume, signalSource } from "#shared/volume/series-volume.ts";
import { askPython, inFolder } from "#test/shared/nifti/debian-tools.ts";

/** Measured and re-encoded series, with the same signals as NIfTI beside them. */
const dataFolder =
  process.env["XNAT_PIC_DATA"] ?? new URL("../../../../shared/data", import.meta.url).pathname;
export const qmri = join(dataFolder, "qmri");

/** A NIfTI image as nibabel reads it. */
export interface Twin {
  readonly shape: readonly [number, number, number, number];
  /** (i, j, k, 1) to (R, A, S), row-major. */
  readonly affine: readonly number[];
  /** i fastest, volumes last. */
  readonly values: Float64Array;
}

const script = `
import sys, json, numpy as np, nibabel as nib
out = []
for index, path in enumerate(sys.argv[2:]):
    image = nib.load(path)
    data = np.asarray(image.dataobj, dtype=np.float64)
    data.flatten(order='F').tofile(sys.argv[1] + '/' + str(index))
    shape = list(data.shape) + [1] * (4 - data.ndim)
    out.append(dict(shape=shape, affine=image.affine.flatten().tolist()))
print(json.dumps(out))
`;

export function readTwins(paths: readonly string[]): Promise<readonly Twin[]> {
  return inFolder((folder) => {
    const heads = askPython(script, [folder, ...paths]) as Pick<Twin, "shape" | "affine">[];
    return heads.map((head, index) => {
      const bytes = readFileSync(join(folder, String(index)));
      const buffer = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
      return { ...head, values: new Float64Array(buffer as ArrayBuffer) };
    });
  });
}

export async function readTwin(path: string): Promise<Twin> {
  const [twin] = await readTwins([path]);
  return twin!;
}

/** Signals of one contrast of a series, in its own order; padding is not looked at. */
export function signalsOf(series: SeriesVolume, contrast: number): Float64Array {
  const count = voxelCount(series.grid);
  const out = new Float64Array(count);
  gatherCurves({ ...signalSource(series), padding: undefined }, [contrast], 0, count, out);
  return out;
}

/**
 * For each voxel of the series, the place of the twin's voxel at the same patient position, in its values of
 * one volume; fails when a voxel of the one has no voxel of the other within a hundredth of a voxel.
 */
export function matchVoxels(series: SeriesVolume, twin: Twin): Int32Array {
  const [nx, ny, nz] = series.grid.shape;
  const inverse = invert(twin.affine);
  const places = new Int32Array(nx * ny * nz);
  let at = 0;
  for (let k = 0; k < nz; k++) {
    for (let j = 0; j < ny; j++) {
      for (let i = 0; i < nx; i++, at++) {
        const [l, p, s] = voxelCentre(series.grid, [i, j, k]);
        const index = inverse(-l, -p, s);
        const whole = index.map(Math.round) as unknown as Vector3;
        const off = Math.max(...index.map((value, axis) => Math.abs(value - whole[axis]!)));
        if (off > 0.01) throw new Error(`voxel ${i} ${j} ${k} lies at ${index.join(" ")}`);
        places[at] = whole[0] + twin.shape[0] * (whole[1] + twin.shape[1] * whole[2]);
      }
    }
  }
  if (new Set(places).size !== places.length) throw new Error("two voxels at one place");
  return places;
}

function invert(m: readonly number[]): (x: number, y: number, z: number) => readonly number[] {
  const [a, b, c, , d, e, f, , g, h, i] = m as number[] & { length: 16 };
  const det = a! * (e! * i! - f! * h!) - b! * (d! * i! - f! * g!) + c! * (d! * h! - e! * g!);
  return (x, y, z) => {
    const [u, v, w] = [x - m[3]!, y - m[7]!, z - m[11]!];
    return [
      ((e! * i! - f! * h!) * u + (c! * h! - b! * i!) * v + (b! * f! - c! * e!) * w) / det,
      ((f! * g! - d! * i!) * u + (a! * i! - c! * g!) * v + (c! * d! - a! * f!) * w) / det,
      ((d! * h! - e! * g!) * u + (b! * g! - a! * h!) * v + (a! * e! - b! * d!) * w) / det,
    ];
  };
}

/** Largest difference between a contrast of the series and a volume of its twin. */
export function largestDifference(
  series: SeriesVolume,
  contrast: number,
  twin: Twin,
  volume: number,
  places: Int32Array,
): number {
  const signals = signalsOf(series, contrast);
  const start = volume * signals.length;
  let worst = 0;
  signals.forEach((value, at) => {
    worst = Math.max(worst, Math.abs(value - twin.values[start + places[at]!]!));
  });
  return worst;
}
