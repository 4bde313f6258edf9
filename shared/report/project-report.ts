import { renderMeasures } from "./group-section.ts";
import { renderHead } from "./head-section.ts";
import { type Html, html, renderTable } from "./html.ts";
import { renderPage } from "./page.ts";
import type { ProjectReportContent } from "./project-content.ts";
import { projectScript } from "./project-script.ts";
import { projectStyle } from "./project-style.ts";
import { renderCitations } from "./reference-list.ts";
import { renderRemarks } from "./remark-section.ts";
import { renderSessions, renderTroubles } from "./session-section.ts";
import { linkTo, listFacts } from "./table-sections.ts";

/**
 * The report of a run over a project as one HTML file: it asks for nothing from outside, needs no script to be read, and stays usable
 * with ten thousand sessions. All texts are escaped, whoever wrote them.
 */
export function renderProjectReport(content: ProjectReportContent): string {
  return renderPage(
    `${content.title} · ${content.program.name}`,
    [
      renderHead(content),
      renderRemarks(content.remarks),
      renderTroubles(content),
      renderMeasures(content),
      renderSessions(content),
      renderPlan(content),
      renderOptions(content),
      renderCitations(content.citations),
      renderFiles(content),
    ],
    projectStyle,
    projectScript,
  );
}

function renderPlan({ plan }: ProjectReportContent): Html {
  if (plan.length === 0) return html``;
  return html`<section id="plan"><h2>Plan</h2>\n${listFacts(plan)}<p class="note"><a href="plan.csv">plan.csv</a> says of every scan whether it was taken, and why not.</p>\n</section>\n`;
}

function renderOptions({ options }: ProjectReportContent): Html {
  if (options.length === 0) return html``;
  const rows = options.map(({ name, value, isDefault }) => [
    html`<code>--${name}</code>`,
    isDefault ? value : html`<b>${value}</b>`,
    isDefault ? "default" : "given",
  ]);
  const table = renderTable(
    [{ heading: "Option", unbroken: true }, { heading: "Value" }, { heading: "" }],
    rows,
  );
  return html`<section id="options"><h2>Options</h2>\n<details><summary>All options of this run</summary>\n${table}</details></section>\n`;
}

function renderFiles({ files }: ProjectReportContent): Html {
  if (files.length === 0) return html``;
  const rows = files.map(({ path, content }) => [
    html`<a href="${linkTo(path)}">${path}</a>`,
    content,
  ]);
  return html`<section id="files"><h2>Files</h2>\n${renderTable([{ heading: "File", unbroken: true }, { heading: "Content" }], rows)}</section>\n`;
}
