import type { PlaneStack } from "#shared/volume/plane-stack.ts";
import { formatCount, formatNumber, noValue, typesetSymbols } from "./format.ts";
import { type Html, type HtmlContent, html, renderTable } from "./html.ts";
import { describeOrientation } from "./orientation.ts";
import type { RegionRemark, RegionReportContent } from "./region-content.ts";
import type { RegionLabel } from "./region-labels.ts";
import { renderRegion } from "./region-name.ts";
import type { Fact } from "./report-content.ts";
import { viewPlanes } from "./slice-view.ts";
import { listFacts } from "./table-sections.ts";

const mostRemarks = 300;
const order = ["error", "warning", "info"];

/** Every remark, serious ones first, with the region, contour and plane it is about. */
export function renderDiagnostics(
  { remarks, sources }: RegionReportContent,
  labels: readonly RegionLabel[],
): Html {
  if (remarks.length === 0) return html``;
  const sorted = remarks.toSorted((a, b) => order.indexOf(a.severity) - order.indexOf(b.severity));
  const rows = sorted.slice(0, mostRemarks).map((remark): HtmlContent[] => {
    const label = remark.region === undefined ? undefined : labels[remark.region];
    const source = remark.source === undefined ? undefined : sources[remark.source];
    const file = sources.length > 1 && label === undefined ? (source?.path ?? "") : "";
    return [
      html`<span class="severity ${remark.severity}">${remark.severity}</span>`,
      html`<code>${breakCode(remark.code)}</code>`,
      html`<span class="words">${remark.text}</span>`,
      html`${label === undefined ? file : renderRegion(label, 24)}<small>${describePlace(remark)}</small>`,
    ];
  });
  const table = renderTable(
    [
      { heading: "Severity", unbroken: true },
      { heading: "Code" },
      { heading: "What was found" },
      { heading: "Where" },
    ],
    rows,
  );
  const rest = remarks.length - rows.length;
  const more =
    rest > 0
      ? html`<p class="note">${formatCount(rest)} more are left out; the tables among the files list all.</p>`
      : undefined;
  return html`<section id="diagnostics"><h2>Diagnostics</h2>\n${table}${more}</section>\n`;
}

/** A code that may be broken after each of its words. */
function breakCode(code: string): Html[] {
  return code.split(/(?<=_)/).map((word) => html`${word}<wbr/>`);
}

function describePlace({ contour, plane }: RegionRemark): string {
  return [
    contour === undefined ? [] : [`contour ${contour}`],
    plane === undefined ? [] : [`plane ${plane}`],
  ]
    .flat()
    .join(", ");
}

/** The files regions were read from. */
export function renderSources({ sources, regions }: RegionReportContent): Html {
  if (sources.length === 0) return html``;
  const rows = sources.map(({ name, path, kind, facts }, n): HtmlContent[] => [
    kind,
    html`<bdi>${name}</bdi>`,
    html`<span class="words">${path}</span>`,
    formatCount(regions.filter(({ source }) => source === n).length),
    facts.map(writeFact),
  ]);
  return html`<section id="sources"><h2>Where the regions come from</h2>\n${renderTable(
    [
      { heading: "Kind", unbroken: true },
      { heading: "Name" },
      { heading: "File" },
      { heading: "Regions", numeric: true },
      { heading: "" },
    ],
    rows,
  )}</section>\n`;
}

function writeFact({ label, value, note }: Fact): Html {
  return html`<small>${label}: ${value}${note === undefined ? "" : ` (${note})`}</small>`;
}

/** The planes of the reference and of each map, how each map lies to the reference, and the rules voxels were chosen by. */
export function renderRegionGeometry(content: RegionReportContent): Html {
  const { reference, maps, geometry, rules } = content;
  const images = [
    ...(reference === undefined
      ? []
      : [{ name: `Reference ${reference.label}`, planes: reference.planes, relation: [] }]),
    ...maps.map(({ name, planes, relation }) => ({ name: typesetSymbols(name), planes, relation })),
  ];
  const rows = images.map(({ name, planes, relation }): HtmlContent[] => [
    name,
    ...describePlanes(planes),
    relation.map(writeFact),
  ]);
  const numeric = (heading: string) => ({ heading, numeric: true });
  const table = renderTable(
    [
      { heading: "Image" },
      numeric("Columns × rows"),
      numeric("Pixel [mm]"),
      numeric("Slices"),
      numeric("Spacing [mm]"),
      { heading: "Orientation" },
      { heading: "To the reference" },
    ],
    rows,
  );
  const facts = geometry.length > 0 ? listFacts(geometry) : undefined;
  const made =
    rules.length > 0
      ? html`<section id="rules"><h2>Rules</h2>\n${listFacts(rules)}</section>\n`
      : undefined;
  return html`<section id="geometry"><h2>Geometry</h2>\n${rows.length > 0 ? table : undefined}${facts}</section>\n${made}`;
}

function describePlanes(planes: PlaneStack): HtmlContent[] {
  const [nx, ny, nz] = planes.shape;
  const [dx, dy] = [Math.hypot(...planes.rowStep), Math.hypot(...planes.columnStep)];
  const even = planes.grid === undefined && nz > 1 ? html`<small>uneven</small>` : undefined;
  const thick =
    planes.thickness === undefined
      ? undefined
      : html`<small>thickness ${formatNumber(planes.thickness)}</small>`;
  return [
    `${nx} × ${ny}`,
    `${formatNumber(dx, 4)} × ${formatNumber(dy, 4)}`,
    formatCount(nz),
    html`${planes.spacing === undefined ? noValue : formatNumber(planes.spacing, 4)}${even}${thick}`,
    describeOrientation(viewPlanes(planes).grid),
  ];
}
