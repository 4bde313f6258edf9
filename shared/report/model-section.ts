import { unitEntry } from "#shared/units.ts";
import { typesetSymbols } from "./format.ts";
import { type Html, html, renderTable } from "./html.ts";
import { renderReference } from "./reference-list.ts";
import type { ModelSheet } from "./report-content.ts";

/** The data sheet of the model: equation, symbols, assumptions, when not to use it, references. */
export function renderModel(model: ModelSheet | undefined): Html {
  if (model === undefined) return html``;
  const symbols = renderTable(
    [
      { heading: "Symbol", unbroken: true },
      { heading: "Meaning" },
      { heading: "Unit" },
      { heading: "Range" },
    ],
    model.symbols.map(({ symbol, meaning, unit, range }) => [
      html`<i>${typesetSymbols(symbol)}</i>`,
      meaning,
      unit === undefined ? "" : unitEntry(unit).label,
      range ?? "",
    ]),
  );
  return html`<section id="model"><h2>Model</h2>
<p>${typesetSymbols(model.name)}</p>
<p class="equation">${typesetSymbols(model.equation)}</p>
${model.symbols.length > 0 ? symbols : undefined}<div class="beside even">${renderList("Assumptions", model.assumptions)}${renderList("When not to use it", model.notFor)}</div>
${model.references.length > 0 ? html`<h3>References</h3>\n<ol class="references">${model.references.map(renderReference)}</ol>\n` : undefined}</section>\n`;
}

function renderList(title: string, items: readonly string[]): Html {
  if (items.length === 0) return html``;
  return html`<div><h3>${title}</h3><ul>${items.map((item) => html`<li>${typesetSymbols(item)}</li>`)}</ul></div>`;
}
