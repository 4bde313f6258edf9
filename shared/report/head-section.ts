import { typesetSymbols } from "./format.ts";
import { type Html, html } from "./html.ts";
import { renderVerdict } from "./page.ts";
import type { ReportContent } from "./report-content.ts";
import { listFacts } from "./table-sections.ts";

/** Program, title, verdict with its reasons, and the facts under them. */
export function renderHead({
  title,
  program,
  verdict,
  header,
}: Pick<ReportContent, "title" | "program" | "verdict" | "header">): Html {
  const reasons = verdict.reasons.map((reason) => html`<li>${reason}</li>`);
  return html`<header>
<p class="program">${program.name} ${program.version}</p>
<h1>${typesetSymbols(title)} ${renderVerdict(verdict)}</h1>
${reasons.length > 0 ? html`<ul class="reasons ${verdict.level}">${reasons}</ul>\n` : undefined}</header>
${header.length > 0 ? listFacts(header) : undefined}`;
}
