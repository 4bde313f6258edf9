import { describeProgram, digestInput, resultOptions } from "#shared/program/provenance.ts";
import type { ProgramContext } from "#shared/program/run-program.ts";
import type { Verdict } from "#shared/report/report-content.ts";
import { unitEntry } from "#shared/units.ts";
import { voxelSize } from "#shared/volume/grid.ts";
import type { Warning } from "#shared/volume/series-volume.ts";
import type { Findings, FitToWrite } from "./fit-to-write.ts";
import { isDecay } from "./inspect-signal.ts";
import { listCompositeFiles } from "./write-composites.ts";

/** The numbers of a fit for other programs: summary.json, and embedded in the report. */
export function summarizeFit(
  work: FitToWrite,
  { maps, medianChiSquare }: Findings,
  verdict: Verdict,
  warnings: readonly Warning[],
  context: ProgramContext,
): Record<string, unknown> {
  const { series, sheet, fit, noise, mask, inspection } = work;
  return {
    program: describeProgram(context),
    title: work.title,
    verdict: verdict.level,
    reasons: verdict.reasons,
    source: {
      ...work.labels,
      seriesInstanceUID: series.identity.seriesInstanceUID,
      seriesDescription: series.identity.seriesDescription,
      digest: digestInput(series.identity),
    },
    options: resultOptions(work.options, context.given),
    model: {
      name: sheet.name,
      variant: work.variant,
      equation: sheet.equation,
      reason: work.modelReason,
      fixed: work.fixed,
    },
    contrast: {
      keyword: series.axis.keyword,
      unit: series.axis.unit,
      source: series.axis.source,
      values: series.axis.values,
      used: work.abscissae,
    },
    noise: { sigma: noise.sigma ?? null, source: noise.source },
    signal: {
      medianFirst: inspection.medianFirst,
      snr: noise.sigma === undefined ? null : inspection.medianFirst / noise.sigma,
      ...(isDecay(series) ? { risingVoxels: inspection.rising } : {}),
      saturatedVoxels: inspection.saturated,
      medianReducedChiSquare: medianChiSquare,
    },
    mask: { source: mask.source, voxels: inspection.voxels },
    voxelCounts: fit.tally,
    maps: Object.fromEntries(
      maps.map(({ name, path, unit, fileUnit, statistics }) => [
        name,
        {
          file: path,
          unit: unitEntry(unit).ucum,
          fileUnit: unitEntry(fileUnit).bids,
          ...statistics,
        },
      ]),
    ),
    ...(work.tables === undefined ? {} : { tables: work.tables }),
    ...describeComposites(work),
    geometry: {
      shape: series.grid.shape,
      voxelSizeMm: voxelSize(series.grid),
      affineLps: series.grid.affineLps,
    },
    warnings,
  };
}

function describeComposites(work: FitToWrite): Record<string, unknown> {
  const files = listCompositeFiles(work);
  if (files.length === 0) return {};
  const entries = files.map(({ name, path, fileUnit, components }) => [
    name,
    { file: path, fileUnit: unitEntry(fileUnit).bids, components },
  ]);
  return { composites: Object.fromEntries(entries) };
}
