import type { Samples } from "#shared/volume/volume.ts";

/** Which values of a map count. */
export interface ValuePolicy {
  /** `exclude`: 0 means "no value" in this map. */
  readonly zeros: "keep" | "exclude";
  /** `good`: where there is a status map, only voxels with a sound code count; `all`: the status is not asked. */
  readonly status: "good" | "all";
  /** Codes of sound values; 1 alone when left out. */
  readonly sound?: readonly number[] | undefined;
  /** Smallest and largest value that counts, in the unit of the map. */
  readonly lowest?: number | undefined;
  readonly highest?: number | undefined;
}

/** How many voxels of a region do not count, each under the first reason that applies, in this order. */
export interface Exclusions {
  /** By code of the status map, ascending; empty without a status map. */
  readonly status: readonly { readonly code: number; readonly count: number }[];
  /** Neither a number nor infinite. */
  readonly nan: number;
  readonly infinite: number;
  readonly zero: number;
  readonly range: number;
}

/** The voxels of a region that count, in the order they were given. */
export interface Selection {
  /** Positions in the list of voxels that was given, not samples. */
  readonly places: Uint32Array;
  readonly exclusions: Exclusions;
}

/** Codes of a sound value in status maps (`ok` in shared/fit/status.ts). */
const soundCodes: readonly number[] = [1];

/**
 * Tells which voxels count, and why the others do not. The status comes first, because it says why a value is missing.
 *
 * @param voxels - samples of the region
 * @param samples - the map, any shape
 * @param status - same shape; codes of shared/fit/status.ts
 */
export function selectVoxels(
  voxels: Uint32Array,
  samples: Samples,
  status: Uint8Array | undefined,
  policy: ValuePolicy,
): Selection {
  const { lowest = Number.NEGATIVE_INFINITY, highest = Number.POSITIVE_INFINITY } = policy;
  const asked = policy.status === "good" ? status : undefined;
  const sound = new Set(policy.sound ?? soundCodes);
  const places = new Uint32Array(voxels.length);
  const byCode = new Map<number, number>();
  let [count, nan, infinite, zero, range] = [0, 0, 0, 0, 0];
  for (let place = 0; place < voxels.length; place++) {
    const voxel = voxels[place]!;
    const value = samples[voxel]!;
    const code = asked?.[voxel];
    if (code !== undefined && !sound.has(code)) byCode.set(code, (byCode.get(code) ?? 0) + 1);
    else if (Number.isNaN(value)) nan++;
    else if (!Number.isFinite(value)) infinite++;
    else if (value === 0 && policy.zeros === "exclude") zero++;
    else if (value < lowest || value > highest) range++;
    else places[count++] = place;
  }
  const codes = [...byCode].map(([code, voxelsOfCode]) => ({ code, count: voxelsOfCode }));
  codes.sort((a, b) => a.code - b.code);
  const exclusions = { status: codes, nan, infinite, zero, range };
  return { places: places.slice(0, count), exclusions };
}
