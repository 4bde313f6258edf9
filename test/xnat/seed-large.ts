import { addProject, addScan, addSession, addSubject } from "./records.ts";
import { addResource } from "./resources.ts";
import type { Site, Subject } from "./site.ts";

export interface LargeOptions {
  readonly project?: string;
  readonly sessions: number;
  /** Of each session: a localizer, then T2, T1 and diffusion scans in turn. */
  readonly scansEach: number;
  /** Files of each scan; default 1. */
  readonly filesEach?: number;
  /** Bytes of a file; default 16. */
  readonly fileSize?: number;
}

const protocols = ["Localizer", "T2_map_MSME", "T1_map_RARE-VTR", "DWI_SE-EPI"];

/** A project of many sessions, two for each subject. Its files are no DICOM, and are made when they are asked for. */
export async function seedLarge(site: Site, options: LargeOptions): Promise<void> {
  const { project = "LARGE", sessions, scansEach, filesEach = 1, fileSize = 16 } = options;
  addProject(site, {
    id: project,
    members: new Map([
      ["owner", "owner"],
      ["member", "member"],
      ["collab", "collaborator"],
    ]),
  });
  let subject: Subject | undefined;
  for (let n = 0; n < sessions; n++) {
    const number = String(Math.floor(n / 2) + 1).padStart(5, "0");
    if (subject === undefined || n % 2 === 0) {
      subject = addSubject(site, {
        project,
        label: `L${number}`,
        group: n % 4 === 0 ? "control" : "treated",
        fields: new Map([["dose", n % 4 === 0 ? "0" : "10"]]),
      });
    }
    const session = addSession(site, {
      project,
      subjectId: subject.id,
      label: `L${number}_MR${(n % 2) + 1}`,
      date: "2026-01-05",
      uid: `2.25.${n + 1}`,
      fields: new Map([["timepoint", n % 2 === 0 ? "baseline" : "week1"]]),
    });
    for (let s = 0; s < scansEach; s++) {
      const protocol = protocols[s === 0 ? 0 : 1 + ((s - 1) % 3)]!;
      const uid = `2.25.${n + 1}.${s + 1}`;
      const scan = addScan(site, session, {
        id: String(s + 1),
        type: protocol,
        seriesDescription: protocol,
        uid,
        frames: filesEach,
      });
      await addResource(site, scan, "DICOM", {
        format: "DICOM",
        content: "RAW",
        seriesUID: uid,
        later: {
          fileCount: filesEach,
          fileSize: filesEach * fileSize,
          files: () =>
            Array.from({ length: filesEach }, (_, f) => ({
              path: `${f + 1}.dcm`,
              source: `${uid}.${f + 1}`.padEnd(fileSize, " ").slice(0, fileSize),
              format: "DICOM",
              content: "RAW",
            })),
        },
      });
    }
  }
}
