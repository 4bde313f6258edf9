import type { MapToMeasure } from "#shared/derivatives/read-maps.ts";
import type { Diagnostic } from "#shared/roi/diagnostic.ts";
import { nameRoi } from "#shared/roi/remark.ts";
import type { MeasuredRegion } from "./measure-regions.ts";
import type { References } from "./read-references.ts";

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
 * Regions of one collection that share voxels, on the first map: their numbers are not independent, and the label map holds the later
 * one only.
 */
export function remarkOnOverlaps(measured: readonly MeasuredRegion[]): readonly Diagnostic[] {
  const first = measured.filter(({ map }) => map === 0);
  return [...Map.groupBy(first, ({ region }) => region.source).values()].flatMap((members) => {
    const owners = new Map<number, number[]>();
    members.forEach(({ onGrid }, n) => {
      for (const voxel of onGrid.voxels) {
        const list = owners.get(voxel);
        if (list === undefined) owners.set(voxel, [n]);
        else list.push(n);
      }
    });
    const pairs = new Map<string, number>();
    for (const list of owners.values()) {
      for (let b = 1; b < list.length; b++) {
        for (let a = 0; a < b; a++) {
          const key = `${list[a]} ${list[b]}`;
          pairs.set(key, (pairs.get(key) ?? 0) + 1);
        }
      }
    }
    if (pairs.size === 0) return [];
    const named = [...pairs].slice(0, mostPairs).map(([key, count]) => {
      const [a, b] = key.split(" ").map((n) => nameRoi(members[Number(n)]!.region.roi));
      return `${a} and ${b} (${count} voxels)`;
    });
    const more = pairs.size > named.length ? ` and ${pairs.size - named.length} more pairs` : "";
    const text = `Regions share voxels: ${named.join("; ")}${more}. Each is measured whole.`;
    const { path } = members[0]!.region.collection;
    return [
      { code: "OVERLAPPING_ROIS", severity: "info", text, collection: path, value: pairs.size },
    ];
  });
}
