import { statusTable } from "#shared/fit/status.ts";
import { resultOptions } from "#shared/program/provenance.ts";
import type { ProgramContext } from "#shared/program/run-program.ts";
import { formatCount, formatNumber, reportUnit } from "#shared/report/format.ts";
import type {
  Fact,
  ModelSheet,
  ReportContent,
  ReportMap,
  Verdict,
} from "#shared/report/report-content.ts";
import { ceilNice } from "#shared/report/ticks.ts";
import { type Unit, unitFactor } from "#shared/units.ts";
import type { SeriesVolume, Warning } from "#shared/volume/series-volume.ts";
import type { Findings, FitToWrite } from "./fit-to-write.ts";
import type { MapRank, NamedMap } from "./float-maps.ts";
import { isDecay } from "./inspect-signal.ts";
import type { MapStatistics } from "./map-statistics.ts";
import { describeSampleFits } from "./sample-fits.ts";

/** Everything the report of a fit says. */
export function describeReport(
  work: FitToWrite,
  { maps, valid, voxels, medianChiSquare }: Findings,
  verdict: Verdict,
  warnings: readonly Warning[],
  summary: unknown,
  context: ProgramContext,
): ReportContent {
  const { series, fit, sheet } = work;
  return {
    title: work.title,
    program: context.program,
    verdict,
    warnings,
    header: describeHeader(work),
    model: describeModel(work),
    grid: series.grid,
    maps: listReportMaps(work, maps),
    distributions: maps
      .filter(({ kind, rank }) => kind === "value" && isWorthHistogram(rank, maps))
      .map(({ name, samples, unit }) => ({
        name,
        samples,
        unit,
        population: "voxels of status ok",
        includes: (voxel) => valid[voxel] === 1,
      })),
    samples: describeSampleFits(work, voxels),
    statuses: statusTable.map(({ code, name, meaning }) => ({
      code,
      name,
      meaning,
      count: fit.tally[name],
    })),
    signal: describeSignal(work, medianChiSquare),
    tables: work.tables ?? [],
    acquisition: series.acquisition,
    geometry: [],
    files: [
      ...maps.map(({ path, label }) => ({ path: `../${path}`, description: label })),
      ...(work.extraFiles ?? []).map(({ path, description }) => ({
        path: `../${path}`,
        description,
      })),
    ],
    provenance: {
      options: Object.entries(resultOptions(work.options, context.given)).map(([name, option]) => ({
        name,
        value: describeOption(option.value),
        isDefault: !option.given,
      })),
      software: describeSoftware(context),
      seriesInstanceUID: series.identity.seriesInstanceUID,
      inputs: series.identity.files,
    },
    summary: { ...(summary as object), model: { name: sheet.name, variant: work.variant } },
  };
}

/** True when people come for more than one quantity. */
function hasSeveralMains(maps: readonly NamedMap[]): boolean {
  return maps.filter(({ kind, rank }) => kind === "value" && rank === "main").length > 1;
}

/** Main quantities have one; other fitted ones too where they are few. A rate's is that of its time, turned over. */
function isWorthHistogram(rank: MapRank, maps: readonly NamedMap[]): boolean {
  return rank === "main" || (rank === "fitted" && !hasSeveralMains(maps));
}

/**
 * What a person looks at: an image for orientation, the main maps with their errors, then R² and status. Other fitted maps
 * and the amplitude are shown where there is one main map; where there are several they stay in files, like rates.
 */
function listReportMaps(work: FitToWrite, maps: readonly NamedMap[]): readonly ReportMap[] {
  const single = !hasSeveralMains(maps);
  const shown = maps.filter(({ rank, kind, name }) => {
    if (rank === "main") return true;
    if (rank === "quality") return name !== "RMSE";
    return single && kind === "value" && rank !== "derived";
  });
  return [
    describeImage(work),
    ...shown.map(({ name, label, kind, samples, unit, statistics }): ReportMap => {
      const displayRange = chooseDisplayRange(kind, unit, statistics);
      return { name, label, kind, samples, unit, displayRange };
    }),
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
    label: `${which} (${keyword} ${values[contrast]} ${unit})`,
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

function describeHeader({ labels, series }: FitToWrite): readonly Fact[] {
  const scanner = [textOf(series, "Manufacturer"), textOf(series, "ManufacturerModelName")].filter(
    (text) => text !== "",
  );
  const field = textOf(series, "MagneticFieldStrength");
  return [
    { label: "Project", value: labels.project },
    { label: "Subject", value: labels.subject },
    { label: "Session", value: labels.session },
    { label: "Scan", value: labels.scan },
    { label: "Series", value: series.identity.seriesDescription },
    { label: "Scanner", value: scanner.join(" ") },
    { label: "Field", value: field === "" ? "" : `${field} T` },
  ].filter(({ value }) => value !== "");
}

function textOf(series: SeriesVolume, keyword: string): string {
  return String(series.acquisition.find((value) => value.keyword === keyword)?.value ?? "");
}

function describeModel(work: FitToWrite): ModelSheet {
  const { sheet } = work;
  return {
    name: sheet.label,
    equation: sheet.equation,
    symbols: sheet.parameters.map(({ symbol, label, unit, bounds }) => ({
      symbol,
      meaning: label,
      unit,
      range: bounds,
    })),
    assumptions: [...sheet.assumptions, `this run: ${work.modelReason}`],
    notFor: sheet.whenNotToUse,
    references: sheet.references,
  };
}

function describeSignal(
  { noise, inspection, mask, series, contrasts, imageContrast = contrasts[0]! }: FitToWrite,
  medianChiSquare: number | null,
): readonly Fact[] {
  const { sigma } = noise;
  const percent = ((100 * inspection.rising) / inspection.voxels).toFixed(1);
  return [
    {
      label: "Noise σ",
      value: sigma === undefined ? "unknown" : `${formatNumber(sigma)} a.u.`,
      note: noise.source,
    },
    ...(sigma === undefined
      ? []
      : [
          {
            label:
              imageContrast === contrasts[0] ? "SNR of the first image" : "SNR of the image shown",
            value: formatNumber(inspection.medianFirst / sigma),
            note: "median over the mask",
          },
        ]),
    ...(medianChiSquare === null
      ? []
      : [
          {
            label: "Reduced chi-square",
            value: formatNumber(medianChiSquare),
            note: `median of the valid voxels; about 1 when model and noise are right, less where ${imagesOf(series)} lie on the noise floor`,
          },
        ]),
    { label: "Mask", value: `${formatCount(inspection.voxels)} voxels`, note: mask.source },
    ...(isDecay(series)
      ? [
          {
            label: "First image darker than the second",
            value: `${percent} % of voxels`,
            note: "a sign of stimulated echoes",
          },
        ]
      : []),
  ];
}

function imagesOf(series: SeriesVolume): string {
  return isDecay(series) ? "echoes" : "samples";
}

function describeSoftware({ program }: ProgramContext): readonly Fact[] {
  return [
    { label: "Program", value: `${program.name} ${program.version}` },
    { label: "Commit", value: program.commit },
    { label: "Container image", value: program.image ?? "none (run from a checkout)" },
    { label: "Node", value: process.versions.node },
  ];
}

function describeOption(value: unknown): string {
  if (value === null || value === undefined) return "not set";
  if (Array.isArray(value)) return value.length === 0 ? "none" : value.join(", ");
  if (typeof value === "object" && "path" in value) return String(value.path);
  return String(value);
}
