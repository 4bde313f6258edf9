import { encodeSidecar } from "#shared/derivatives/sidecar.ts";
import { encodeManifest, encodeProvenance, resultOptions } from "#shared/program/provenance.ts";
import type { Outcome, ProgramContext } from "#shared/program/run-program.ts";
import { renderRegionReport } from "#shared/report/region-report.ts";
import { encodeLegacyStatistics } from "#shared/stats/legacy-statistics.ts";
import { describeColumns, encodeCsv, encodeJson, encodeTsv } from "#shared/stats/table.ts";
import type { Warning } from "#shared/volume/series-volume.ts";
import { describeReport } from "./describe-report.ts";
import type { RunJudgement } from "./judge-run.ts";
import { listRows, type RegionRows } from "./list-rows.ts";
import { makeDistinct, slugOf } from "./name-files.ts";
import { decidingOptions, regionRules, summarizeRun } from "./record-run.ts";
import type { Regions } from "./work.ts";
import { writeDicom } from "./write-dicom.ts";
import { listMaskGrids, writeMaskedMap, writeMasks } from "./write-masks.ts";
import { writeOverlays } from "./write-overlays.ts";

/** Writes everything that comes of a run: tables, masks, masked maps, overlays, DICOM, report and records. */
export async function writeRegions(
  work: Regions,
  judgement: RunJudgement,
  context: ProgramContext,
): Promise<Outcome> {
  const { log, output } = context;
  const rows = listRows(work);
  await writeTables(work, rows, context);
  const warnings = [
    ...work.curves.warnings,
    ...(await writeImages(work, context)),
    ...(await writeObjects(work, rows, context)),
  ];
  for (const { code, severity, text } of work.diagnostics) {
    if (severity !== "info") log.warn({ code }, text);
  }
  for (const { code, text } of warnings) log.warn({ code }, text);
  const summary = summarizeRun(work, judgement, context);
  const content = describeReport(work, judgement, warnings, summary, context);
  await writeOverlays(content, context);
  await output.write("report/report.html", renderRegionReport(content));
  const { verdict, partial } = judgement;
  const records = {
    summary,
    status: {
      state: partial.length === 0 ? "done" : "partial",
      ...{ partial, verdict: verdict.level, reasons: verdict.reasons, warnings },
      regions: work.measured.map(({ region, map, judgement: { status, reason } }) => ({
        collection: region.collection.path,
        ...{ number: region.roi.number, name: region.roi.name, map: work.maps[map]!.name },
        ...{ status, reason },
      })),
    },
    diagnostics: { diagnostics: work.diagnostics },
  };
  for (const [name, record] of Object.entries(records)) {
    await output.write(`report/${name}.json`, encodeSidecar(record));
  }
  await output.write("report/provenance.json", describeProvenance(work, warnings, context));
  await output.write("report/manifest.json", encodeManifest(context));
  for (const [n, { name, unit }] of work.maps.entries()) {
    const own = work.measured.filter(({ map }) => map === n);
    const tally = Map.groupBy(own, ({ judgement }) => judgement.status);
    const counts = Object.fromEntries([...tally].map(([status, ones]) => [status, ones.length]));
    log.info({ unit, ...counts }, `${name}: ${own.length} regions`);
  }
  return { partial };
}

async function writeTables(work: Regions, rows: RegionRows, { output, program }: ProgramContext) {
  const separator = work.options["csv-separator"];
  const decimalMark = separator === "semicolon" ? "," : ".";
  await output.write("stats/roi_statistics.csv", encodeCsv(rows.all, { separator, decimalMark }));
  await output.write("stats/roi_statistics.tsv", encodeTsv(rows.all));
  await output.write("stats/roi_statistics.json", encodeJson(rows.all));
  await output.write("stats/roi_statistics_columns.json", encodeSidecar(describeColumns()));
  if (!work.options["legacy-outputs"]) return;
  await output.write("stats/statistics.txt", encodeLegacyStatistics(rows.all, program));
}

async function writeImages(work: Regions, context: ProgramContext): Promise<readonly Warning[]> {
  const { maps, regions, references, lay, options } = work;
  const warnings: Warning[] = [];
  const without = (what: string): Warning => ({
    code: "W-NO-AFFINE",
    text: `${what} is not evenly spaced: there is no NIfTI image of its masks.`,
  });
  for (const grid of listMaskGrids(references.series, maps)) {
    const written = await writeMasks(grid, regions, lay, options["legacy-outputs"], context);
    if (!written)
      warnings.push(without(grid.folder === "reference" ? "The reference" : grid.folder));
  }
  const names = makeDistinct(maps.map(({ name }) => slugOf(name) || "map"));
  for (const [n, map] of maps.entries()) {
    await writeMaskedMap(map, names[n]!, regions, lay, options.outside, context);
  }
  return warnings;
}

async function writeObjects(
  work: Regions,
  rows: RegionRows,
  context: ProgramContext,
): Promise<readonly Warning[]> {
  const { regions, references, lay, options } = work;
  if (options.dicom === "none") return [];
  const warnings: Warning[] = [];
  const values = Object.entries(resultOptions(decidingOptions(options), context.given));
  const deciding = JSON.stringify(values.map(([name, { value }]) => [name, value]));
  for (const [source, members] of Map.groupBy(regions, (region) => region.source)) {
    const series = references.ofCollection[source]?.series;
    if (series === undefined) {
      const text = `${members[0]!.collection.path} has no reference series, so no DICOM study to add objects to.`;
      warnings.push({ code: "W-NO-DICOM", text });
      continue;
    }
    const wish = { regions: members, series, rows, lay, forms: options.dicom, options: deciding };
    warnings.push(...(await writeDicom(wish, context)));
  }
  return warnings;
}

function describeProvenance(
  work: Regions,
  warnings: readonly Warning[],
  context: ProgramContext,
): string {
  const { collections, references, maps, curves } = work;
  const input = {
    collections: collections.map(({ path, kind, uid, sha256 }) => ({ path, kind, uid, sha256 })),
    references: references.series.map(({ identity }) => ({
      seriesInstanceUID: identity.seriesInstanceUID,
      files: identity.files,
    })),
    maps: maps.map(({ name, path, sha256 }) => ({ name, path, sha256 })),
    series: curves.series === undefined ? null : curves.series.identity.files,
  };
  const result = { rules: regionRules(work), diagnostics: work.diagnostics, warnings };
  return encodeProvenance(context, decidingOptions(work.options), input, result);
}
