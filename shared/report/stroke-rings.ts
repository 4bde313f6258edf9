import type { Canvas, Colour } from "./canvas.ts";

/** A part of a canvas that is drawn on, in pixels. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** How outlines are drawn. */
export interface Stroke {
  readonly colour: Colour;
  /** Of the line, pixels. */
  readonly width: number;
  /** 0 to 1. */
  readonly opacity: number;
}

/**
 * Draws closed outlines with smooth edges: a pixel takes as much of the colour as the line covers of it, judged by the
 * distance of its centre from the nearest piece; where pieces meet or cross nothing is drawn twice. What lies outside the box is
 * left out.
 *
 * @param rings - x, y, x, y, ... in pixels from the top left corner of the box; the centre of its first pixel at (0.5, 0.5)
 */
export function strokeRings(
  canvas: Canvas,
  rings: readonly Float64Array[],
  box: Box,
  { colour, width, opacity }: Stroke,
): void {
  const reach = width / 2 + 0.5;
  const bounds = boundRings(rings, box, reach);
  if (bounds.width <= 0 || bounds.height <= 0) return;
  const cover = new Float32Array(bounds.width * bounds.height);
  for (const ring of rings) {
    const last = ring.length - 2;
    for (let n = 0; n <= last; n += 2) {
      const before = n === 0 ? last : n - 2;
      coverSegment(cover, bounds, reach, [
        ring[before]!,
        ring[before + 1]!,
        ring[n]!,
        ring[n + 1]!,
      ]);
    }
  }
  for (let y = 0; y < bounds.height; y++) {
    for (let x = 0; x < bounds.width; x++) {
      const share = cover[y * bounds.width + x]! * opacity;
      if (share === 0) continue;
      const column = box.left + bounds.left + x;
      const row = box.top + bounds.top + y;
      if (column < 0 || row < 0 || column >= canvas.width || row >= canvas.height) continue;
      const n = (row * canvas.width + column) * 3;
      for (let c = 0; c < 3; c++) {
        canvas.pixels[n + c] = Math.round(canvas.pixels[n + c]! * (1 - share) + colour[c]! * share);
      }
    }
  }
}

/** The pixels of the box that outlines can reach. */
function boundRings(rings: readonly Float64Array[], box: Box, reach: number): Box {
  let [left, top, right, bottom] = [box.width, box.height, 0, 0];
  for (const ring of rings) {
    for (let n = 0; n + 1 < ring.length; n += 2) {
      if (!Number.isFinite(ring[n]! + ring[n + 1]!)) continue;
      left = Math.min(left, ring[n]! - reach);
      right = Math.max(right, ring[n]! + reach);
      top = Math.min(top, ring[n + 1]! - reach);
      bottom = Math.max(bottom, ring[n + 1]! + reach);
    }
  }
  left = Math.max(0, Math.floor(left));
  top = Math.max(0, Math.floor(top));
  right = Math.min(box.width, Math.ceil(right));
  bottom = Math.min(box.height, Math.ceil(bottom));
  return { left, top, width: right - left, height: bottom - top };
}

function coverSegment(
  cover: Float32Array,
  bounds: Box,
  reach: number,
  [x1, y1, x2, y2]: readonly [number, number, number, number],
): void {
  const [dx, dy] = [x2 - x1, y2 - y1];
  const squared = dx * dx + dy * dy;
  if (!Number.isFinite(squared)) return;
  const top = Math.max(bounds.top, Math.floor(Math.min(y1, y2) - reach));
  const bottom = Math.min(bounds.top + bounds.height, Math.ceil(Math.max(y1, y2) + reach));
  for (let row = top; row < bottom; row++) {
    const y = row + 0.5;
    // Only the piece of the segment near this row can reach it: long slanted lines stay cheap.
    const [a, b] = clipToRow(x1, y1, dx, dy, y, reach);
    const left = Math.max(bounds.left, Math.floor(Math.min(a, b) - reach));
    const right = Math.min(bounds.left + bounds.width, Math.ceil(Math.max(a, b) + reach));
    for (let column = left; column < right; column++) {
      const x = column + 0.5;
      const along = squared > 0 ? ((x - x1) * dx + (y - y1) * dy) / squared : 0;
      const t = Math.min(1, Math.max(0, along));
      const distance = Math.hypot(x - x1 - t * dx, y - y1 - t * dy);
      const share = Math.min(1, reach - distance);
      const n = (row - bounds.top) * bounds.width + column - bounds.left;
      if (share > cover[n]!) cover[n] = share;
    }
  }
}

/** Abscissae between which a segment runs within `reach` of a row. */
function clipToRow(x1: number, y1: number, dx: number, dy: number, y: number, reach: number) {
  if (dy === 0) return [x1, x1 + dx] as const;
  const t = [(y - reach - y1) / dy, (y + reach - y1) / dy].map((s) => Math.min(1, Math.max(0, s)));
  return [x1 + t[0]! * dx, x1 + t[1]! * dx] as const;
}
