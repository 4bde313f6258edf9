import type { MapToMeasure } from "#shared/derivatives/read-maps.ts";
import type { Diagnostic } from "#shared/roi/diagnostic.ts";
import { nameRoi } from "#shared/roi/remark.ts";
import type { LayRegion } from "./lay-regions.ts";
import type { References } from "./read-references.ts";
import type { Region } from "./region.ts";

/** Maps whose coordinates may mean something else than those of the images the regions lie on. */
export function remarkOnFrames(
  maps: readonly MapToMeasure[],
  { series }: References,
): readonly Diagnostic[] {
  const own = series[0]?.frameOfReferenceUID ?? "";
  return maps
    .filter(({ frameOfReferenceUID: uid }) => uid !== "" && own !== "" && uid !== own)
    .map(({ path }) => ({
      code: "FOR_MISMATCH",
      severity: "warning",
      text: `The map ${path} states another frame of reference than the images the regions were drawn on: nothing says that their positions agree.`,
    }));
}

/** Pairs of regions that a sentence names; of more it says the number. */
const mostPairs = 5;

/**
 * Regions of one collection that share voxels of a map: their numbers are not independent, and the label map holds the later one only.
 * Of voxels in more than two regions the pairs with the first of them are named.
 */
export function remarkOnOverlaps(
  regions: readonly Region[],
  map: MapToMeasure | undefined,
  lay: LayRegion,
): readonly Diagnostic[] {
  if (map === undefined) return [];
  const owner = new Int32Array(map.samples.length);
  return [...Map.groupBy(regions, ({ source }) => source).values()].flatMap((members) => {
    owner.fill(-1);
    const pairs = new Map<string, number>();
    members.forEach((region, n) => {
      for (const voxel of lay(region, map.planes).voxels) {
        const first = owner[voxel]!;
        if (first < 0) owner[voxel] = n;
        else pairs.set(`${first} ${n}`, (pairs.get(`${first} ${n}`) ?? 0) + 1);
      }
    });
    if (pairs.size === 0) return [];
    const named = [...pairs].slice(0, mostPairs).map(([key, count]) => {
      const [a, b] = key.split(" ").map((n) => nameRoi(members[Number(n)]!.roi));
      return `${a} and ${b} (${count} voxels)`;
    });
    const more = pairs.size > named.length ? ` and ${pairs.size - named.length} more pairs` : "";
    const text = `Regions share voxels: ${named.join("; ")}${more}. Each is measured whole.`;
    const { path } = members[0]!.collection;
    return [
      { code: "OVERLAPPING_ROIS", severity: "info", text, collection: path, value: pairs.size },
    ];
  });
}
