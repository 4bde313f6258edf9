import { encodeCatalog, imageFileName, scanFolder } from "#shared/phantom/archive-layout.ts";
import { encodeAssessors } from "#shared/phantom/encode-assessors.ts";
import { encodeScan, seriesUID } from "#shared/phantom/encode-scan.ts";
import {
  encodeRawScan,
  encodeRawStudy,
  rawPlans,
  studyFolder,
} from "#shared/phantom/paravision/mouse-study.ts";
import { encodeRegionTruth } from "#shared/phantom/region-truth.ts";
import { sessionPlan } from "#shared/phantom/scan-plan.ts";
import { encodeScanTruth, encodeTransmitField } from "#shared/phantom/scan-truth.ts";
import { simulateScan } from "#shared/phantom/simulate-scan.ts";
import { waterSignal } from "#shared/phantom/tissue-table.ts";
import { encodeTruth } from "#shared/phantom/truth.ts";
import type { Pipeline } from "#shared/program/run-program.ts";
import type { command } from "./command.ts";

/** A session of the digital mouse in XNAT's archive layout, the same as raw data of ParaVision, and the truth beside it. */
export const sampleData: Pipeline<typeof command> = async (options, { log, output, progress }) => {
  const simulation = {
    seed: options.seed,
    sigma: options.snr === "none" ? 0 : waterSignal / options.snr,
    stimulatedEchoes: options["stimulated-echoes"],
  };
  const identity = {
    project: "SAMPLE",
    subject: "DM01",
    session: "DM01_MR1",
    fingerprint: JSON.stringify(simulation),
  };

  // The scans, image by image: simulated, put into DICOM, listed in the catalog, and as ParaVision stores them.
  const plans = sessionPlan();
  const raw = `raw/${studyFolder(identity)}`;
  const rawScans = rawPlans(plans);
  const advance = progress("simulating");
  for (const [done, plan] of plans.entries()) {
    const folder = scanFolder(identity, plan.number);
    const entries = [];
    const stored = simulateScan(plan, simulation);
    if (rawScans.includes(plan)) {
      for (const { path, content } of encodeRawScan(plan, stored, identity)) {
        await output.write(`${raw}/${path}`, content);
      }
    }
    for (const image of encodeScan(plan, stored, identity)) {
      const fileName = imageFileName(image.sopInstanceUID);
      await output.write(`${folder}/${fileName}`, image.bytes);
      entries.push({ ...image, fileName });
    }
    const catalog = encodeCatalog(seriesUID(identity, plan), entries);
    await output.write(`${folder}/scan_${plan.number}_catalog.xml`, catalog);
    advance(done + 1, plans.length);
    log.info(
      { scan: plan.number, protocol: plan.protocol, images: entries.length },
      "scan written",
    );
  }

  // What only the raw study has: the CEST scan, the localizer, and examinations without images.
  const rawOnly = rawScans.filter((plan) => !plans.includes(plan));
  for (const { path, content } of [
    ...rawOnly.flatMap((plan) => encodeRawScan(plan, simulateScan(plan, simulation), identity)),
    ...encodeRawStudy(simulation, identity),
  ]) {
    await output.write(`${raw}/${path}`, content);
  }

  // The regions somebody drew on them, each collection an assessor, and what is true of each region.
  for (const { path, content } of encodeAssessors(plans, identity)) {
    await output.write(path, content);
  }
  await output.write("truth/regions.json", encodeRegionTruth(plans));

  // The truth, on the voxels of the T2 scan, which scans 4 to 6 share.
  const t2Plan = plans.find((plan) => plan.train);
  if (t2Plan === undefined) throw new Error("the session has no echo train");
  for (const { fileName, content } of encodeTruth(t2Plan, simulation)) {
    await output.write(`truth/${fileName}`, content);
  }

  // The truth of the scans on other voxels, and the B1 map that belongs to the flip angles.
  for (const plan of [...plans, ...rawOnly]) {
    for (const { fileName, content } of encodeScanTruth(plan, simulation)) {
      await output.write(`truth/scan-${plan.number}/${fileName}`, content);
    }
    for (const { fileName, content } of encodeTransmitField(plan)) {
      await output.write(`b1/${fileName}`, content);
    }
  }
  return { partial: [] };
};
