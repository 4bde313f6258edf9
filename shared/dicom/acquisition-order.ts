import type { Image } from "./frame.ts";

/**
 * The order in which the images of each slice were measured: places 0...n-1 of the images of every slice.
 *
 * The first key of `Frame.acquisitionOrder` by which the images of each slice all differ decides.
 *
 * @param slices - images of each slice, shape [nz, n]
 * @param aligned - image i of every slice belongs to the same measurement, so that its place must be the same in all
 * @returns shape [nz, n]; undefined when no key tells the images apart (or puts them into one order, when aligned)
 */
export function acquisitionPlaces(
  slices: readonly (readonly Image[])[],
  aligned: boolean,
): readonly (readonly number[])[] | undefined {
  const keys = slices[0]?.[0]?.frame.acquisitionOrder.keys() ?? [];
  for (const key of keys) {
    const places = slices.map((images) => placesBy(images, key));
    const first = places[0];
    if (first === undefined || places.includes(undefined)) continue;
    const same = places.every((place) => place!.every((at, i) => at === first[i]));
    if (aligned && !same) continue;
    return places as readonly (readonly number[])[];
  }
  return undefined;
}

/** Places of images by one key; undefined when it is missing or not different in all of them. */
function placesBy(images: readonly Image[], key: number): readonly number[] | undefined {
  const values = images.map(({ frame }) => frame.acquisitionOrder[key]);
  if (values.includes(undefined) || new Set(values).size < values.length) return undefined;
  const sorted = images.map((_, i) => i).sort((a, b) => values[a]! - values[b]!);
  const places = new Array<number>(images.length);
  sorted.forEach((image, place) => {
    places[image] = place;
  });
  return places;
}
