import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { addAssessor, addProject, addScan, addSession, addSubject } from "./records.ts";
import { addResource } from "./resources.ts";
import {
  makeSampleSession,
  type RegionTruth,
  type SampleCollection,
  type SampleScan,
  sampleTruth,
} from "./sample-session.ts";
import type { Session, Site } from "./site.ts";
import { storeFiles } from "./stored-files.ts";

export interface SampleOptions {
  readonly project?: string;
  readonly subjects?: number;
  readonly sessionsEach?: number;
  /** Scan numbers: 2 T2-weighted, 3 T2, 5 T1, 6 diffusion. All when left out. */
  readonly scans?: readonly number[];
  /** ROI collections; default true. */
  readonly regions?: boolean;
}

export interface SampleSessionTruth {
  readonly id: string;
  readonly label: string;
  readonly subject: string;
  readonly subjectId: string;
  readonly group: "control" | "treated";
  /** Custom variable of the subject, mg/kg. */
  readonly dose: string;
  /** Custom variable of the session. */
  readonly timepoint: string;
}

/** What was put on the site, and what programs must find in it. */
export interface Sample {
  readonly project: string;
  readonly sessions: readonly SampleSessionTruth[];
  /** The same regions and true values in each session. */
  readonly regions: readonly RegionTruth[];
}

/**
 * Project SAMPLE: subjects DM01 ... of two groups, each with sessions of the digital mouse (T2, T1, diffusion, and a
 * T2-weighted scan that no program fits) and the regions drawn on them; noise differs from session to session.
 * Members: owner, member, collab.
 */
export async function seedSample(site: Site, options: SampleOptions = {}): Promise<Sample> {
  const { project = "SAMPLE", subjects = 6, sessionsEach = 1, regions = true } = options;
  addProject(site, {
    id: project,
    name: `Digital mice ${project}`,
    description: "Synthetic sessions with known relaxation and diffusion",
    members: new Map([
      ["owner", "owner"],
      ["member", "member"],
      ["collab", "collaborator"],
    ]),
  });
  const sessions: SampleSessionTruth[] = [];
  for (let n = 1; n <= subjects; n++) {
    const label = `DM${String(n).padStart(2, "0")}`;
    const group = n % 2 === 1 ? "control" : "treated";
    const dose = group === "control" ? "0" : "10";
    const subject = addSubject(site, {
      project,
      label,
      group,
      attributes: { gender: "female" },
      fields: new Map([["dose", dose]]),
    });
    for (let m = 1; m <= sessionsEach; m++) {
      const sessionLabel = `${label}_MR${m}`;
      const made = await makeSampleSession(project, label, sessionLabel, 100 * n + m);
      const timepoint = m === 1 ? "baseline" : `week${m - 1}`;
      const session = addSession(site, {
        project,
        subjectId: subject.id,
        label: sessionLabel,
        date: "2026-01-05",
        time: "10:00:00",
        uid: made.studyUID,
        attributes: { "scanner/manufacturer": "XNAT-PIC", "scanner/model": "Digital mouse" },
        fields: new Map([["timepoint", timepoint]]),
      });
      for (const scan of made.scans) {
        if (options.scans?.includes(scan.number) === false) continue;
        await placeScan(site, session, made.folder, scan);
      }
      if (regions) {
        for (const collection of made.collections) {
          await placeCollection(site, session, made.folder, collection);
        }
      }
      sessions.push({
        id: session.id,
        label: sessionLabel,
        subject: label,
        subjectId: subject.id,
        group,
        dose,
        timepoint,
      });
    }
  }
  return { project, sessions, regions: regions ? sampleTruth() : [] };
}

async function placeScan(
  site: Site,
  session: Session,
  folder: string,
  scan: SampleScan,
): Promise<void> {
  const [firstEcho = 0, ...moreEchoes] = scan.echoTimesMs;
  const record = addScan(site, session, {
    id: String(scan.number),
    type: scan.protocol,
    seriesDescription: scan.protocol,
    uid: scan.seriesUID,
    frames: scan.images.length,
    parameters: {
      "parameters/tr": scan.repetitionTimeMs,
      "parameters/flip": scan.flipAngleDeg,
      ...(moreEchoes.length === 0 ? { "parameters/te": firstEcho } : {}),
    },
    // Several echo times have no parameters/te; they lie here.
    addParams: Object.fromEntries(
      moreEchoes.length === 0
        ? []
        : scan.echoTimesMs.map((te, n) => [`MultiEcho_TE${n + 1}`, String(te)]),
    ),
  });
  const resource = await addResource(site, record, "DICOM", {
    format: "DICOM",
    content: "RAW",
    seriesUID: scan.seriesUID,
  });
  async function* files() {
    for (const { file, sopInstanceUID, instanceNumber } of scan.images) {
      const source = await readFile(join(folder, file));
      yield { path: file.split("/")[1] ?? "", source, uid: sopInstanceUID, instanceNumber };
    }
  }
  await storeFiles(site, resource, files(), { format: "DICOM", content: "RAW" });
}

async function placeCollection(
  site: Site,
  session: Session,
  folder: string,
  { label, name, date, time, resources }: SampleCollection,
): Promise<void> {
  const dashed = date.replace(/(\d{4})(\d\d)(\d\d)/, "$1-$2-$3");
  const assessor = addAssessor(site, session, {
    id: `RoiCollection_${session.label}_${site.nextId("roi")}`,
    xsiType: "icr:roiCollectionData",
    label,
    name,
    date: dashed,
    attributes: {
      UID: `2.25.${Number(date)}${Number(time)}${site.nextId("roi-uid")}`,
      collectionType: resources[0]?.label ?? "",
      subjectID: session.subjectId,
      time: time.replace(/(\d\d)(\d\d)(\d\d)/, "$1:$2:$3"),
    },
  });
  for (const { label: form, file } of resources) {
    const format = form === "AIM" ? "XML" : "DICOM";
    const resource = await addResource(site, assessor, form, { format, content: "EXTERNAL" });
    const source = await readFile(join(folder, file));
    const path = file.slice(file.lastIndexOf("/") + 1);
    await storeFiles(site, resource, [{ path, source }], { format, content: "EXTERNAL" });
  }
}
