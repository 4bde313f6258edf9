import { planesWithRegions } from "./overlay-image.ts";
import type { RegionImage } from "./region-content.ts";
import { areParallel, positionAlong, type SliceView } from "./slice-view.ts";

/** Images drawn side by side: in each row one plane of each image, undefined where it has none there. */
export interface SliceTable {
  /** Positions in the list of images. */
  readonly images: readonly number[];
  readonly rows: readonly (readonly (number | undefined)[])[];
}

const nearly = 1 + 1e-6;

/**
 * Which planes to draw, in rows of one position: all images whose planes are parallel to the first together, every other one on its own.
 * A plane stands in the rows whose position lies in its slab, half a spacing to both sides; rows without a region are left out.
 */
export function alignSlices(
  images: readonly { readonly image: RegionImage; readonly view: SliceView }[],
): SliceTable[] {
  const tables: SliceTable[] = [];
  const left = new Set(images.keys());
  for (const first of images.keys()) {
    if (!left.has(first)) continue;
    const anchor = images[first]!.view.normal;
    const group = [...left].filter(
      (n) => n === first || areParallel(anchor, images[n]!.view.normal),
    );
    for (const n of group) left.delete(n);
    const positions = group.map((n) => {
      const { planes } = images[n]!.image;
      return planes.origins.map((_, plane) => positionAlong(planes, plane, anchor));
    });
    tables.push({
      images: group,
      rows: listRows(
        group.map((n) => images[n]!.image),
        positions,
      ),
    });
  }
  return tables.filter(({ rows }) => rows.length > 0);
}

function listRows(images: readonly RegionImage[], positions: readonly (readonly number[])[]) {
  const rows: { at: number; planes: (number | undefined)[] }[] = [];
  for (const [n, image] of images.entries()) {
    for (const plane of planesWithRegions(image)) {
      if (rows.some(({ planes }) => planes[n] === plane)) continue;
      const at = positions[n]![plane]!;
      const planes = images.map((other, m) =>
        m === n ? plane : nearestPlane(other, positions[m]!, at),
      );
      rows.push({ at, planes });
    }
  }
  // In the order of the first image's planes.
  const order = positions[0] ?? [];
  const sign = (order.at(-1) ?? 0) < (order[0] ?? 0) ? -1 : 1;
  return rows.sort((a, b) => sign * (a.at - b.at)).map(({ planes }) => planes);
}

function nearestPlane(
  { planes }: RegionImage,
  positions: readonly number[],
  at: number,
): number | undefined {
  const reach = ((planes.spacing ?? planes.thickness ?? 1) / 2) * nearly;
  let nearest: number | undefined;
  for (const [plane, position] of positions.entries()) {
    const distance = Math.abs(position - at);
    if (distance > reach) continue;
    if (nearest === undefined || distance < Math.abs(positions[nearest]! - at)) nearest = plane;
  }
  return nearest;
}
