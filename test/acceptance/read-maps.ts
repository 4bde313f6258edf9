import { readdirSync } from "node:fs";
import { join } from "node:path";
import { axes, origin, spacing } from "#test/phantom/dicom-images.ts";
import { askPython } from "#test/shared/nifti/debian-tools.ts";

/** A NIfTI map as nibabel reads it. */
export interface ReadMap {
  readonly shape: readonly number[];
  /** Index to R, A, S in mm, row by row. */
  readonly affine: readonly number[];
  readonly zooms: readonly number[];
  readonly description: string;
  readonly codes: readonly number[];
  readonly slopeAndIntercept: readonly number[];
  readonly xyztUnits: number;
  /** i fastest; texts stand for what JSON cannot write: "NaN", "Infinity", "-Infinity". */
  readonly values: readonly (number | string)[];
}

const script = `
import sys, json, math, numpy as np, nibabel
def plain(v):
    v = float(v)
    return v if math.isfinite(v) else "NaN" if math.isnan(v) else "Infinity" if v > 0 else "-Infinity"
maps = {}
for path in sys.argv[1:]:
    i = nibabel.load(path); h = i.header
    if i.get_data_dtype().fields: continue # colours
    maps[path.split("/")[-1]] = dict(shape=list(i.shape), affine=i.affine.flatten().tolist(),
        zooms=[float(z) for z in h.get_zooms()], description=h["descrip"].tobytes().rstrip(b"\\0").decode("latin1"),
        codes=[int(h["qform_code"]), int(h["sform_code"])], xyztUnits=int(h["xyzt_units"]),
        slopeAndIntercept=[plain(i.dataobj.slope), plain(i.dataobj.inter)],
        values=[plain(v) for v in np.asarray(i.dataobj).flatten(order="F")])
print(json.dumps(maps))
`;

/** All NIfTI files of one folder of a run but colour images, by name. */
export function readMaps(folder: string): ReadonlyMap<string, ReadMap> {
  const names = readdirSync(folder).filter((name) => /\.nii(\.gz)?$/.test(name));
  const maps = askPython(
    script,
    names.map((name) => join(folder, name)),
  );
  return new Map(Object.entries(maps as Record<string, ReadMap>));
}

/** The one map whose name ends so. */
export function findMap(maps: ReadonlyMap<string, ReadMap>, ending: string): ReadMap {
  const found = [...maps].filter(([name]) => name.endsWith(ending));
  if (found.length !== 1)
    throw new Error(`${found.length} of ${[...maps.keys()]} end with ${ending}`);
  return found[0]![1];
}

/** A voxel's value by the place of its centre in the images of a small scan: column, row, slice. */
export function placeValues(map: ReadMap): ReadonlyMap<string, number | string> {
  const [nx = 1, ny = 1, nz = 1] = map.shape;
  const a = map.affine;
  const placed = new Map<string, number | string>();
  for (let k = 0, voxel = 0; k < nz; k++) {
    for (let j = 0; j < ny; j++) {
      for (let i = 0; i < nx; i++, voxel++) {
        const world = [0, 1, 2].map(
          (r) => a[4 * r]! * i + a[4 * r + 1]! * j + a[4 * r + 2]! * k + a[4 * r + 3]!,
        );
        const fromOrigin = [-world[0]!, -world[1]!, world[2]!].map((x, axis) => x - origin[axis]!);
        const index = axes.map((axis, n) => {
          const along = axis.reduce((sum, component, c) => sum + component * fromOrigin[c]!, 0);
          return along / spacing[n]!;
        });
        const nearest = index.map(Math.round);
        if (index.some((x, n) => Math.abs(x - nearest[n]!) > 0.01)) {
          throw new Error(`voxel ${i}, ${j}, ${k} lies between the pixels: ${index}`);
        }
        placed.set(nearest.map((x) => x + 0).join(" "), map.values[voxel]!);
      }
    }
  }
  return placed;
}
