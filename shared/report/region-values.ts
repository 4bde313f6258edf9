import { unitFactor } from "#shared/units.ts";
import {
  formatCount,
  formatFixed,
  formatNumber,
  labelWithUnit,
  reportUnit,
  typesetSymbols,
} from "./format.ts";
import { type Html, type HtmlContent, html, renderTable } from "./html.ts";
import type { RegionMap, RegionMeasurement, RegionReportContent } from "./region-content.ts";
import type { RegionLabel } from "./region-labels.ts";
import { renderRegion } from "./region-name.ts";
import { renderState } from "./region-state.ts";
import type { FindMeasurement } from "./region-table.ts";

// Longer tables are folded away.
const fewRegions = 12;

/** The statistics of all regions, a table for each map. */
export function renderValues(
  content: RegionReportContent,
  labels: readonly RegionLabel[],
  find: FindMeasurement,
): Html {
  if (content.maps.length === 0 || labels.length === 0) return html``;
  const open =
    labels.length <= fewRegions && content.maps.length <= 4 ? html` open="open"` : undefined;
  const tables = content.maps.map((map, m) => {
    const measured = labels.flatMap((label) => {
      const one = find(label.position, m);
      return one === undefined ? [] : [{ label, one }];
    });
    return html`<details${open}><summary><b>${labelWithUnit(typesetSymbols(map.name), reportUnit(map.unit))}</b> ${map.label}</summary>\n${renderStatistics(map, measured)}</details>\n`;
  });
  return html`<section id="values"><h2>Statistics</h2>\n${tables}<p class="note">Voxels: used, of all inside. SD: population standard deviation. SE: standard error of the mean, voxels taken as independent; neighbouring voxels are not. 5 to 95 %: percentiles. mm³: volume of the voxels. Inside: share of the region's area within the field of view of the map.</p></section>\n`;
}

interface Measured {
  readonly label: RegionLabel;
  readonly one: RegionMeasurement;
}

function renderStatistics({ unit }: RegionMap, measured: readonly Measured[]): Html {
  const factor = unitFactor(unit, reportUnit(unit));
  const write = chooseDigits(measured.map(({ one }) => one.median * factor));
  const number = (value: number) => write(value * factor);
  const numeric = (heading: string) => ({ heading, numeric: true });
  const columns = [
    { heading: "Region", unbroken: true },
    { heading: "Status" },
    numeric("Voxels"),
    ...["Mean", "SD", "SE", "Median", "Quartiles", "5 to 95 %", "Min to max"].map(numeric),
    numeric("mm³"),
    numeric("Inside"),
  ];
  const rows = measured.map(({ label, one }): HtmlContent[] => [
    renderRegion(label, 32),
    renderState(one.status),
    one.valid === one.voxels
      ? formatCount(one.valid)
      : `${formatCount(one.valid)} of ${formatCount(one.voxels)}`,
    number(one.mean),
    formatNumber(one.standardDeviation * factor, 3),
    formatNumber(one.standardError * factor, 2),
    number(one.median),
    span(number, one.p25, one.p75),
    span(number, one.p5, one.p95),
    span(number, one.minimum, one.maximum),
    formatNumber(one.volumeMm3, 4),
    Number.isNaN(one.insideShare) ? "–" : `${formatNumber(100 * one.insideShare)}\u00a0%`,
  ]);
  return html`<div class="stats">${renderTable(columns, rows)}</div>`;
}

/** Four digits of the middle one of all medians decide the decimals of a table. */
function chooseDigits(medians: readonly number[]): (value: number) => string {
  const sizes = medians.map(Math.abs).filter((size) => Number.isFinite(size) && size > 0);
  const typical = sizes.sort((a, b) => a - b)[sizes.length >> 1] ?? 1;
  const power = Math.floor(Math.log10(typical));
  return (value) =>
    power < -3 || power > 5 ? formatNumber(value, 4) : formatFixed(value, Math.max(0, 3 - power));
}

function span(write: (value: number) => string, low: number, high: number): string {
  return Number.isNaN(low) ? "–" : `${write(low)} – ${write(high)}`;
}

/** The voxels of regions that were left out, and why. */
export function renderExclusions(
  content: RegionReportContent,
  labels: readonly RegionLabel[],
): Html {
  const left = content.measurements.filter(({ excluded }) =>
    excluded.some(({ count }) => count > 0),
  );
  if (left.length === 0) return html``;
  const reasons = [
    ...new Set(
      left.flatMap(({ excluded }) =>
        excluded.filter(({ count }) => count > 0).map(({ reason }) => reason),
      ),
    ),
  ];
  const rows = left.slice(0, mostExclusions).map((one): HtmlContent[] => {
    const label = labels[one.region];
    const counts = reasons.map((reason) => {
      const found = one.excluded.find((item) => item.reason === reason)?.count ?? 0;
      return found > 0 ? formatCount(found) : "";
    });
    return [
      label === undefined ? "" : renderRegion(label, 40),
      typesetSymbols(content.maps[one.map]?.name ?? ""),
      ...counts,
      `${formatCount(one.valid)} of ${formatCount(one.voxels)}`,
    ];
  });
  const table = renderTable(
    [
      { heading: "Region", unbroken: true },
      { heading: "Map", unbroken: true },
      ...reasons.map((heading) => ({ heading, numeric: true })),
      { heading: "Voxels used", numeric: true },
    ],
    rows,
  );
  const rest = left.length - rows.length;
  const more =
    rest > 0 ? html`<p class="note">${formatCount(rest)} more rows are left out.</p>` : undefined;
  return html`<section id="exclusions"><h2>Voxels left out</h2>\n${table}${more}</section>\n`;
}

const mostExclusions = 400;
