import { renderHead } from "./head-section.ts";
import { encodeJsonBlock, html } from "./html.ts";
import { renderMaps } from "./map-section.ts";
import { renderModel } from "./model-section.ts";
import { renderPage } from "./page.ts";
import { renderProvenance } from "./provenance-section.ts";
import { renderRemarks } from "./remark-section.ts";
import type { ReportContent } from "./report-content.ts";
import { renderSamples } from "./sample-section.ts";
import {
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
    renderRemarks(content.warnings),
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
