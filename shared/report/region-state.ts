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

/** The status of a region as a word in its colour. */
export function renderState(status: RegionStatus): Html {
  return html`<span class="state ${tones[status]}">${status === "no-area" ? "no area" : status}</span>`;
}
