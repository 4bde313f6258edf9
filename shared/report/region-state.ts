import { type Html, html } from "./html.ts";
import type { RegionStatus } from "./region-content.ts";

const tones: Readonly<Record<RegionStatus, "ok" | "mind" | "bad">> = {
  ok: "ok",
  warning: "mind",
  partial: "mind",
  outside: "bad",
  "sub-voxel": "bad",
  "no-area": "bad",
  failed: "bad",
};

const mostReasons = 3;

/** The status of a region as a word in its colour, its reasons small beneath. */
export function renderState(status: RegionStatus, reasons: readonly string[]): Html {
  const shown = reasons.slice(0, mostReasons).map((reason) => html`<small>${reason}</small>`);
  const rest = reasons.length - shown.length;
  const more = rest > 0 ? html`<small>and ${rest} more</small>` : undefined;
  return html`<span class="state ${tones[status]}">${status === "no-area" ? "no area" : status}</span>${shown}${more}`;
}
