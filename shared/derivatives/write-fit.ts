import { InputError } from "#shared/errors.ts";
import { describeInput, encodeManifest, encodeProvenance } from "#shared/program/provenance.ts";
import type { Outcome, ProgramContext } from "#shared/program/run-program.ts";
import { renderReport } from "#shared/report/report.ts";
import type { Verdict } from "#shared/report/report-content.ts";
import { describeReport } from "./describe-report.ts";
import type { Findings, FitToWrite } from "./fit-to-write.ts";
import { findMedianChiSquare, type NamedMap, nameMaps } from "./float-maps.ts";
import { type FitCounts, judgeFit } from "./judge-fit.ts";
import { showColours } from "./list-report-maps.ts";
import { findSampleVoxels } from "./sample-fits.ts";
import { encodeSidecar } from "./sidecar.ts";
import { summarizeFit } from "./summary.ts";
import { markValid } from "./valid-voxels.ts";
import { type WrittenDicom, warnWithoutDicom, writeDicom } from "./write-dicom.ts";
import { writeLegacyOutputs } from "./write-legacy-outputs.ts";
import { writeMaps } from "./write-maps.ts";
import { writePreviews } from "./write-previews.ts";

/** Folder of the report in the output. */
const reportFolder = "report";

/**
 * Writes everything that comes of a fit: maps with sidecars, status, mask, previews, DICOM, report and records.
 *
 * @throws InputError E-NO-RESULT when no voxel has a value: maps without a number serve nobody
 */
export async function writeFit(work: FitToWrite, context: ProgramContext): Promise<Outcome> {
  const valid = markValid(work.fit);
  requireResult(work, valid);
  const { output, log } = context;
  const [maps, voxels, chiSquare] = await Promise.all([
    nameMaps(work, valid, context),
    findSampleVoxels(work, context.pool),
    findMedianChiSquare(work, valid, context),
  ]);
  const colours = showColours(work.fit, maps);
  const findings = { maps, valid, colours, voxels, medianChiSquare: chiSquare };
  // The workers pack the maps while this thread draws the pages; what the pages wait for goes first.
  const dicom = writeDicom(work, context);
  const previews = writePreviews(work, findings, context);
  const written = writeMaps(work, maps, context);
  const pages = drawPages(work, findings, dicom, context);
  const extra = Promise.all(
    (work.extraFiles ?? []).map(({ path, content }) => output.write(path, content)),
  );
  await Promise.all([dicom, previews, written, extra, pages]);
  const { verdict, partial } = await pages;
  await output.write(`${reportFolder}/manifest.json`, encodeManifest(context));
  for (const { name, unit, statistics } of listMains(maps).slice(1)) {
    const { median, p25, p75 } = statistics;
    log.info({ median, p25, p75, unit }, name);
  }
  const main = maps[0]!;
  const { median, p25, p75 } = main.statistics;
  log.info(
    { verdict: verdict.level, median, p25, p75, unit: main.unit },
    `${work.title}: ${verdict.reasons.join("; ")}`,
  );
  return { partial };
}

function listMains(maps: readonly NamedMap[]): readonly NamedMap[] {
  return maps.filter(({ rank, kind }) => rank === "main" && kind === "value");
}

function countVoxels({ fit }: FitToWrite, { valid, maps }: Findings): FitCounts {
  const count = valid.reduce((sum, one) => sum + one, 0);
  const incomplete = listMains(maps)
    .map(({ name, statistics }) => ({ name, voxels: statistics.n }))
    .filter(({ voxels }) => voxels < count);
  return { inside: fit.status.length - fit.tally.outside, valid: count, incomplete };
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
  const verdict = judgeFit(countVoxels(work, findings), warnings);
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
  const whole = { ...summary, dicom: await dicom };
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
    encodeProvenance(context, work.options, describeInput(identity), result),
  );
  return { verdict, partial };
}

function requireResult({ fit, title }: FitToWrite, valid: Uint8Array): void {
  const { tally } = fit;
  // Flagged values are a result too.
  const flagged =
    tally["lower-bound"] + tally["upper-bound"] + tally["poor-fit"] + tally["large-error"];
  if (flagged > 0 || valid.includes(1)) return;
  const unfitted = tally["not-converged"] + tally["not-identifiable"];
  throw new InputError(
    "E-NO-RESULT",
    `None of the ${fit.status.length - tally.outside} voxels in the mask has a value (${title}): ${tally.noise} are noise, ${tally["invalid-input"]} have no usable signal, ${unfitted} could not be fitted.`,
    "Look at the images: is this the right scan?",
  );
}
