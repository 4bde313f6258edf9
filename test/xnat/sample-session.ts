import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { imageFileName } from "#shared/phantom/archive-layout.ts";
import { coarseScan } from "#shared/phantom/coarse-stack.ts";
import { type SessionIdentity, sessionUID } from "#shared/phantom/describe-session.ts";
import { encodeAssessors } from "#shared/phantom/encode-assessors.ts";
import { encodeScan, seriesUID } from "#shared/phantom/encode-scan.ts";
import { encodeRegionTruth } from "#shared/phantom/region-truth.ts";
import { type ScanPlan, sessionPlan } from "#shared/phantom/scan-plan.ts";
import { type CollectionPlan, collectionPlans } from "#shared/phantom/session-collections.ts";
import { simulateScan } from "#shared/phantom/simulate-scan.ts";
import { waterSignal } from "#shared/phantom/tissue-table.ts";

// Sessions of the digital mouse, small: 64 x 48 pixels, four slices, 120 images. Making one takes about a second, so
// they are kept in build/ between tests.

const bValues = [200, 500, 1000];

/** T2-weighted images, T2 by ten echoes, T1 by six repetition times, diffusion in three directions. */
export function samplePlans(): readonly ScanPlan[] {
  const coarse = coarseScan(1);
  const whole = new Map(sessionPlan().map((plan) => [plan.number, plan]));
  const plan = (number: number): ScanPlan => ({ ...whole.get(number)!, ...coarse });
  return [
    plan(2),
    { ...plan(3), echoTrainLength: 10, contrasts: plan(3).contrasts.slice(0, 10) },
    {
      ...plan(5),
      contrasts: [150, 400, 900, 2000, 4000, 8000].map((repetitionTimeMs) => ({
        repetitionTimeMs,
        echoTimeMs: 8,
      })),
    },
    {
      ...plan(6),
      contrasts: plan(6).contrasts.filter(
        ({ bValue = 0 }) => bValue === 0 || bValues.includes(bValue),
      ),
    },
  ];
}

/** What is drawn on them: all collections on one of these scans. */
export function sampleCollections(): readonly CollectionPlan[] {
  const numbers = new Set(samplePlans().map(({ number }) => number));
  return collectionPlans().filter(({ scan }) => numbers.has(scan));
}

/** True values of one region on the voxels of some scans. */
export interface RegionValues {
  readonly scans: readonly number[];
  readonly voxels: number;
  /** ms. */
  readonly T1: number;
  readonly T2: number;
  /** mm2/s. */
  readonly ADC: number;
}

export interface RegionTruth {
  /** Label of the assessor. */
  readonly collection: string;
  readonly number: number;
  readonly name: string;
  /** Its only tissue; null where it crosses boundaries. */
  readonly tissue: string | null;
  readonly values: readonly RegionValues[];
}

/** What is true of every region, in every session alike. */
export function sampleTruth(): readonly RegionTruth[] {
  const { collections } = JSON.parse(encodeRegionTruth(samplePlans(), sampleCollections())) as {
    collections: { label: string; regions: Omit<RegionTruth, "collection">[] }[];
  };
  return collections.flatMap(({ label, regions }) =>
    regions.map(({ number, name, tissue, values }) => ({
      collection: label,
      number,
      name,
      tissue,
      values,
    })),
  );
}

export interface SampleImage {
  readonly file: string;
  readonly sopInstanceUID: string;
  readonly instanceNumber: number;
}

export interface SampleScan {
  readonly number: number;
  readonly protocol: string;
  readonly seriesUID: string;
  readonly repetitionTimeMs: number;
  readonly flipAngleDeg: number;
  readonly echoTimesMs: readonly number[];
  readonly images: readonly SampleImage[];
}

export interface SampleCollection {
  readonly label: string;
  readonly name: string;
  readonly date: string;
  readonly time: string;
  /** AIM, RTSTRUCT, SEG: the first is the original. */
  readonly resources: readonly { readonly label: string; readonly file: string }[];
}

/** A session that lies ready in a folder. */
export interface SampleSession {
  readonly folder: string;
  readonly studyUID: string;
  readonly scans: readonly SampleScan[];
  readonly collections: readonly SampleCollection[];
}

/** Changes when the sessions do. */
const version = 1;
const root = fileURLToPath(new URL("../../", import.meta.url));

/** The files of one session, from build/ or made now. */
export async function makeSampleSession(
  project: string,
  subject: string,
  session: string,
  seed: number,
): Promise<SampleSession> {
  const simulation = { seed, sigma: waterSignal / 80, stimulatedEchoes: false };
  const identity: SessionIdentity = {
    project,
    subject,
    session,
    fingerprint: JSON.stringify({ ...simulation, project, subject, session }),
  };
  const key = createHash("sha256")
    .update(JSON.stringify([version, identity, samplePlans(), sampleCollections()]))
    .digest("hex")
    .slice(0, 16);
  const folder = join(root, "build", "sample-sessions", key);
  const record = join(folder, "session.json");
  if (!existsSync(record)) {
    const unfinished = `${folder}.${process.pid}.${Math.random().toString(36).slice(2)}`;
    const made = await writeSession(unfinished, identity, simulation);
    await writeFile(join(unfinished, "session.json"), JSON.stringify(made));
    // Another process may have been faster; its bytes are the same.
    await rename(unfinished, folder).catch(() => rm(unfinished, { recursive: true, force: true }));
  }
  return { folder, ...(JSON.parse(await readFile(record, "utf8")) as Written) };
}

type Written = Omit<SampleSession, "folder">;

async function writeSession(
  folder: string,
  identity: SessionIdentity,
  simulation: Parameters<typeof simulateScan>[1],
): Promise<Written> {
  const write = async (file: string, content: Uint8Array | string) => {
    await mkdir(dirname(join(folder, file)), { recursive: true });
    await writeFile(join(folder, file), content);
  };
  const plans = samplePlans();
  const scans: SampleScan[] = [];
  for (const plan of plans) {
    const images: SampleImage[] = [];
    for (const { bytes, ...image } of encodeScan(plan, simulateScan(plan, simulation), identity)) {
      const file = `${plan.number}/${imageFileName(image.sopInstanceUID)}`;
      await write(file, bytes);
      images.push({ file, ...image });
    }
    scans.push({
      number: plan.number,
      protocol: plan.protocol,
      seriesUID: seriesUID(identity, plan),
      repetitionTimeMs: plan.contrasts[0]?.repetitionTimeMs ?? 0,
      flipAngleDeg: plan.flipAngleDeg,
      echoTimesMs: [...new Set(plan.contrasts.map(({ echoTimeMs }) => echoTimeMs))],
      images,
    });
  }
  const files = [...encodeAssessors(plans, identity, sampleCollections())];
  const collections: SampleCollection[] = [];
  for (const { label, name, date, time, resources } of sampleCollections()) {
    const kept = [];
    for (const resource of resources) {
      const found = files.find(
        ({ path }) => path.includes(`/${label}/${resource}/`) && !path.endsWith("_catalog.xml"),
      );
      if (found === undefined) throw new Error(`no ${resource} of ${label}`);
      const file = `${label}/${resource}/${found.path.slice(found.path.lastIndexOf("/") + 1)}`;
      await write(file, found.content);
      kept.push({ label: resource, file });
    }
    collections.push({ label, name, date, time, resources: kept });
  }
  return { studyUID: sessionUID(identity, "study"), scans, collections };
}
