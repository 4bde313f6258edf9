import { type Html, html } from "./html.ts";
import { cssColour } from "./outline-store.ts";
import { type RegionLabel, shortenName } from "./region-labels.ts";

/** A region in a line of text: its colour, its label, and its name cut to a length, whole on hover. */
export function renderRegion(label: RegionLabel, length = 60): Html {
  const name = shortenName(label.name, length);
  const full = name === label.name ? undefined : html` title="${shortenName(label.name, 200)}"`;
  return html`<span class="region"${full}><i class="swatch" style="background:${cssColour(label)}"></i><b>${label.label}</b> <bdi>${name}</bdi></span>`;
}
