import { type Unit, unitFactor } from "#shared/units.ts";
import type { Grid } from "#shared/volume/grid.ts";
import type { Samples } from "#shared/volume/volume.ts";
import { type ColormapName, makeColormap, statusColour } from "./colormap.ts";
import { estimateQuantiles } from "./distribution.ts";
import { reportUnit } from "./format.ts";
import { layOutSlice, type SliceLayout } from "./orientation.ts";
import type { Picture } from "./png.ts";
import type { ReportMap } from "./report-content.ts";
import { ceilNice } from "./ticks.ts";

/** How the numbers of a map become colours, the same for all its slices. */
export interface ColourScale {
  readonly kind: "continuous" | "codes" | "colours";
  /** In the unit of the samples. */
  readonly low: number;
  readonly high: number;
  readonly colormap: ColormapName;
  /** The unit numbers are shown in, and what a sample is multiplied by to get there. */
  readonly unit: Unit;
  readonly factor: number;
}

const colormaps = {
  value: "viridis",
  error: "ember",
  quality: "tide",
  status: "grey",
  mask: "grey",
  colour: "grey",
} as const;

/**
 * The colour scale of a map: its display range when it gives one, else 0 (or the 1st percentile where
 * values are negative) to its 98th percentile rounded up; 0 to 1 for quality.
 */
export function chooseColourScale(
  map: Pick<ReportMap, "kind" | "samples" | "unit" | "displayRange" | "colormap">,
): ColourScale {
  const unit = reportUnit(map.unit);
  const factor = unitFactor(map.unit, unit);
  const colormap = map.colormap ?? colormaps[map.kind];
  const [low, high] = map.displayRange ?? chooseRange(map.kind, map.samples, factor);
  const kind =
    map.kind === "status" || map.kind === "mask"
      ? "codes"
      : map.kind === "colour"
        ? "colours"
        : "continuous";
  // A constant or empty map still needs a scale that can be divided by.
  return { kind, low, high: high > low ? high : low + 1 / factor, colormap, unit, factor };
}

function chooseRange(kind: ReportMap["kind"], samples: Samples, factor: number): [number, number] {
  if (kind === "quality" || kind === "mask") return [0, 1];
  if (kind === "status" || kind === "colour") return [0, 255];
  const [lowest = Number.NaN, highest = Number.NaN] = estimateQuantiles(samples, [0.01, 0.98]);
  if (!(highest > 0)) return Number.isNaN(highest) ? [0, 1 / factor] : [lowest, highest];
  return [
    lowest < 0 ? -ceilNice(-lowest * factor) / factor : 0,
    ceilNice(highest * factor) / factor,
  ];
}

// Index 0 of every palette is "no value": NaN, or outside the mask.
const levels = 255;

const palettes = new WeakMap<ColourScale, Uint8Array>();

/** Shape [256, 4]; index 0 is transparent (no value), 1 to 255 the colours of the scale or of the codes. */
export function makePalette(scale: ColourScale): Uint8Array {
  const known = palettes.get(scale);
  if (known !== undefined) return known;
  const palette = new Uint8Array(256 * 4);
  const colours = makeColormap(scale.colormap);
  for (let n = 1; n < 256; n++) {
    const colour =
      scale.kind === "codes"
        ? statusColour(n)
        : colours.subarray(
            Math.round(((n - 1) * 255) / (levels - 1)) * 3,
            Math.round(((n - 1) * 255) / (levels - 1)) * 3 + 3,
          );
    palette.set([...colour, 255], n * 4);
  }
  palettes.set(scale, palette);
  return palette;
}

/** The palette index of a sample: 0 for no value, else 1 to 255; values outside the scale take its ends. */
export function colourIndex(scale: ColourScale, value: number): number {
  if (Number.isNaN(value)) return 0;
  if (scale.kind === "codes") return Math.min(255, Math.max(0, Math.round(value)));
  const share = (value - scale.low) / (scale.high - scale.low);
  return share >= 1 ? levels : share <= 0 ? 1 : 1 + Math.round(share * (levels - 1));
}

/** One slice as a picture, in display orientation; with `stride` 2 every second pixel of both directions. */
export function drawSlice(
  grid: Grid,
  samples: Samples,
  slice: number,
  scale: ColourScale,
  stride = 1,
  layout: SliceLayout = layOutSlice(grid),
): Picture {
  if (scale.kind === "colours") return drawColours(grid, samples, slice, stride, layout);
  const width = Math.ceil(layout.width / stride);
  const height = Math.ceil(layout.height / stride);
  const pixels = new Uint8Array(width * height);
  const base = slice * grid.shape[0] * grid.shape[1] + layout.origin;
  let n = 0;
  let highest = 0;
  for (let y = 0; y < height; y++) {
    let voxel = base + y * stride * layout.stepDown;
    for (let x = 0; x < width; x++, voxel += stride * layout.stepRight) {
      const index = colourIndex(scale, samples[voxel]!);
      if (index > highest) highest = index;
      pixels[n++] = index;
    }
  }
  const palette = makePalette(scale).subarray(0, (highest + 1) * 4);
  return { width, height, kind: "palette", pixels, palette };
}

function drawColours(
  grid: Grid,
  samples: Samples,
  slice: number,
  stride: number,
  layout: SliceLayout,
): Picture {
  const width = Math.ceil(layout.width / stride);
  const height = Math.ceil(layout.height / stride);
  const pixels = new Uint8Array(4 * width * height);
  const base = slice * grid.shape[0] * grid.shape[1] + layout.origin;
  let n = 0;
  for (let y = 0; y < height; y++) {
    let voxel = base + y * stride * layout.stepDown;
    for (let x = 0; x < width; x++, voxel += stride * layout.stepRight) {
      for (let c = 0; c < 4; c++) pixels[n++] = samples[4 * voxel + c]!;
    }
  }
  return { width, height, kind: "rgba", pixels };
}

/** What the colours of a colour map mean, for legends. */
export const directionColours = [
  { colour: [255, 0, 0], text: "left-right" },
  { colour: [0, 255, 0], text: "anterior-posterior" },
  { colour: [0, 0, 255], text: "head-feet" },
] as const;
