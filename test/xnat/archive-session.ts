import { createReadStream } from "node:fs";
import type { Exchange } from "./exchange.ts";
import { findSession } from "./find.ts";
import { subjectsOf } from "./label-index.ts";
import { cleanLabel, freeId, type ReceivedSeries, removeRow, seriesOf } from "./prearchive.ts";
import { addScan, addSession, addSubject } from "./records.ts";
import { addResource, findResource, removeResource } from "./resources.ts";
import type { PrearchiveRow, Session, Site } from "./site.ts";
import { listEntries, storeFiles } from "./stored-files.ts";

/** Why something is not archived; XNAT hides its status behind another (P3). */
export class ArchiveRefused extends Error {
  readonly status: number;
  constructor(status: number, reason: string) {
    super(reason);
    this.status = status;
  }
}

export interface ArchiveWish {
  readonly subject?: string | undefined;
  readonly session?: string | undefined;
  readonly overwrite?: string | undefined;
  readonly overwriteFiles?: boolean;
  /** Custom variables of the session. */
  readonly fields?: ReadonlyMap<string, string>;
  readonly user: string;
}

/** XML paths in a request as values of the archived session. */
export function fieldsOf(exchange: Exchange): ReadonlyMap<string, string> {
  return new Map(
    exchange.queryNames.flatMap((name) => {
      const field = /^xnat:\w+\/fields\/field\[name=([^\]]+)\]\/field$/i.exec(name)?.[1];
      return field === undefined ? [] : [[field, exchange.query(name) ?? ""] as const];
    }),
  );
}

/**
 * Moves a row into the archive. A session of the same label, subject and study is merged with (P2).
 *
 * @throws ArchiveRefused
 */
export async function archive(site: Site, row: PrearchiveRow, wish: ArchiveWish): Promise<Session> {
  if (row.status !== "READY" && row.status !== "CONFLICT") {
    throw new ArchiveRefused(423, "Session processing may already be in progress");
  }
  if (!site.projects.has(row.project)) {
    throw new ArchiveRefused(400, "unable to identify destination project");
  }
  row.status = "ARCHIVING";
  try {
    const session = await merge(site, row, wish);
    await removeRow(site, row);
    note(site, session, wish.user);
    return session;
  } catch (error) {
    row.status = "CONFLICT";
    row.logs.push(String((error as Error).message));
    throw error;
  }
}

async function merge(site: Site, row: PrearchiveRow, wish: ArchiveWish): Promise<Session> {
  const label = cleanLabel(wish.session ?? row.name);
  const subjectLabel = cleanLabel(wish.subject ?? row.subject);
  if (subjectLabel === "") throw new ArchiveRefused(400, "Unable to identify subject.");
  const there = findSession(site, label, row.project);
  // Subjects are found whatever the case of their label (O6).
  const known = subjectsOf(site, row.project).find(
    (subject) => subject.label.toLowerCase() === subjectLabel.toLowerCase(),
  );
  if (there !== undefined && there.subjectId !== known?.id) {
    throw new ArchiveRefused(409, "Already Exists for another Subject");
  }
  if (there !== undefined && there.uid !== row.tag) {
    throw new ArchiveRefused(409, "Session already exists, retry with overwrite enabled");
  }
  const subject = known ?? addSubject(site, { project: row.project, label: subjectLabel });
  const [first] = seriesOf(row).values();
  const modality = first?.modality ?? "MR";
  const session =
    there ??
    addSession(site, {
      project: row.project,
      subjectId: subject.id,
      label,
      uid: row.tag,
      modality,
      xsiType: `xnat:${modality.toLowerCase()}SessionData`,
      date: row.scanDate,
      time: row.scanTime,
      insertUser: wish.user,
    });
  for (const [name, value] of wish.fields ?? []) session.fields.set(name.toLowerCase(), value);
  for (const series of seriesOf(row).values()) await placeSeries(site, session, series, wish);
  return session;
}

async function placeSeries(
  site: Site,
  session: Session,
  series: ReceivedSeries,
  wish: ArchiveWish,
): Promise<void> {
  const same = session.scans.find(({ uid }) => uid === series.uid);
  const taken = session.scans.map(({ id }) => id);
  const scan =
    same ??
    addScan(site, session, {
      id: freeId(series.scanId, series.modality, taken),
      type: series.description,
      seriesDescription: series.description,
      uid: series.uid,
      modality: series.modality,
      xsiType: `xnat:${series.modality.toLowerCase()}ScanData`,
    });
  const old = findResource(scan, "DICOM");
  const names = new Set((old === undefined ? [] : await listEntries(old)).map(({ path }) => path));
  const clash = series.files.some(({ name }) => names.has(name));
  if (clash && wish.overwrite !== "delete" && wish.overwriteFiles !== true) {
    throw new ArchiveRefused(
      409,
      `Session already contains a scan (${scan.id}) with the same UID and number.`,
    );
  }
  if (old !== undefined && wish.overwrite === "delete") await removeResource(scan, old);
  const resource =
    findResource(scan, "DICOM") ??
    (await addResource(site, scan, "DICOM", {
      format: "DICOM",
      content: "RAW",
      seriesUID: series.uid,
    }));
  const files = series.files.map(({ name, path, uid, instanceNumber }) => ({
    path: name,
    source: createReadStream(path) as AsyncIterable<Uint8Array>,
    uid,
    instanceNumber,
  }));
  const options = { format: "DICOM", content: "RAW", overwrite: true, user: wish.user };
  await storeFiles(site, resource, files, options);
  scan.frames = (await listEntries(resource)).length;
}

function note(site: Site, session: Session, user: string): void {
  const id = String(site.nextId("workflow"));
  site.workflows.set(id, {
    id,
    dataType: session.xsiType,
    objectId: session.id,
    scanId: "",
    pipelineName: "Transfer",
    status: "Complete",
    details: "",
    comments: "",
    jobId: "",
    externalId: session.project,
    launchTime: site.clock.now(),
    user,
  });
}
