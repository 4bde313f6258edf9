import { formatCount } from "./format.ts";
import { type Html, html, renderTable } from "./html.ts";
import type { ReportContent } from "./report-content.ts";
import { listFacts } from "./table-sections.ts";

const mostInputs = 40;

/** Options (given or default), software, and the inputs with their UIDs and hashes. */
export function renderProvenance(content: Pick<ReportContent, "provenance">): Html {
  const { options, software, seriesInstanceUID, inputs } = content.provenance;
  const optionTable = renderTable(
    [{ heading: "Option", unbroken: true }, { heading: "Value" }, { heading: "" }],
    options.map(({ name, value, isDefault }) => [
      html`<code>--${name}</code>`,
      isDefault ? value : html`<b>${value}</b>`,
      isDefault ? "default" : "given",
    ]),
  );
  const inputTable = renderTable(
    [{ heading: "Input file" }, { heading: "SOPInstanceUID" }, { heading: "SHA-256" }],
    inputs
      .slice(0, mostInputs)
      .map(({ path, sopInstanceUID, sha256 }) => [
        path,
        html`<code>${sopInstanceUID}</code>`,
        html`<code title="${sha256}">${sha256.slice(0, 16)}…</code>`,
      ]),
  );
  const rest = inputs.length - mostInputs;
  const more =
    rest > 0
      ? html`<p class="note">${formatCount(rest)} more input files; provenance.json lists all of them.</p>\n`
      : undefined;
  const series =
    seriesInstanceUID === ""
      ? undefined
      : html`<p>Series <code>${seriesInstanceUID}</code>, ${formatCount(inputs.length)} files.</p>\n`;
  return html`<section id="provenance"><h2>Provenance</h2>
${software.length > 0 ? listFacts(software) : undefined}${options.length > 0 ? optionTable : undefined}${series}${inputs.length > 0 ? inputTable : undefined}${more}</section>\n`;
}
