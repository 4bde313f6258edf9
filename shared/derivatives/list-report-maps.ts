import type { VolumeFit } from "#shared/fit/fit-volume.ts";
import { reportUnit } from "#shared/report/format.ts";
import type { ReportMap } from "#shared/report/report-content.ts";
import { ceilNice } from "#shared/report/ticks.ts";
import { type Unit, unitEntry, unitFactor } from "#shared/units.ts";
import { colourFa } from "./colour-fa.ts";
import type { Findings, FitToWrite, ShownColours } from "./fit-to-write.ts";
import type { MapRank, NamedMap } from "./float-maps.ts";
import type { MapStatistics } from "./map-statistics.ts";

/** Fitted maps beside the main one that a reader still overlooks. */
const fewFitted = 3;

/** True when a page cannot show every fitted map: several main ones, or many others (one for each direction). */
export function isCrowded(maps: readonly NamedMap[]): boolean {
  const count = (wanted: MapRank) =>
    maps.filter(({ kind, rank }) => kind === "value" && rank === wanted).length;
  return count("main") > 1 || count("fitted") > fewFitted;
}

/** Main quantities have one; other fitted ones too where they are few. A rate's is that of its time, turned over. */
export function isWorthHistogram({ kind, rank }: NamedMap, maps: readonly NamedMap[]): boolean {
  if (kind !== "value") return false;
  return rank === "main" || (rank === "fitted" && !isCrowded(maps));
}

/**
 * What a person looks at: an image for orientation, the main maps with their errors, then R² and status. Other fitted maps
 * and the amplitude are shown where the page has room for them; else they stay in files, like rates.
 */
export function listReportMaps(
  work: FitToWrite,
  { maps, colours }: Findings,
): readonly ReportMap[] {
  const roomy = !isCrowded(maps);
  const shown = maps.filter(({ rank, kind, name }) => {
    if (rank === "main") return true;
    if (rank === "quality") return name !== "RMSE";
    return roomy && kind === "value" && rank !== "derived";
  });
  const draw = ({ name, label, kind, samples, unit, statistics }: NamedMap): ReportMap => {
    const displayRange = chooseDisplayRange(kind, unit, statistics);
    return { name, label, kind, samples, unit, displayRange };
  };
  return [
    describeImage(work),
    ...shown.filter(({ rank }) => rank === "main").map(draw),
    ...(colours === undefined ? [] : [describeColours(colours)]),
    ...shown.filter(({ rank }) => rank !== "main").map(draw),
    {
      name: "status",
      label: "Status of each voxel",
      kind: "status",
      samples: work.fit.status,
      unit: "1",
    },
  ];
}

function describeImage({
  series,
  contrasts,
  image,
  imageContrast,
  inspection,
}: FitToWrite): ReportMap {
  const contrast = imageContrast ?? contrasts[0]!;
  const which = contrast === contrasts[0] ? "First fitted image" : "Fitted image";
  const { keyword, values, unit } = series.axis;
  return {
    name: "image",
    label: `${which} (${keyword} ${values[contrast]} ${unitEntry(unit).label})`,
    kind: "value",
    samples: image.samples,
    unit: image.unit,
    colormap: "grey",
    ...(inspection.brightFirst > 0 && { displayRange: [0, ceilNice(inspection.brightFirst)] }),
  };
}

/** From 0 to the bright end of the valid voxels, rounded up; R² from a twentieth below nearly all of them to 1. */
function chooseDisplayRange(
  kind: NamedMap["kind"],
  unit: Unit,
  { p1, p95, p99 }: MapStatistics,
): readonly [number, number] | undefined {
  if (p1 === null || p95 === null || p99 === null || !(p99 > 0)) return undefined;
  if (kind === "quality") return [Math.min(0.95, Math.floor(20 * p1) / 20), 1];
  const factor = unitFactor(unit, reportUnit(unit));
  const end = ceilNice((kind === "error" ? p95 : p99) * factor) / factor;
  return [p1 < 0 ? -ceilNice(-p1 * factor) / factor : 0, end];
}

/** The direction of the first eigenvector in colour, for report and previews; as bright as the valid voxels allow. */
export function showColours(fit: VolumeFit, maps: readonly NamedMap[]): ShownColours | undefined {
  const p99 = maps.find(({ name }) => name === "FA")?.statistics.p99 ?? 1;
  const fullAt = p99 > 0 ? Math.min(1, ceilNice(p99)) : 1;
  const samples = colourFa(fit, { fullAt });
  return samples === undefined ? undefined : { samples, fullAt };
}

/** The same as a map of the report. */
export function describeColours({ samples, fullAt }: ShownColours): ReportMap {
  const label = `Direction of the first eigenvector in colour, bright with FA (full at ${fullAt})`;
  return { name: "colour FA", label, kind: "colour", samples, unit: "1" };
}
