import type { MapToMeasure } from "#shared/derivatives/read-maps.ts";
import type { Exclusions } from "#shared/stats/exclusions.ts";

/** Voxels left out for one reason, in words. */
export interface ExcludedVoxels {
  readonly reason: string;
  readonly count: number;
}

/** Why voxels of a region do not count on a map; reasons without a voxel are not listed. */
export function listExclusions(
  { status, nan, infinite, zero, range }: Exclusions,
  map: Pick<MapToMeasure, "status">,
): readonly ExcludedVoxels[] {
  return [
    ...status.map(({ code, count }) => ({
      reason: `status ${code}, ${map.status?.names[code] ?? "unknown"}`,
      count,
    })),
    { reason: "no number", count: nan },
    { reason: "infinite", count: infinite },
    { reason: "zero", count: zero },
    { reason: "outside the range", count: range },
  ].filter(({ count }) => count > 0);
}
