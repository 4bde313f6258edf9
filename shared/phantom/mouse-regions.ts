import type { Grid, Vector3 } from "#shared/volume/grid.ts";
import { drawOutlines, type Stroke } from "./draw-outlines.ts";
import type { DrawnRegion } from "./drawn-collection.ts";

/** A region as somebody intends it: its parts, and the holes in them. */
export interface RegionPlan {
  readonly number: number;
  readonly name: string;
  readonly colour: Vector3;
  /** The only tissue it holds, by the tissue table; undefined where it crosses boundaries. */
  readonly tissue: string | undefined;
  readonly strokes: readonly Stroke[];
}

const always = Number.POSITIVE_INFINITY;
const vials = ["A", "B", "C", "D"].map((letter, n) => ({
  letter,
  centre: [[-9.6, -3.2, 3.2, 9.6][n]!, -11, 0] as const,
}));
const vialColours: readonly Vector3[] = [
  [31, 119, 180],
  [255, 127, 14],
  [44, 160, 44],
  [148, 103, 189],
];

/** On the T2 scan: vials, organs, a region in two parts, one with a hole, one across boundaries, a tiny one. */
export const organPlans: readonly RegionPlan[] = [
  ...vials.map(({ letter, centre }, n) => {
    const strokes = [{ centre, radii: [1.2, 1.2, always] as const, reach: always }];
    return region(n + 1, `vial ${letter}`, vialColours[n]!, `vial ${letter}`, strokes);
  }),
  region(5, "liver", [140, 86, 75], "liver", [
    { centre: [-4.3, -1.6, 7.2], radii: [2.6, 2, 5.5], reach: 4 },
  ]),
  region(6, "kidney medulla left", [227, 119, 194], "kidney medulla", [
    { centre: [4.35, 6.1, -1.4], radii: [0.6, 1.1, 2.6], reach: 2.2 },
  ]),
  region(7, "back muscles", [188, 189, 34], "muscle", [
    { centre: [1.7, 9.1, 0], radii: [1.1, 0.9, always], reach: 3 },
    { centre: [-4.7, 9.1, 0], radii: [1.1, 0.9, always], reach: 3 },
  ]),
  region(8, "tumour rim", [214, 39, 40], "tumour rim", [
    { centre: [11.45, 1.5, -0.4], radii: [2.6, 3.7, 4.6], reach: 2, exponent: 2.2 },
    { centre: [11.2, 1.2, -0.4], radii: [2.1, 2.8, 3.3], reach: 2, exponent: 2.2 },
  ]),
  region(9, "cavità necrotica", [23, 190, 207], "tumour necrotic core", [
    { centre: [11.2, 1.2, -0.4], radii: [1.4, 1.9, 2.4], reach: 1.9 },
  ]),
  region(10, "whole tumour", [127, 127, 127], undefined, [
    { centre: [11.4, 1.5, -0.4], radii: [2.5, 3.6, 4.4], reach: 3.4 },
  ]),
  region(11, "pelvis", [255, 187, 120], "renal pelvis", [
    { centre: [-5.65, 6.1, 1.4], radii: [0.45, 0.4, 2], reach: 0.7 },
  ]),
];

/** On the diffusion tensor scan, so large that they hold one tissue also on the slices of other scans. */
export const diffusionPlans: readonly RegionPlan[] = [
  region(1, "vial B", vialColours[1]!, "vial B", [
    { centre: vials[1]!.centre, radii: [1.15, 1.15, always], reach: always },
  ]),
  region(2, "back muscles", [188, 189, 34], "muscle", [
    { centre: [1.7, 9.1, 0], radii: [1.05, 0.85, always], reach: 5 },
    { centre: [-4.7, 9.1, 0], radii: [1.05, 0.85, always], reach: 5 },
  ]),
  region(3, "midollo spinale – metà", [255, 152, 150], "spinal cord", [
    { centre: [-1.5, 8.3, 0], radii: [0.75, 0.5, always], reach: 5 },
  ]),
  region(4, "cavità necrotica", [23, 190, 207], "tumour necrotic core", [
    { centre: [11.2, 1.2, -0.4], radii: [1.2, 1.5, 3], reach: 1.4 },
  ]),
  region(5, "liver", [140, 86, 75], "liver", [
    { centre: [-4.3, -1.6, 7.2], radii: [2.2, 1.7, 5.5], reach: 3.5 },
  ]),
];

/** On the T2-weighted scan, in other software: fewer regions, numbers that do not follow one another. */
export const outsidePlans: readonly RegionPlan[] = [
  region(2, "Vial C", vialColours[2]!, "vial C", [
    { centre: vials[2]!.centre, radii: [1.25, 1.25, always], reach: always },
  ]),
  region(3, "Liver lobe", [140, 86, 75], "liver", [
    { centre: [-4.5, -1.4, 7.2], radii: [2.4, 2.1, 5.5], reach: 4 },
  ]),
  region(7, "Nécrose", [23, 190, 207], "tumour necrotic core", [
    { centre: [11.2, 1.2, -0.4], radii: [1.3, 2, 2.4], reach: 1.9 },
  ]),
  region(12, "Tumeur entière", [127, 127, 127], undefined, [
    { centre: [11.4, 1.5, -0.4], radii: [2.55, 3.5, 4.4], reach: 3.4 },
  ]),
];

function region(
  number: number,
  name: string,
  colour: Vector3,
  tissue: string | undefined,
  strokes: readonly Stroke[],
): RegionPlan {
  return { number, name, colour, tissue, strokes };
}

/** The regions drawn on the slices of a scan; outlines follow one another slice by slice, as the viewer stores them. */
export function drawRegions(plans: readonly RegionPlan[], grid: Grid): readonly DrawnRegion[] {
  return plans.map(({ number, name, colour, strokes }) => ({
    number,
    name,
    colour,
    outlines: strokes
      .flatMap((stroke, n) => drawOutlines(grid, stroke, number + 2 * n))
      .toSorted((a, b) => a.slice - b.slice),
  }));
}
