import { readdirSync } from "node:fs";
import { join } from "node:path";
import { readSingleImage } from "../../scripts/read-single-image.ts";

/** Median of a map over the voxels of one label in one slice. */
export interface RegionMedian {
  readonly label: number;
  readonly slice: number;
  readonly median: number;
  readonly voxels: number;
}

/** The one file of a folder whose name ends so and has no `desc-` unless the ending has one. */
export function findMapFile(folder: string, ending: string): string {
  const names = readdirSync(folder).filter(
    (name) => name.endsWith(ending) && (ending.includes("desc-") || !name.includes("desc-")),
  );
  if (names.length !== 1) throw new Error(`${names.length} files of ${folder} end with ${ending}`);
  return join(folder, names[0]!);
}

/**
 * Medians of a map over each label in each slice, voxels of the label map that have a value.
 *
 * @throws Error when the two do not lie on the same voxels: every element of the affine within 1e-4 mm
 */
export function medianByRegion(
  map: string,
  labels: string,
  fewest: number,
): readonly RegionMedian[] {
  const [found, truth] = [readSingleImage(map), readSingleImage(labels)];
  found.grid.affineLps.forEach((value, n) => {
    if (Math.abs(value - truth.grid.affineLps[n]!) > 1e-4)
      throw new Error(`${map} lies elsewhere than ${labels}`);
  });
  const [nx, ny, nz] = truth.grid.shape;
  const medians: RegionMedian[] = [];
  for (let slice = 0; slice < nz; slice++) {
    const values = new Map<number, number[]>();
    for (let v = slice * nx * ny; v < (slice + 1) * nx * ny; v++) {
      const label = truth.samples[v]!;
      if (label === 0 || !Number.isFinite(found.samples[v])) continue;
      const own = values.get(label) ?? [];
      own.push(found.samples[v]!);
      values.set(label, own);
    }
    for (const [label, own] of values) {
      if (own.length < fewest) continue;
      medians.push({ label, slice, median: medianOf(own), voxels: own.length });
    }
  }
  return medians;
}

export function medianOf(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)]!;
}
