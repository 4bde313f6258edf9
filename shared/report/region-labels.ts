import type { Colour } from "./canvas.ts";
import { distinctColour } from "./colormap.ts";
import type { ReportRegion } from "./region-content.ts";

/** What a region is called in pictures and tables. */
export interface RegionLabel {
  /** Position in the list of regions. */
  readonly position: number;
  /** Short and unique: its number in its file, or its place in the report where numbers repeat or are long. */
  readonly label: string;
  /** Name without spaces at the ends; `(no name)` where it has none. */
  readonly name: string;
  readonly colour: Colour;
}

const largestNumber = 999;

/** Label, name and colour of each region, in their order. */
export function labelRegions(
  regions: readonly Pick<ReportRegion, "number" | "name" | "colour">[],
): RegionLabel[] {
  const numbers = new Set(regions.map(({ number }) => number));
  const byNumber =
    numbers.size === regions.length &&
    [...numbers].every((n) => Number.isInteger(n) && n >= 0 && n <= largestNumber);
  return regions.map(({ number, name, colour }, position) => ({
    position,
    label: String(byNumber ? number : position + 1),
    name: name.trim() === "" ? "(no name)" : name.trim(),
    colour: colour === undefined ? distinctColour(position) : colour,
  }));
}

/** Text cut to a number of characters, with an ellipsis where something is missing. */
export function shortenName(name: string, length: number): string {
  const characters = [...name.slice(0, 4 * length + 4)];
  if (characters.length <= length && name.length <= 4 * length + 4) return name;
  return `${characters.slice(0, length - 1).join("")}…`;
}
