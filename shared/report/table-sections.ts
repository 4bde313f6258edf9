import { type Unit, unitFactor } from "#shared/units.ts";
import { voxelSize } from "#shared/volume/grid.ts";
import type { AcquisitionValue } from "#shared/volume/series-volume.ts";
import { readQuantile, sortValues, summarizeValues } from "./distribution.ts";
import {
  formatBytes,
  formatCount,
  formatFixed,
  formatNumber,
  formatShare,
  labelWithUnit,
  noValue,
  reportUnit,
  typesetSymbols,
  withUnit,
} from "./format.ts";
import { renderHistogram } from "./histogram-plot.ts";
import { type Html, type HtmlContent, html, renderFacts, renderTable } from "./html.ts";
import { renderSwatch } from "./map-section.ts";
import { describeOrientation } from "./orientation.ts";
import type { Distribution, Fact, ReportContent } from "./report-content.ts";
import { describeSource } from "./source-text.ts";

/** Facts as a list, each with its note set small. */
export function listFacts(facts: readonly Fact[]): Html {
  return renderFacts(
    facts.map(({ label, value, note }) => [
      label,
      note === undefined ? value : html`${value} <small>${note}</small>`,
    ]),
  );
}

/** Histogram and percentiles of each distribution. */
export function renderDistributions(content: ReportContent): Html {
  if (content.distributions.length === 0) return html``;
  return html`<section id="values"><h2>Values</h2>\n${content.distributions.map(renderDistribution)}</section>\n`;
}

const percentiles = [1, 5, 25, 50, 75, 95, 99];

function renderDistribution(distribution: Distribution): Html {
  const unit = reportUnit(distribution.unit);
  const factor = unitFactor(distribution.unit, unit);
  const sorted = sortValues(distribution.samples, factor, distribution.includes);
  const { count, mean, standardDeviation, minimum, maximum } = summarizeValues(sorted);
  const name = typesetSymbols(distribution.name);
  const title = html`<h3>${name} <small>${distribution.population}, n = ${formatCount(count)}</small></h3>\n`;
  if (count === 0) return html`${title}<p class="note">There is no value to show.</p>\n`;
  const median = readQuantile(sorted, 0.5);
  // Four digits of the median decide the decimals of the whole column.
  const power = Math.floor(Math.log10(Math.abs(median) || Math.abs(maximum) || 1));
  const write = (value: number) =>
    power < -3 || power > 5 ? formatNumber(value, 4) : formatFixed(value, Math.max(0, 3 - power));
  const rows: HtmlContent[][] = [
    ["mean", write(mean)],
    ["standard deviation", write(standardDeviation)],
    ["minimum", write(minimum)],
    ...percentiles.map((p) => [
      p === 50 ? "50th percentile (median)" : `${p}${p === 1 ? "st" : "th"} percentile`,
      write(readQuantile(sorted, p / 100)),
    ]),
    ["maximum", write(maximum)],
  ];
  const table = renderTable(
    [{ heading: "" }, { heading: labelWithUnit(name, unit), numeric: true }],
    rows,
  );
  return html`${title}<div class="beside"><div>${renderHistogram(sorted, name, unit)}</div>${table}</div>\n`;
}

/** Voxels for each status code, with the reason in plain words; noise and signal facts. */
export function renderStatuses(content: ReportContent): Html {
  const { statuses, signal } = content;
  if (statuses.length === 0 && signal.length === 0) return html``;
  const total = statuses.reduce((sum, { count }) => sum + count, 0);
  const inside = statuses.reduce((sum, { code, count }) => sum + (code === 0 ? 0 : count), 0);
  const rows = statuses.map(({ code, name, meaning, count }) => [
    html`${renderSwatch(code)}${code}`,
    name,
    meaning,
    formatCount(count),
    code === 0 ? "" : formatShare(count, inside),
    formatShare(count, total),
  ]);
  const table = renderTable(
    [
      { heading: "Code", unbroken: true },
      { heading: "Status", unbroken: true },
      { heading: "Meaning" },
      { heading: "Voxels", numeric: true },
      { heading: "of mask", numeric: true },
      { heading: "of all", numeric: true },
    ],
    rows,
  );
  return html`<section id="status"><h2>Status and signal quality</h2>\n${statuses.length > 0 ? table : undefined}${signal.length > 0 ? listFacts(signal) : undefined}</section>\n`;
}

