import { type Canvas, drawPicture, drawText, makeCanvas, measureText } from "./canvas.ts";
import { estimateQuantiles } from "./distribution.ts";
import { type ColourScale, chooseColourScale, drawSlice } from "./map-image.ts";
import { placeLabels } from "./place-labels.ts";
import { encodePng } from "./png.ts";
import type {
  RegionImage,
  RegionMap,
  RegionMeasurement,
  RegionReference,
  RegionShape,
} from "./region-content.ts";
import type { RegionLabel } from "./region-labels.ts";
import { placeRing, type SliceView, viewPlanes } from "./slice-view.ts";
import { type Box, strokeRings } from "./stroke-rings.ts";
import { ceilNice } from "./ticks.ts";
import { traceBoundary } from "./trace-boundary.ts";

/** One slice of an image with the regions on it. */
export interface OverlaySlice {
  readonly image: RegionImage;
  readonly plane: number;
  readonly scale: ColourScale;
  /** Of all regions; shapes name them by their position. */
  readonly labels: readonly RegionLabel[];
  readonly view?: SliceView | undefined;
}

/** Grey scale of a reference image: from its 1st to its 99.5th percentile unless it gives a range. */
export function chooseGreyScale(reference: Omit<RegionReference, "shapes">): ColourScale {
  const { samples, unit } = reference;
  const displayRange = reference.displayRange ?? rangeOf(samples);
  return chooseColourScale({ kind: "value", samples, unit, displayRange, colormap: "grey" });
}

function rangeOf(samples: RegionImage["samples"]): [number, number] {
  const [low = 0, high = 1] = estimateQuantiles(samples, [0.01, 0.995]);
  return Number.isFinite(low) && high > low ? [low, high] : [0, 1];
}

/**
 * Colour scale of a map, the same for all its slices: reaches to the upper quartile of every region, however few voxels it has, unless
 * the map gives a range.
 */
export function chooseMapScale(
  map: Omit<RegionMap, "shapes">,
  measurements: readonly Pick<RegionMeasurement, "p75">[] = [],
): ColourScale {
  const scale = chooseColourScale(map);
  if (map.displayRange !== undefined) return scale;
  // A region of failed fits must not darken all others.
  const bound = scale.low + mostStretch * (scale.high - scale.low);
  const high = measurements.reduce(
    (most, { p75 }) => (p75 > most && p75 <= bound ? p75 : most),
    scale.high,
  );
  if (high === scale.high) return scale;
  return { ...scale, high: ceilNice(high * scale.factor) / scale.factor };
}

const mostStretch = 3;

/** Outlines of a shape on a plane, in index coordinates: as given, else the border of its voxels. */
export function outlinesOn(
  { planes }: RegionImage,
  shape: RegionShape,
  plane: number,
): readonly Float64Array[] {
  const given = shape.outlines.filter((one) => one.plane === plane).flatMap(({ rings }) => rings);
  if (given.length > 0 || shape.voxels === undefined) return given;
  return traceBoundary(shape.voxels, plane, planes.shape);
}

/** Planes of an image that hold something of a region, ascending. */
export function planesWithRegions({ planes, shapes }: RegionImage): number[] {
  const [nx, ny, nz] = planes.shape;
  const found = new Set<number>();
  for (const { outlines, voxels } of shapes) {
    for (const { plane, rings } of outlines) if (rings.length > 0) found.add(plane);
    for (const voxel of voxels ?? []) found.add(Math.floor(voxel / (nx * ny)));
  }
  return [...found].filter((plane) => plane >= 0 && plane < nz).sort((a, b) => a - b);
}

const casing = { colour: [0, 0, 0], width: 4, opacity: 0.6 } as const;
const lineWidth = 1.8;

/** Labels that would take more of a picture than this are written small. */
const mostLabelled = 0.1;

/** Draws a slice into a box of a canvas, the outlines of its regions over it, and their labels beside them. */
export function drawOverlay(canvas: Canvas, slice: OverlaySlice, box: Box): void {
  const { image, plane, scale, labels, view = viewPlanes(image.planes) } = slice;
  const { layout, grid } = view;
  const picture = drawSlice(grid, image.samples, plane, scale, 1, layout);
  drawPicture(canvas, picture, box.left, box.top, box.width, box.height);
  const drawn = image.shapes.flatMap((shape) => {
    const label = labels[shape.region];
    const rings = outlinesOn(image, shape, plane).map((ring) =>
      placeRing(view, ring, box.width / layout.width, box.height / layout.height),
    );
    return rings.length > 0 && label !== undefined ? [{ label, rings }] : [];
  });
  for (const { rings, label } of drawn) {
    strokeRings(canvas, rings, box, casing);
    strokeRings(canvas, rings, box, { colour: label.colour, width: lineWidth, opacity: 1 });
  }
  const letters = drawn.reduce((sum, { label }) => sum + label.label.length, 0);
  const crowded = letters * 12 * 14 > mostLabelled * box.width * box.height;
  const fontSize = crowded ? 1 : 2;
  const places = placeLabels(
    drawn.map(({ rings, label }) => ({
      rings,
      width: measureText(label.label, fontSize),
      height: 7 * fontSize,
    })),
    box,
  );
  for (const [n, place] of places.entries()) {
    const label = drawn[n]?.label;
    if (place === undefined || label === undefined) continue;
    drawHaloText(canvas, label, box.left + place.left, box.top + place.top, fontSize);
  }
}

/** A label in its colour with a dark rim, so that it can be read on any ground. */
function drawHaloText(
  canvas: Canvas,
  { label, colour }: RegionLabel,
  left: number,
  top: number,
  size: number,
): void {
  for (const dx of [-1, 0, 1]) {
    for (const dy of [-1, 0, 1]) drawText(canvas, label, left + dx, top + dy, size, [0, 0, 0]);
  }
  drawText(canvas, label, left, top, size, colour);
}

/**
 * Width and height of the picture of a slice, pixels: true proportions, the smaller side of a voxel a whole number of pixels, as
 * large as `longestSide` allows; larger only where the matrix is.
 */
export function sizeOverlay({ layout }: SliceView, longestSide: number) {
  const { width, height, pixelWidth, pixelHeight } = layout;
  const smaller = Math.min(pixelWidth, pixelHeight);
  const [across, down] = [(width * pixelWidth) / smaller, (height * pixelHeight) / smaller];
  const factor = Math.max(1, Math.floor(longestSide / Math.max(across, down)));
  const side = (length: number) => Math.min(largestSide, Math.max(1, Math.round(length * factor)));
  return { width: side(across), height: side(down) };
}

const largestSide = 4096;

/** A slice with its regions as a PNG, about `longestSide` pixels wide or high. */
export function encodeOverlay(slice: OverlaySlice, longestSide = 720): Uint8Array {
  const view = slice.view ?? viewPlanes(slice.image.planes);
  const { width, height } = sizeOverlay(view, longestSide);
  const canvas = makeCanvas(width, height, [228, 229, 232]);
  drawOverlay(canvas, { ...slice, view }, { left: 0, top: 0, width, height });
  return encodePng({ ...canvas, kind: "rgb" });
}
