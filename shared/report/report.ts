import { typesetSymbols } from "./format.ts";
import { encodeJsonBlock, type Html, html } from "./html.ts";
import { renderMaps } from "./map-section.ts";
import { renderModel } from "./model-section.ts";
import { renderPage, renderVerdict } from "./page.ts";
import { renderProvenance } from "./provenance-section.ts";
import type { ReportContent } from "./report-content.ts";
import { renderSamples } from "./sample-section.ts";
import {
  listFacts,
  renderAcquisition,
  renderDistributions,
  renderExtraTables,
  renderFiles,
  renderGeometry,
  renderStatuses,
} from "./table-sections.ts";

/**
 * The report of a run as one HTML file: it asks for nothing from outside, needs no script to be read, and
 * is the same for the same content. All texts are escaped, whoever wrote them.
 */
export function renderReport(content: ReportContent): string {
  return renderPage(`${content.title} · ${content.program.name}`, [
    renderHead(content),
    renderWarnings(content),
    renderMaps(content),
    renderDistributions(content),
    renderSamples(content),
    renderStatuses(content),
    renderExtraTables(content),
    renderModel(content.model),
    renderAcquisition(content),
    renderGeometry(content),
    renderFiles(content),
    renderProvenance(content),
    html`<script type="application/json" id="summary">${encodeJsonBlock(content.summary)}</script>\n`,
  ]);
}

function renderHead({ title, program, verdict, header }: ReportContent): Html {
  const reasons = verdict.reasons.map((reason) => html`<li>${reason}</li>`);
  return html`<header>
<p class="program">${program.name} ${program.version}</p>
<h1>${typesetSymbols(title)} ${renderVerdict(verdict)}</h1>
${reasons.length > 0 ? html`<ul class="reasons ${verdict.level}">${reasons}</ul>\n` : undefined}</header>
${header.length > 0 ? listFacts(header) : undefined}`;
}

function renderWarnings({ warnings }: ReportContent): Html {
  if (warnings.length === 0) return html``;
  const items = warnings.map(({ code, text }) => html`<li><code>${code}</code> ${text}</li>\n`);
  return html`<section class="warnings"><h2>Warnings</h2>\n<ul>${items}</ul></section>\n`;
}
