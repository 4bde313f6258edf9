import { unitFactor } from "#shared/units.ts";
import {
  formatCount,
  formatNumber,
  formatSpread,
  labelWithUnit,
  reportUnit,
  typesetSymbols,
} from "./format.ts";
import { type Html, html } from "./html.ts";
import type { RegionMap, RegionMeasurement, RegionReportContent } from "./region-content.ts";
import type { RegionLabel } from "./region-labels.ts";
import { renderRegion } from "./region-name.ts";
import { renderState } from "./region-state.ts";

/** The measurement of a region on a map, where there is one. */
export type FindMeasurement = (region: number, map: number) => RegionMeasurement | undefined;

/** Finds measurements by their positions. */
export function indexMeasurements({ measurements }: RegionReportContent): FindMeasurement {
  const known = new Map(measurements.map((one) => [`${one.region} ${one.map}`, one]));
  return (region, map) => known.get(`${region} ${map}`);
}

/** With more maps each column says less; the statistics of each map have the rest. */
const fewMaps = 4;

/** Every region of every file with its size, its mean on each map, and its status. */
export function renderRegionTable(
  content: RegionReportContent,
  labels: readonly RegionLabel[],
  find: FindMeasurement,
): Html {
  const { maps, regions, sources } = content;
  if (regions.length === 0) return html``;
  const heads = maps.map(
    ({ name, unit }) =>
      html`<th scope="col" class="number">${labelWithUnit(typesetSymbols(name), reportUnit(unit))}</th>`,
  );
  const groups = sources.map(({ name, path, kind }, source) => {
    const rows = regions.flatMap((region, n) =>
      region.source === source ? [renderRow(content, labels, find, n)] : [],
    );
    if (rows.length === 0 && sources.length < 2) return undefined;
    const title =
      sources.length < 2
        ? undefined
        : html`<tr class="source"><td colspan="${4 + maps.length}">${kind} <bdi>${name === "" ? path : name}</bdi>${rows.length === 0 ? ": no region" : ""}</td></tr>\n`;
    return html`<tbody>\n${title}${rows}</tbody>`;
  });
  return html`<section id="regions"><h2>Regions</h2>
<div class="table regions"><table><thead><tr><th scope="col">Region</th><th scope="col">Status</th><th scope="col" class="number">Area [mm²]</th><th scope="col" class="number">Volume [mm³]</th>${heads}</tr></thead>${groups}</table></div>
<p class="note">Each map: mean ± standard deviation over the voxels of the region; beneath, ${maps.length > fewMaps ? "" : "standard error of the mean (SE, voxels taken as independent), median, and "}the number of voxels (n) with those left out in brackets. Area: enclosed by the outlines, summed over the slices.</p></section>\n`;
}

function renderRow(
  { regions, maps }: RegionReportContent,
  labels: readonly RegionLabel[],
  find: FindMeasurement,
  n: number,
): Html {
  const region = regions[n]!;
  const slices = `${formatCount(region.slices)} ${region.slices === 1 ? "slice" : "slices"}`;
  const brief = maps.length > fewMaps;
  const cells = maps.map(
    (map, m) => html`<td class="number">${describeMeasurement(find(n, m), map, brief)}</td>`,
  );
  const why = describeReasons(region.reasons);
  const kind = why === undefined ? undefined : html` class="explained"`;
  return html`<tr${kind}><td>${renderRegion(labels[n]!, 80)}</td><td class="unbroken">${renderState(region.status)}</td><td class="number">${formatNumber(region.areaMm2, 4)}<small>${slices}</small></td><td class="number">${formatNumber(region.volumeMm3, 4)}</td>${cells}</tr>
${why === undefined ? undefined : html`<tr><td></td><td colspan="${3 + maps.length}">${why}</td></tr>\n`}`;
}

const mostReasons = 3;

function describeReasons(reasons: readonly string[]): Html | undefined {
  if (reasons.length === 0) return undefined;
  const shown = reasons.slice(0, mostReasons).map((reason) => html`<small>${reason}</small>`);
  const rest = reasons.length - shown.length;
  return html`${shown}${rest > 0 ? html`<small>and ${rest} more</small>` : undefined}`;
}

function describeMeasurement(
  measured: RegionMeasurement | undefined,
  { unit }: RegionMap,
  brief: boolean,
): Html {
  if (measured === undefined) return html`–`;
  const { mean, standardDeviation, standardError, median, valid, voxels } = measured;
  if (valid === 0) {
    return voxels === 0
      ? html`–<small>n 0</small>`
      : html`–<small>n 0 (${formatCount(voxels)} left out)</small>`;
  }
  const factor = unitFactor(unit, reportUnit(unit));
  const lost = voxels > valid ? ` (${formatCount(voxels - valid)} left out)` : "";
  const more = html`<small class="more"><span>SE ${formatNumber(standardError * factor, 2)}</span><i> · </i><span>median ${formatNumber(median * factor, 4)}</span></small>`;
  return html`${formatSpread(mean * factor, standardDeviation * factor)}${brief ? undefined : more}<small>n ${formatCount(valid)}${lost}</small>`;
}
