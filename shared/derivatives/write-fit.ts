import { InputError } from "#shared/errors.ts";
import { encodeManifest, encodeProvenance } from "#shared/program/provenance.ts";
import type { Outcome, ProgramContext } from "#shared/program/run-program.ts";
import { renderReport } from "#shared/report/report.ts";
import type { Verdict } from "#shared/report/report-content.ts";
import { bidsName } from "./bids-name.ts";
import { describeReport } from "./describe-report.ts";
import { drawPreview } from "./draw-preview.ts";
import type { Findings, FitToWrite } from "./fit-to-write.ts";
import { judgeFit } from "./judge-fit.ts";
import { findSampleVoxels } from "./sample-fits.ts";
import { encodeSidecar } from "./sidecar.ts";
import { summarizeFit } from "./summary.ts";
import { type WrittenDicom, warnWithoutDicom, writeDicom } from "./write-dicom.ts";
import { writeLegacyOutputs } from "./write-legacy-outputs.ts";
import {
  findMedianChiSquare,
  mapFolder,
  type NamedMap,
  nameMaps,
  writeMaps,
} from "./write-maps.ts";

/** Folder of the report in the output. */
const reportFolder = "report";

/**
 * Writes everything that comes of a fit: maps with sidecars, status, mask, previews, DICOM, report and records.
 *
 * @throws InputError E-NO-RESULT when no voxel has a value: maps without a number serve nobody
 */
export async function writeFit(work: FitToWrite, context: ProgramContext): Promise<Outcome> {
  requireResult(work);
  const { output, log } = context;
  const [maps, voxels, chiSquare] = await Promise.all([
    nameMaps(work, context),
    findSampleVoxels(work, context.pool),
    findMedianChiSquare(work, context),
  ]);
  const findings = { maps, voxels, medianChiSquare: chiSquare };
  // The workers pack the maps while this thread draws the pages; what the pages wait for goes first.
  const dicom = writeDicom(work, context);
  const previews = writePreviews(work, maps, context);
  const written = writeMaps(work, maps, context);
  const pages = drawPages(work, findings, dicom, context);
  await Promise.all([dicom, previews, written, pages]);
  const { verdict, partial } = await pages;
  await output.write(`${reportFolder}/manifest.json`, encodeManifest(context));
  const main = maps[0]!;
  const { median, p25, p75 } = main.statistics;
  log.info(
    { verdict: verdict.level, median, p25, p75, unit: main.unit },
    `${work.title}: ${verdict.reasons.join("; ")}`,
  );
  return { partial };
}

async function drawPages(
  work: FitToWrite,
  findings: Findings,
  dicom: Promise<WrittenDicom>,
  context: ProgramContext,
): Promise<{ readonly verdict: Verdict } & Outcome> {
  const { output, log } = context;
  if (work.legacyOutputs) await writeLegacyOutputs(work, context);
  const withoutDicom = warnWithoutDicom(work);
  const warnings = [...work.warnings, ...withoutDicom];
  for (const { code, text } of warnings) log.warn({ code }, text);
  const verdict = judgeFit(work.fit.tally, warnings);
  const summary = summarizeFit(work, findings, verdict, warnings, context);
  // Asked for by name and not to be had: the rest is written, and the run says so.
  const partial =
    context.given.has("dicom") && withoutDicom.length > 0 ? ["no DICOM maps of a NIfTI input"] : [];
  const status = {
    state: partial.length === 0 ? "done" : "partial",
    partial,
    verdict: verdict.level,
    reasons: verdict.reasons,
    warnings,
  };
  const report = describeReport(work, findings, verdict, warnings, summary, context);
  await output.write(`${reportFolder}/report.html`, renderReport(report));
  const { largestRounding } = await dicom;
  const rounding = { largestRounding, unit: work.sheet.parameters[0]!.unit };
  const whole = { ...summary, dicom: largestRounding === undefined ? null : rounding };
  await output.write(`${reportFolder}/summary.json`, encodeSidecar(whole));
  await output.write(`${reportFolder}/status.json`, encodeSidecar(status));
  const result = {
    model: summary["model"],
    noise: summary["noise"],
    voxelCounts: work.fit.tally,
    warnings,
  };
  const { identity } = work.series;
  await output.write(
    `${reportFolder}/provenance.json`,
    encodeProvenance(context, work.options, identity, result),
  );
  return { verdict, partial };
}

function requireResult({ fit, title }: FitToWrite): void {
  const {
    outside,
    noise,
    "invalid-input": invalid,
    "not-converged": unsolved,
    "not-identifiable": unknown,
  } = fit.tally;
  const inside = fit.status.length - outside;
  if (inside > noise + invalid + unsolved + unknown) return;
  throw new InputError(
    "E-NO-RESULT",
    `None of the ${inside} voxels in the mask has a value for a ${title}: ${noise} are noise, ${invalid} have no usable signal, ${unsolved + unknown} could not be fitted.`,
    "Look at the images: is this the right scan?",
  );
}

async function writePreviews(
  work: FitToWrite,
  maps: readonly NamedMap[],
  { pool, output }: ProgramContext,
): Promise<void> {
  const { labels, series } = work;
  const names = [labels.project, labels.subject, labels.session, labels.scan];
  const subtitle = names.filter((name) => name !== "").join(" · ");
  const main = maps[0]!.name;
  const shown = maps.filter(({ name }) => name === main || name === `SE(${main})`);
  await Promise.all(
    shown.map(async ({ name, label, kind, samples, unit, suffix, description }) => {
      const map = { name, label, kind, samples, unit };
      const content = { title: `${label} (${name})`, subtitle, grid: series.grid, map };
      const png = await pool.run(drawPreview, content);
      await output.write(`${mapFolder}/previews/${bidsName(labels, suffix, description)}.png`, png);
    }),
  );
}
