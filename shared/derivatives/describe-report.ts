import { statusCode, statusTable } from "#shared/fit/status.ts";
import { resultOptions } from "#shared/program/provenance.ts";
import type { ProgramContext } from "#shared/program/run-program.ts";
import { formatCount, formatNumber } from "#shared/report/format.ts";
import type { Fact, ModelSheet, ReportContent, Verdict } from "#shared/report/report-content.ts";
import type { SeriesVolume, Warning } from "#shared/volume/series-volume.ts";
import { describeParameters } from "./describe-fit.ts";
import type { Findings, FitToWrite } from "./fit-to-write.ts";
import { isDecay } from "./inspect-signal.ts";
import { isWorthHistogram, listReportMaps } from "./list-report-maps.ts";
import { describeSampleFits } from "./sample-fits.ts";
import { tabulateOtherMaps } from "./tabulate-other-maps.ts";
import { listCompositeFiles } from "./write-composites.ts";

/** Everything the report of a fit says. */
export function describeReport(
  work: FitToWrite,
  findings: Findings,
  verdict: Verdict,
  warnings: readonly Warning[],
  summary: unknown,
  context: ProgramContext,
): ReportContent {
  const { series, fit, sheet } = work;
  const { maps, valid, voxels, medianChiSquare } = findings;
  // Some voxels count where one parameter alone is unknown.
  const partly = valid.some((one, voxel) => one === 1 && fit.status[voxel] !== statusCode.ok);
  const population = partly ? "valid voxels with a value" : "voxels of status ok";
  return {
    title: work.title,
    program: context.program,
    verdict,
    warnings,
    header: describeHeader(work),
    model: describeModel(work),
    grid: series.grid,
    maps: listReportMaps(work, findings),
    distributions: maps
      .filter((map) => isWorthHistogram(map, maps))
      .map(({ name, samples, unit }) => ({
        name,
        samples,
        unit,
        population,
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
    tables: [...tabulateOtherMaps(maps), ...(work.tables ?? [])],
    acquisition: series.acquisition,
    geometry: [],
    files: [
      ...maps.map(({ path, label }) => ({ path: `../${path}`, description: label })),
      ...listCompositeFiles(work).map(({ path, label }) => ({
        path: `../${path}`,
        description: label,
      })),
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
    symbols: describeParameters(sheet).map(({ symbol, label, unit, bounds }) => ({
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
