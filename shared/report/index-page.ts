import { renderComparison } from "./comparison-section.ts";
import { type Html, html, pngAddress, renderTable } from "./html.ts";
import type { DemoRun, IndexContent } from "./index-content.ts";
import { renderPage, renderVerdict } from "./page.ts";
import { linkTo, listFacts } from "./table-sections.ts";

/**
 * The index page of a demo as one HTML file, under the same rules as a report: its runs, each with a link
 * to its report, and truth against result where the truth is known.
 */
export function renderIndex({ title, introduction, runs }: IndexContent): string {
  const overview = renderTable(
    [
      { heading: "Run" },
      { heading: "Program", unbroken: true },
      { heading: "Verdict", unbroken: true },
      { heading: "Truth", unbroken: true },
      { heading: "", unbroken: true },
    ],
    runs.map((run, n) => [
      html`<a href="#run-${n + 1}">${run.title}</a>`,
      run.program,
      renderVerdict(run.verdict),
      countWithin(run),
      html`<a href="${linkTo(run.reportPath)}">report</a>`,
    ]),
  );
  return renderPage(title, [
    html`<header><h1>${title}</h1>\n${introduction.map((text) => html`<p>${text}</p>\n`)}</header>\n`,
    runs.length > 0 ? overview : html`<p>There is no run yet.</p>\n`,
    runs.map(renderRun),
  ]);
}

function countWithin({ comparisons }: DemoRun): string {
  const regions = comparisons.flatMap((comparison) => comparison.regions);
  if (regions.length === 0) return "";
  const within = regions.filter((region) => region.within).length;
  return `${within} of ${regions.length} regions within`;
}

function renderRun(run: DemoRun, n: number): Html {
  const { title, program, version, input, verdict, preview } = run;
  const picture =
    preview === undefined
      ? undefined
      : html`<a class="preview" href="${linkTo(run.reportPath)}"><img src="${pngAddress(preview)}" alt="${`Preview of ${program}`}"/></a>`;
  const reasons = verdict.reasons.map((reason) => html`<li>${reason}</li>`);
  return html`<section id="run-${n + 1}"><h2>${title} <small>${program} ${version}</small> ${renderVerdict(verdict)}</h2>
<p>${input}. <a href="${linkTo(run.reportPath)}">Report</a></p>
${reasons.length > 0 ? html`<ul class="reasons">${reasons}</ul>\n` : undefined}<div class="run">${picture}<div>${run.facts.length > 0 ? listFacts(run.facts) : undefined}${run.comparisons.map(renderComparison)}</div></div></section>\n`;
}
