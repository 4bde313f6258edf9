import { type Html, html } from "./html.ts";
import { outlinesOn } from "./overlay-image.ts";
import { placeLabels } from "./place-labels.ts";
import type { RegionImage } from "./region-content.ts";
import type { RegionLabel } from "./region-labels.ts";
import { simplifyRing } from "./simplify-ring.ts";
import { placeRing, type SliceView } from "./slice-view.ts";

/** Width of the drawing of a slice, units. */
export const drawingWidth = 2000;

/** Outlines drawn once and shown wherever maps of one grid have the same. */
export interface OutlineStore {
  /** Markup of the outlines of a slice by what is in it. */
  readonly ids: Map<string, string>;
  readonly parts: Html[];
  /** Characters of all parts; beyond the limit nothing more is drawn. */
  size: number;
  readonly limit: number;
}

/** An empty store. */
export function makeOutlineStore(limit: number): OutlineStore {
  return { ids: new Map(), parts: [], size: 0, limit };
}

/** A slice with outlines, as it is drawn on the page. */
export interface OutlinedSlice {
  readonly image: RegionImage;
  readonly view: SliceView;
  readonly plane: number;
  /** Every how many-th voxel the picture beneath shows. */
  readonly stride: number;
  /** Height of a label, units of the drawing. */
  readonly fontSize: number;
  /** How far an outline may be off, units of the drawing. */
  readonly tolerance: number;
}

/** Pixels of the layout that a picture with a stride covers, across and down. */
export function coveredPixels({ layout }: SliceView, stride: number) {
  return {
    width: Math.ceil(layout.width / stride) * stride,
    height: Math.ceil(layout.height / stride) * stride,
  };
}

/** Height of the drawing of a slice, units. */
export function drawingHeight(view: SliceView, stride: number): number {
  const { width, height } = coveredPixels(view, stride);
  const { pixelWidth, pixelHeight } = view.layout;
  return Math.max(1, Math.round((drawingWidth * height * pixelHeight) / (width * pixelWidth)));
}

/** The outlines of a slice as a drawing to lie over its picture; undefined where there are none. */
export function renderOutlines(
  store: OutlineStore,
  labels: readonly RegionLabel[],
  slice: OutlinedSlice,
): Html | undefined {
  const { view, stride } = slice;
  if (store.size > store.limit) return undefined;
  const drawn = drawRegions(labels, slice);
  if (drawn.length === 0) return undefined;
  const height = drawingHeight(view, stride);
  const key = `${slice.fontSize} ${drawn.map(({ label, path }) => label.position + path).join()}`;
  let id = store.ids.get(key);
  if (id === undefined) {
    id = `o${store.ids.size}`;
    store.ids.set(key, id);
    const part = describeOutlines(id, drawn, slice.fontSize, height);
    store.parts.push(part);
    store.size += part.markup.length;
  }
  return html`<svg class="outlines" viewBox="0 0 ${drawingWidth} ${height}" preserveAspectRatio="none" aria-hidden="true"><use href="#${id}"/></svg>`;
}

interface DrawnRegion {
  readonly label: RegionLabel;
  readonly rings: readonly Float64Array[];
  readonly path: string;
}

function drawRegions(labels: readonly RegionLabel[], slice: OutlinedSlice): DrawnRegion[] {
  const { image, view, plane, stride, tolerance } = slice;
  const covered = coveredPixels(view, stride);
  const scaleX = drawingWidth / covered.width;
  const scaleY = drawingHeight(view, stride) / covered.height;
  // The sample at the corner of a block of voxels is drawn as the whole block.
  const shift = (stride - 1) / 2;
  return image.shapes.flatMap((shape) => {
    const label = labels[shape.region];
    if (label === undefined) return [];
    const rings = outlinesOn(image, shape, plane)
      .map((ring) =>
        placeRing(view, ring, scaleX, scaleY).map((at, n) =>
          clip(at + shift * (n % 2 === 0 ? scaleX : scaleY)),
        ),
      )
      .map((ring) => simplifyRing(ring, tolerance));
    return rings.length > 0 ? [{ label, rings, path: rings.map(writePath).join("") }] : [];
  });
}

/** Coordinates that no drawing needs stay within what a number of ours can hold. */
function clip(at: number): number {
  return Number.isFinite(at) ? Math.min(1e6, Math.max(-1e6, at)) : 0;
}

/** A closed path in whole units, each point relative to the one before. */
function writePath(ring: Float64Array): string {
  let [x, y] = [Math.round(ring[0] ?? 0), Math.round(ring[1] ?? 0)];
  let path = `M${x} ${y}`;
  for (let n = 2; n + 1 < ring.length; n += 2) {
    const [nextX, nextY] = [Math.round(ring[n]!), Math.round(ring[n + 1]!)];
    if (nextX === x && nextY === y) continue;
    path += `l${nextX - x} ${nextY - y}`;
    [x, y] = [nextX, nextY];
  }
  return `${path}z`;
}

function describeOutlines(
  id: string,
  drawn: readonly DrawnRegion[],
  fontSize: number,
  height: number,
): Html {
  // One set of paths for the dark rim and the line: the rim sets the variable.
  const paths = drawn.map(
    ({ label, path }) => html`<path stroke="var(--rim,${cssColour(label)})" d="${path}"/>`,
  );
  const crowded = isCrowded(drawn, fontSize, height);
  const size = crowded ? fontSize * enlargedShare : fontSize;
  const textHeight = Math.round(size * 0.74);
  const places = placeLabels(
    drawn.map(({ rings, label }) => ({
      rings,
      width: Math.round(size * letterShare * label.label.length),
      height: textHeight,
    })),
    { width: drawingWidth, height },
  );
  const kind = crowded ? "tag crowded" : "tag";
  const texts = drawn.map(({ label }, n) => {
    const place = places[n];
    if (place === undefined) return undefined;
    return html`<text x="${place.left}" y="${place.top + textHeight}" fill="${cssColour(label)}">${label.label}</text>`;
  });
  return html`<g id="${id}r" class="ring">${paths}</g><g id="${id}"><use class="rim" href="#${id}r"/><use class="line" href="#${id}r"/><g class="${kind}">${texts}</g></g>\n`;
}

/** Width of a letter, as a share of the height of the font. */
const letterShare = 0.6;
/** Height of labels in the enlarged picture, as a share of that in the small one (see region-style.ts). */
const enlargedShare = 0.38;
/** Labels that would take more of a picture than this are shown only where it is enlarged. */
const mostLabelled = 0.1;

function isCrowded(drawn: readonly DrawnRegion[], fontSize: number, height: number): boolean {
  const letters = drawn.reduce((sum, { label }) => sum + label.label.length, 0);
  return letters * letterShare * fontSize ** 2 > mostLabelled * drawingWidth * height;
}

/** The colour of a region for an attribute of ours. */
export function cssColour({ colour }: RegionLabel): string {
  return `#${colour
    .map((c) =>
      Math.min(255, Math.max(0, Math.round(c) || 0))
        .toString(16)
        .padStart(2, "0"),
    )
    .join("")}`;
}
