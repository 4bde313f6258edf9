import { statusTable } from "#shared/fit/status.ts";
import { defineTask } from "#shared/parallel/pool.ts";
import { sortSamples } from "#shared/volume/sort-samples.ts";

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
  name: string,
): readonly SampleVoxel[] {
  const valid = sortSamples(samples, (voxel) => status[voxel] === ok);
  const chosen = findPercentiles(samples, status, valid, name);
  const worst = leastCertain(samples, standardErrors, status);
  if (worst !== undefined && !chosen.has(worst))
    chosen.set(worst, "largest relative standard error");
  const others = new Map<number, number>();
  for (let voxel = 0; voxel < status.length; voxel++) {
    const code = status[voxel]!;
    if (code > ok && !others.has(code)) others.set(code, voxel);
  }
  for (const [code, voxel] of [...others].sort(([a], [b]) => a - b)) {
    chosen.set(voxel, `status ${code}, ${statusTable[code]?.name}`);
  }
  return [...chosen].map(([voxel, label]) => ({ voxel, label }));
}

/** For each percentile the first voxel of status ok that has its value, no voxel twice. */
function findPercentiles(
  samples: Float32Array,
  status: Uint8Array,
  valid: Float32Array,
  name: string,
): Map<number, string> {
  const wanted = shownPercentiles.map((percent) => ({
    percent,
    value: valid[Math.round(((valid.length - 1) * percent) / 100)] ?? Number.NaN,
    voxel: -1,
  }));
  let missing = valid.length === 0 ? 0 : wanted.length;
  for (let voxel = 0; voxel < samples.length && missing > 0; voxel++) {
    if (status[voxel] !== ok) continue;
    const value = samples[voxel]!;
    for (const target of wanted) {
      if (target.voxel >= 0 || target.value !== value) continue;
      target.voxel = voxel;
      missing--;
      break;
    }
  }
  return new Map(
    wanted
      .filter(({ voxel }) => voxel >= 0)
      .map(({ percent, voxel }) => [
        voxel,
        percent === 50 ? `median of ${name}` : `${percent}th percentile of ${name}`,
      ]),
  );
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

/** chooseSampleVoxels for worker threads; the arrays lie on shared memory. */
export const chooseSampleVoxelsTask = defineTask(
  "choose-sample-voxels",
  (map: {
    samples: Float32Array;
    standardErrors: Float32Array;
    status: Uint8Array;
    name: string;
  }) => chooseSampleVoxels(map.samples, map.standardErrors, map.status, map.name),
);
