import { createHash } from "node:crypto";
import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Instance } from "#shared/dicom/frame.ts";
import type { PrearchiveRow, Site } from "./site.ts";

/** A file of a row, where it lies and what it is. */
export interface ReceivedFile {
  readonly name: string;
  readonly path: string;
  readonly uid: string;
  readonly instanceNumber: number;
}

export interface ReceivedSeries {
  /** Series number, or "<number>-MR1" where two series have one number (I10). */
  readonly scanId: string;
  readonly uid: string;
  readonly description: string;
  readonly modality: string;
  readonly files: ReceivedFile[];
}

const received = new WeakMap<PrearchiveRow, Map<string, ReceivedSeries>>();

/** Series of a row by UID. */
export function seriesOf(row: PrearchiveRow): ReadonlyMap<string, ReceivedSeries> {
  return received.get(row) ?? new Map();
}

export const uriOfRow = ({ project, timestamp, folderName }: PrearchiveRow): string =>
  `/data/prearchive/projects/${project}/${timestamp}/${folderName}`;

/** Blanks and special characters become underscores (P7). */
export const cleanLabel = (label: string): string => label.replace(/[^A-Za-z0-9_-]/g, "_");

export interface RowWish {
  readonly project: string;
  readonly subject: string;
  readonly session: string;
  readonly studyUID: string;
  readonly preventAutoCommit: boolean;
  readonly source: string;
}

/** The row of a session that is being received: by project, study and label (I4); a new one where there is none. */
export async function rowFor(site: Site, wish: RowWish): Promise<PrearchiveRow> {
  const known = site.prearchive.find(
    ({ project, tag, name }) =>
      project === wish.project && tag === wish.studyUID && name === wish.session,
  );
  if (known !== undefined) return known;
  const timestamp = stampOf(site);
  // The name is as it was sent, the folder is not (P6, P7).
  const folderName = cleanLabel(wish.session);
  const row: PrearchiveRow = {
    project: wish.project,
    timestamp,
    folderName,
    name: wish.session,
    tag: wish.studyUID,
    subject: wish.subject,
    status: "RECEIVING",
    lastmod: site.clock.now(),
    uploaded: site.clock.now(),
    scanDate: "",
    scanTime: "",
    autoarchive: "",
    preventAnon: false,
    preventAutoCommit: wish.preventAutoCommit,
    source: wish.source,
    folder: join(site.root, "prearchive", wish.project, timestamp, folderName),
    logs: [],
  };
  await mkdir(row.folder, { recursive: true });
  received.set(row, new Map());
  site.prearchive.push(row);
  return row;
}

/** yyyyMMdd_HHmmssSSS, no two alike. */
function stampOf(site: Site): string {
  for (let time = site.clock.now(); ; time++) {
    const digits = new Date(time).toISOString().replace(/\D/g, "");
    const stamp = `${digits.slice(0, 8)}_${digits.slice(8, 17)}`;
    if (!site.prearchive.some(({ timestamp }) => timestamp === stamp)) return stamp;
  }
}

/** Takes a file into a row, under the name that XNAT gives it. */
export async function receive(
  site: Site,
  row: PrearchiveRow,
  instance: Instance,
  instanceNumber: number,
): Promise<void> {
  const all = received.get(row) ?? new Map<string, ReceivedSeries>();
  received.set(row, all);
  const number = String(instance.seriesNumber ?? 0);
  const taken = [...all.values()].map(({ scanId }) => scanId);
  const series = all.get(instance.seriesInstanceUID) ?? {
    scanId: freeId(number, instance.modality, taken),
    uid: instance.seriesInstanceUID,
    description: instance.seriesDescription,
    modality: instance.modality,
    files: [],
  };
  all.set(series.uid, series);
  const hash = BigInt(
    `0x${createHash("md5").update(`${instance.sopClassUID}${instance.sopInstanceUID}`).digest("hex").slice(0, 9)}`,
  ).toString(36);
  const name = `${instance.studyInstanceUID}-${number}-${instanceNumber}-${hash}.dcm`;
  const folder = join(row.folder, "SCANS", series.scanId, "DICOM");
  await mkdir(folder, { recursive: true });
  await rename(instance.absolutePath, join(folder, name));
  const file = { name, path: join(folder, name), uid: instance.sopInstanceUID, instanceNumber };
  const same = series.files.findIndex((other) => other.name === name);
  if (same >= 0) series.files[same] = file;
  else series.files.push(file);
  row.status = "RECEIVING";
  row.lastmod = site.clock.now();
}

/** An id that is not taken: "3", else "3-MR1", "3-MR2", ... */
export function freeId(number: string, modality: string, taken: readonly string[]): string {
  if (!taken.includes(number)) return number;
  for (let n = 1; ; n++) {
    const id = `${number}-${modality}${n}`;
    if (!taken.includes(id)) return id;
  }
}

/** Writes the XML of the session beside its folder; without it there is nothing to archive. @returns its status */
export async function build(site: Site, row: PrearchiveRow): Promise<string> {
  const scans = [...seriesOf(row).values()].map(
    ({ scanId, uid, files }) =>
      `<xnat:scan ID="${scanId}" UID="${uid}"><xnat:frames>${files.length}</xnat:frames></xnat:scan>`,
  );
  await writeFile(
    `${row.folder}.xml`,
    `<?xml version="1.0" encoding="UTF-8"?>\n<xnat:MRSession xmlns:xnat="http://nrg.wustl.edu/xnat" UID="${row.tag}" label="${row.folderName}" project="${row.project}"><xnat:scans>${scans.join("")}</xnat:scans></xnat:MRSession>\n`,
  );
  row.status = scans.length === 0 ? "ERROR" : "READY";
  row.lastmod = site.clock.now();
  row.logs.push(`built with ${scans.length} scans`);
  return row.status;
}

export async function removeRow(site: Site, row: PrearchiveRow): Promise<void> {
  const place = site.prearchive.indexOf(row);
  if (place >= 0) site.prearchive.splice(place, 1);
  await rm(row.folder, { recursive: true, force: true });
  await rm(`${row.folder}.xml`, { force: true });
}