/** Tables that only one program has. */
export function renderExtraTables(content: ReportContent): Html {
  return html`${content.tables.map(
    ({ title, text, columns, rows }) =>
      html`<section><h2>${title}</h2>\n${text === undefined ? undefined : html`<p>${text}</p>\n`}${renderTable(columns, rows)}</section>\n`,
  )}`;
}

/** The acquisition values that went into the result, and the tag each came from. */
export function renderAcquisition(content: ReportContent): Html {
  if (content.acquisition.length === 0) return html``;
  const rows = content.acquisition.map((row) => [
    row.keyword,
    formatAcquisition(row),
    describeSource(row.source),
  ]);
  return html`<section id="acquisition"><h2>Acquisition</h2>\n${renderTable(
    [
      { heading: "Quantity", unbroken: true },
      { heading: "Value" },
      { heading: "Read from", unbroken: true },
    ],
    rows,
  )}</section>\n`;
}

const mostValues = 256;

function formatAcquisition({ value, unit }: AcquisitionValue): string {
  if (typeof value === "string") return value;
  const numbers = typeof value === "number" ? [value] : value;
  const shown: Unit = unit === undefined ? "1" : reportUnit(unit);
  const factor = unit === undefined ? 1 : unitFactor(unit, shown);
  const texts = numbers.slice(0, mostValues).map((number) => formatExact(number * factor));
  const rest = numbers.length - texts.length;
  const list = texts.join(", ") + (rest > 0 ? `, … (${formatCount(rest)} more)` : "");
  const count = numbers.length > 3 ? ` (${formatCount(numbers.length)} values)` : "";
  return withUnit(list, shown) + count;
}

/** Up to seven significant digits, none of them a trailing zero: what a header holds. */
function formatExact(value: number): string {
  if (!Number.isFinite(value)) return formatNumber(value);
  return String(Number(value.toPrecision(7))).replace("-", "−");
}

/** Matrix, voxel size, orientation and affine, from the grid. */
export function renderGeometry(content: ReportContent): Html {
  const { grid, geometry } = content;
  if (grid === undefined) return html``;
  const [nx, ny, nz] = grid.shape;
  const [dx, dy, dz] = voxelSize(grid).map((mm) => formatExact(mm)) as [string, string, string];
  const field = [nx, ny].map((n, axis) => formatNumber(n * voxelSize(grid)[axis]!)) as [
    string,
    string,
  ];
  const facts: Fact[] = [
    { label: "Matrix", value: `${nx} × ${ny}`, note: "columns × rows" },
    { label: "Slices", value: String(nz) },
    { label: "Voxel size", value: `${dx} × ${dy} mm` },
    { label: "Slice to slice", value: `${dz} mm` },
    { label: "Field of view", value: `${field[0]} × ${field[1]} mm` },
    { label: "Orientation", value: describeOrientation(grid) },
    ...geometry,
  ];
  const cells = [0, 1, 2, 3].map((row) =>
    [0, 1, 2, 3].map((column) => formatFixed(grid.affineLps[row * 4 + column]!, 5)),
  );
  const affine = renderTable(
    ["i", "j", "k", "origin"].map((heading) => ({ heading, numeric: true })),
    cells,
  );
  return html`<section id="geometry"><h2>Geometry</h2>\n${listFacts(facts)}<h3>Affine <small>voxel (i, j, k) to DICOM patient coordinates (L, P, S), mm</small></h3>\n${affine}</section>\n`;
}

/** The files of the run, each linked relative to the page. */
export function renderFiles(content: Pick<ReportContent, "files">): Html {
  if (content.files.length === 0) return html``;
  const rows = content.files.map(({ path, bytes, description }) => [
    html`<a href="${linkTo(path)}">${path}</a>`,
    description ?? "",
    bytes === undefined ? noValue : formatBytes(bytes),
  ]);
  return html`<section id="files"><h2>Files</h2>\n${renderTable(
    [{ heading: "File" }, { heading: "Content" }, { heading: "Size", numeric: true }],
    rows,
  )}</section>\n`;
}

/** A relative path as a relative address: it can name no scheme and no host. */
export function linkTo(path: string): string {
  const parts = path
    .toWellFormed()
    .split("/")
    .filter((part) => part !== "");
  return `./${parts.map(encodeURIComponent).join("/")}`;
}
