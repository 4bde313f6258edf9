import { hexColour, makeColormap } from "./colormap.ts";
import { labelWithUnit, typesetSymbols } from "./format.ts";
import { type Html, html } from "./html.ts";
import type { ColourScale } from "./map-image.ts";
import { coordinate } from "./svg.ts";
import { labelTicks, thinTicks } from "./ticks.ts";

const width = 220;
const inset = 12;
const barWidth = width - 2 * inset;
const stops = 64;
/** Of a tick label, in the units of the drawing. */
const letterWidth = 5.9;

/** The heading of a map's column (name and unit) above its colour bar with ticks, in the unit of reports. */
export function renderColourBar(scale: ColourScale, name: string): Html {
  const low = scale.low * scale.factor;
  const high = scale.high * scale.factor;
  const ticks = thinTicks(labelTicks([low, high], 4), barWidth / letterWidth);
  const colours = makeColormap(scale.colormap);
  const step = barWidth / stops;
  const rects = Array.from({ length: stops }, (_, n) => {
    const colour = hexColour(colours, Math.round((n * 255) / (stops - 1)));
    // Overlap by half a unit, so that no seam shows between two steps.
    return html`<rect x="${coordinate(inset + n * step)}" y="2" width="${coordinate(step + (n < stops - 1 ? 0.5 : 0))}" height="12" fill="${colour}"/>`;
  });
  const marks = ticks.values.map((value, n) => {
    const x = coordinate(inset + ((value - low) / (high - low)) * barWidth);
    return html`<line class="axis" x1="${x}" x2="${x}" y1="14" y2="18"/><text x="${x}" y="29" text-anchor="middle">${ticks.labels[n]}</text>`;
  });
  const label = labelWithUnit(typesetSymbols(name), scale.unit, ticks.power);
  const bar = html`<svg class="plot bar" viewBox="0 0 ${width} 32" role="img" aria-label="${`Colour bar of ${label}`}">${rects}${marks}</svg>`;
  return html`<div class="scale"><b>${label}</b>${bar}</div>`;
}
