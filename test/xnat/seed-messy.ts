import { addProject, addScan, addSession, addSubject } from "./records.ts";
import { addResource } from "./resources.ts";
import type { Site } from "./site.ts";
import { storeFile } from "./stored-files.ts";

/** Names that people give, each of which has broken some program. */
export const messyLabels = {
  subject: "M 01 (left ear) <b>",
  session: "M01_pre+post 20%",
  /** Same label but for its case: XNAT's archive takes both for one. */
  twin: "m 01 (LEFT EAR) <b>",
} as const;

/**
 * Project MESSY: odd labels, a subject shared in from another project, two resources of one label, missing digests, an
 * empty resource, a scan 1-MR1, a scan without DICOM, a description with a bracket, a session without scans.
 */
export async function seedMessy(site: Site, project = "MESSY"): Promise<void> {
  const members = new Map([
    ["owner", "owner"],
    ["member", "member"],
    ["collab", "collaborator"],
  ] as const);
  addProject(site, { id: project, members: new Map(members) });
  addProject(site, { id: `${project}_OTHER`, members: new Map(members) });
  const subject = addSubject(site, {
    project,
    label: messyLabels.subject,
    fields: new Map([["note", "<script>alert(1)</script>"]]),
  });
  addSubject(site, { project, label: messyLabels.twin });
  const session = addSession(site, {
    project,
    subjectId: subject.id,
    label: messyLabels.session,
    uid: "2.25.1",
  });
  const twice = addScan(site, session, { id: "1", type: "T2 (fat sat)", uid: "2.25.11" });
  for (const name of ["a.dcm", "b.dcm"]) {
    const resource = await addResource(site, twice, "DICOM", { format: "DICOM" });
    await storeFile(site, resource, name, `no DICOM: ${name}`, { noDigest: true });
  }
  addScan(site, session, {
    id: "1-MR1",
    type: "T2 (fat sat)",
    seriesDescription: "T2_map_MSME (repeat",
    uid: "2.25.12",
  });
  const empty = addScan(site, session, {
    id: "2",
    type: "T2_map_MSME",
    seriesDescription: "<img src=x onerror=alert(1)>",
    quality: "unusable",
    uid: "2.25.13",
  });
  await addResource(site, empty, "DICOM", { format: "DICOM" });
  await addResource(site, session, "EMPTY");
  addSession(site, { project, subjectId: subject.id, label: "no scans" });
  const foreign = addSubject(site, {
    project: `${project}_OTHER`,
    label: "FOREIGN",
    sharedInto: [{ project, label: "SHARED" }],
  });
  const shared = addSession(site, {
    project: `${project}_OTHER`,
    subjectId: foreign.id,
    label: "FOREIGN_MR1",
    uid: "2.25.2",
    sharedInto: [{ project, label: "SHARED_MR1" }],
  });
  addScan(site, shared, { id: "1", type: "T2_map_MSME", uid: "2.25.21" });
}
