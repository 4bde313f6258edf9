import { characterWidth, readGlyph } from "./bitmap-font.ts";
import type { Picture } from "./png.ts";

/** A picture that is drawn on: red, green, blue, shape [height, width, 3]. */
export interface Canvas {
  readonly width: number;
  readonly height: number;
  readonly pixels: Uint8Array;
}

export type Colour = readonly [number, number, number];

/** An empty canvas in one colour. */
export function makeCanvas(width: number, height: number, colour: Colour): Canvas {
  const canvas = { width, height, pixels: new Uint8Array(width * height * 3) };
  fillRectangle(canvas, 0, 0, width, height, colour);
  return canvas;
}

/** Fills a rectangle; what lies outside the canvas is left out. */
export function fillRectangle(
  canvas: Canvas,
  left: number,
  top: number,
  width: number,
  height: number,
  [red, green, blue]: Colour,
): void {
  const right = Math.min(canvas.width, left + width);
  const bottom = Math.min(canvas.height, top + height);
  for (let y = Math.max(0, top); y < bottom; y++) {
    for (let x = Math.max(0, left); x < right; x++) {
      const n = (y * canvas.width + x) * 3;
      canvas.pixels[n] = red;
      canvas.pixels[n + 1] = green;
      canvas.pixels[n + 2] = blue;
    }
  }
}

/** Writes a line of text, its top left corner at (left, top); `size` is the side of a font pixel. */
export function drawText(
  canvas: Canvas,
  text: string,
  left: number,
  top: number,
  size: number,
  colour: Colour,
): void {
  let x = left;
  for (const character of text) {
    for (const [y, bits] of readGlyph(character).entries()) {
      for (let bit = 0; bit < 5; bit++) {
        if ((bits & (16 >> bit)) === 0) continue;
        fillRectangle(canvas, x + bit * size, top + y * size, size, size, colour);
      }
    }
    x += characterWidth * size;
  }
}

/** Width of a line of text in pixels. */
export function measureText(text: string, size: number): number {
  return Math.max(0, [...text].length * characterWidth - 1) * size;
}

/** Text cut to a width, with an ellipsis where something is missing. */
export function shortenText(text: string, width: number, size: number): string {
  const characters = [...text];
  const room = Math.max(1, Math.floor((width / size + 1) / characterWidth));
  return characters.length <= room ? text : `${characters.slice(0, room - 1).join("")}…`;
}

/** Draws a picture of palette or rgba colours into a rectangle, nearest neighbour; transparent pixels stay as they are. */
export function drawPicture(
  canvas: Canvas,
  picture: Picture,
  left: number,
  top: number,
  width: number,
  height: number,
): void {
  const indexed = picture.kind === "palette";
  const colours = indexed ? (picture.palette ?? new Uint8Array(0)) : picture.pixels;
  for (let y = 0; y < height; y++) {
    const row = Math.min(picture.height - 1, Math.floor(((y + 0.5) / height) * picture.height));
    for (let x = 0; x < width; x++) {
      const column = Math.min(picture.width - 1, Math.floor(((x + 0.5) / width) * picture.width));
      const pixel = row * picture.width + column;
      const entry = 4 * (indexed ? picture.pixels[pixel]! : pixel);
      if (colours[entry + 3] === 0) continue;
      const n = ((top + y) * canvas.width + left + x) * 3;
      for (let c = 0; c < 3; c++) canvas.pixels[n + c] = colours[entry + c]!;
    }
  }
}
