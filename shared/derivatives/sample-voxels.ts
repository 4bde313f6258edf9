import { percentile, sortSamples } from "#shared/volume/sort-samples.ts";

/** A voxel worth looking at, and why. */
export interface SampleVoxel {
  /** Index into the samples. */
  readonly voxel: number;
  readonly label: string;
}

const ok = 1;
const shownPercentiles = [5, 25, 50, 75, 95] as const;

/**
 * Voxels for the sample plots: five of status ok from the low to the high end of the map, the one of
 * largest relative standard error among them, and one of each other status of the mask.
 *
 * @param samples - main map, shape [nz, ny, nx]
 * @param standardErrors - same shape and unit
 * @param status - same shape
 * @param name - of the map, for the labels
 */
export function chooseSampleVoxels(
  samples: Float32Array,
  standardErrors: Float32Array,
  status: Uint8Array,
  statusName: (code: number) => string,
  name: string,
): readonly SampleVoxel[] {
  const chosen = new Map<number, string>();
  const valid = sortSamples(samples, (voxel) => status[voxel] === ok);
  if (valid.length > 0) {
    for (const percent of shownPercentiles) {
      const label = percent === 50 ? `median of ${name}` : `${percent}th percentile of ${name}`;
      const voxel = nearestVoxel(samples, status, percentile(valid, percent), chosen);
      if (voxel !== undefined) chosen.set(voxel, label);
    }
    const worst = leastCertain(samples, standardErrors, status);
    if (worst !== undefined && !chosen.has(worst))
      chosen.set(worst, "largest relative standard error");
  }
  const others = new Map<number, number>();
  for (let voxel = 0; voxel < status.length; voxel++) {
    const code = status[voxel]!;
    if (code > ok && !others.has(code)) others.set(code, voxel);
  }
  for (const [code, voxel] of [...others].sort(([a], [b]) => a - b)) {
    chosen.set(voxel, `status ${code}, ${statusName(code)}`);
  }
  return [...chosen].map(([voxel, label]) => ({ voxel, label }));
}

/** The voxel of status ok with the value nearest to `value`, leaving out voxels chosen before; the first of equals. */
function nearestVoxel(
  samples: Float32Array,
  status: Uint8Array,
  value: number,
  taken: ReadonlyMap<number, string>,
): number | undefined {
  let nearest: number | undefined;
  let distance = Number.POSITIVE_INFINITY;
  for (let voxel = 0; voxel < samples.length; voxel++) {
    if (status[voxel] !== ok) continue;
    const here = Math.abs(samples[voxel]! - value);
    if (here < distance && !taken.has(voxel)) {
      nearest = voxel;
      distance = here;
    }
  }
  return nearest;
}

function leastCertain(
  samples: Float32Array,
  errors: Float32Array,
  status: Uint8Array,
): number | undefined {
  let worst: number | undefined;
  let largest = 0;
  for (let voxel = 0; voxel < samples.length; voxel++) {
    const relative = errors[voxel]! / samples[voxel]!;
    if (status[voxel] === ok && relative > largest) {
      worst = voxel;
      largest = relative;
    }
  }
  return worst;
}
