import {
  type Canvas,
  type Colour,
  drawText,
  fillRectangle,
  measureText,
  shortenText,
} from "./canvas.ts";
import { makeColormap } from "./colormap.ts";
import { labelWithUnit, typesetSymbols } from "./format.ts";
import type { ColourScale } from "./map-image.ts";
import { labelTicks, thinTicks } from "./ticks.ts";

const ink: Colour = [28, 30, 34];
const soft: Colour = [91, 98, 108];

const labelWidth = 170;
const barWidth = 400;

/** Draws the name and unit of a map and, to the right of them, its colour bar with ticks; 570 pixels wide, 43 high. */
export function drawBar(
  canvas: Canvas,
  name: string,
  scale: ColourScale,
  left: number,
  top: number,
): void {
  const barLeft = left + labelWidth;
  const low = scale.low * scale.factor;
  const high = scale.high * scale.factor;
  const ticks = thinTicks(labelTicks([low, high], 5), barWidth / measureText("00", 2) + 1);
  const label = labelWithUnit(typesetSymbols(name), scale.unit, ticks.power);
  drawText(canvas, shortenText(label, labelWidth - 16, 2), left, top, 2, ink);
  const colours = makeColormap(scale.colormap);
  for (let x = 0; x < barWidth; x++) {
    const n = Math.round((x * 255) / (barWidth - 1)) * 3;
    fillRectangle(canvas, barLeft + x, top, 1, 16, [colours[n]!, colours[n + 1]!, colours[n + 2]!]);
  }
  for (const [n, value] of ticks.values.entries()) {
    const x = barLeft + Math.round(((value - low) / (high - low)) * (barWidth - 1));
    const text = ticks.labels[n]!;
    fillRectangle(canvas, x, top + 16, 1, 5, soft);
    drawText(canvas, text, x - Math.floor(measureText(text, 2) / 2), top + 25, 2, soft);
  }
}
