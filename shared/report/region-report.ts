import { renderHead } from "./head-section.ts";
import { encodeJsonBlock, html } from "./html.ts";
import { renderMeanCurves } from "./mean-curve-section.ts";
import { renderOverlays } from "./overlay-section.ts";
import { renderPage } from "./page.ts";
import { renderProvenance } from "./provenance-section.ts";
import { renderComparisons } from "./region-comparison.ts";
import type { RegionReportContent } from "./region-content.ts";
import { labelRegions } from "./region-labels.ts";
import { renderDiagnostics, renderRegionGeometry, renderSources } from "./region-sources.ts";
import { regionStyle } from "./region-style.ts";
import { indexMeasurements, renderRegionTable } from "./region-table.ts";
import { renderExclusions, renderValues } from "./region-values.ts";
import { renderRemarks } from "./remark-section.ts";
import { renderFiles } from "./table-sections.ts";

/**
 * The report of regions as one HTML file: it asks for nothing from outside, needs no script to be read, and is the same for the
 * same content. All texts are escaped, whoever wrote them. Whatever is thinned out to keep the page readable is named.
 */
export function renderRegionReport(content: RegionReportContent): string {
  const labels = labelRegions(content.regions);
  const find = indexMeasurements(content);
  return renderPage(
    `${content.title} · ${content.program.name}`,
    [
      renderHead(content),
      renderRemarks(content.remarks, "#diagnostics"),
      renderRegionTable(content, labels, find),
      renderOverlays(content, labels),
      renderComparisons(content, labels, find),
      renderMeanCurves(content, labels),
      renderValues(content, labels, find),
      renderExclusions(content, labels),
      renderDiagnostics(content, labels),
      renderSources(content),
      renderRegionGeometry(content),
      renderFiles(content),
      renderProvenance(content),
      html`<script type="application/json" id="summary">${encodeJsonBlock(content.summary)}</script>\n`,
    ],
    regionStyle,
  );
}
