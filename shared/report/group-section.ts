import { unitFactor } from "#shared/units.ts";
import { readQuantile, summarizeValues } from "./distribution.ts";
import {
  formatCount,
  formatNumber,
  formatSpread,
  labelWithUnit,
  reportUnit,
  typesetSymbols,
} from "./format.ts";
import { renderGroupPlot } from "./group-plot.ts";
import { type Html, html, renderTable } from "./html.ts";
import type { ProjectMeasure, ProjectReportContent } from "./project-content.ts";

/** Drawings of one kind on a page; results.csv has everything. */
const mostPlots = 24;
/** Rows of one drawing. */
const mostGroups = 24;
const groupColours = 6;

/** The distribution of each measure by group and time point. */
export function renderMeasures(content: ProjectReportContent): Html {
  const { measures, statistic } = content;
  if (measures.length === 0) return html``;
  const names = new Set(measures.flatMap(({ groups }) => groups.map(({ group }) => group)));
  const colours = new Map([...names].sort().map((name, n) => [name, `g${n % groupColours}`]));
  const primary = measures.filter(({ secondary }) => !secondary);
  const others = measures.filter(({ secondary }) => secondary);
  const folded =
    others.length === 0
      ? undefined
      : html`<details><summary>${formatCount(others.length)} more: signal at rest, rates, standard errors, quality of fit</summary>\n${renderCards(others, colours)}</details>\n`;
  return html`<section id="values"><h2>Values by group and time point</h2>
<p class="note">Each value is one session: the ${statistic} of its scan, and of several scans, or several drawings of one region, the mean. Box: quartiles with the median; ring: mean with one standard deviation to both sides; dots: single sessions, where they are few.</p>
${renderCards(primary, colours)}${folded}</section>\n`;
}

function renderCards(
  measures: readonly ProjectMeasure[],
  colours: ReadonlyMap<string, string>,
): Html {
  const rest = measures.length - mostPlots;
  const more =
    rest > 0
      ? html`<p class="note">${formatCount(rest)} more are in <a href="results.csv">results.csv</a>.</p>\n`
      : undefined;
  const cards = measures.slice(0, mostPlots).map((measure) => renderCard(measure, colours));
  return html`<div class="cards measures">\n${cards}</div>\n${more}`;
}

function renderCard(measure: ProjectMeasure, colours: ReadonlyMap<string, string>): Html {
  const { name, where, pipeline, unit } = measure;
  const shown = unit === undefined ? undefined : reportUnit(unit);
  const factor = unit === undefined || shown === undefined ? 1 : unitFactor(unit, shown);
  const groups = measure.groups.slice(0, mostGroups);
  const symbol = typesetSymbols(name);
  const { drawing, power } = renderGroupPlot(groups, factor, colours, `${name}, ${where}`);
  const title = shown === undefined ? symbol : labelWithUnit(symbol, shown, power);
  const count = measure.groups.reduce((sum, { values }) => sum + values.length, 0);
  const rows = groups.map(({ group, timepoint, values }) => {
    const scaled = values.map((value) => value * factor);
    const { count, mean, standardDeviation, minimum, maximum } = summarizeValues(scaled);
    return [
      ...[group || "–", timepoint || "–", formatCount(count)],
      ...[formatSpread(mean, standardDeviation), formatNumber(readQuantile(scaled, 0.5), 4)],
      `${formatNumber(minimum, 4)} to ${formatNumber(maximum, 4)}`,
    ];
  });
  const unitText = shown === undefined ? "" : labelWithUnit("", shown).trim();
  const table = renderTable(
    [
      ...[{ heading: "Group" }, { heading: "Time point" }, { heading: "n", numeric: true }],
      { heading: `mean ± SD ${unitText}`, numeric: true },
      ...[
        { heading: "median", numeric: true },
        { heading: "range", numeric: true },
      ],
    ],
    rows,
  );
  const left = measure.groups.length - groups.length;
  const note =
    left > 0 ? html`<p class="note">and ${left} more groups in results.csv</p>\n` : undefined;
  return html`<figure class="card"><figcaption><b>${title}</b><span class="status">${formatCount(count)} ${count === 1 ? "session" : "sessions"}</span><span class="place">${where} · ${pipeline}</span></figcaption>
${drawing}<details><summary>Numbers</summary>${table}</details>${note}</figure>\n`;
}
