import { type Html, html } from "./html.ts";
import type { Reference } from "./report-content.ts";

/** A page's section of what to cite; nothing when there is nothing. */
export function renderCitations(citations: readonly Reference[]): Html {
  if (citations.length === 0) return html``;
  const items = citations.map((citation) => html`${renderReference(citation)}\n`);
  return html`<section id="cite"><h2>How to cite</h2>\n<ul class="references">${items}</ul></section>\n`;
}

/** An entry of a list of references, with its address where it has a DOI. */
export function renderReference({ text, doi }: Reference): Html {
  if (doi === undefined) return html`<li>${text}</li>`;
  // A DOI is "10." and any characters; only its slashes stay as they are in the address.
  const address = `https://doi.org/${doi.toWellFormed().split("/").map(encodeURIComponent).join("/")}`;
  return html`<li>${text} <a href="${address}">doi:${doi}</a></li>`;
}
