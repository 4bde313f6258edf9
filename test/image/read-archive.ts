import { existsSync, globSync, readdirSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { roiCollectionType } from "#command-json/places.ts";
import { createSite, createUser } from "../xnat/create-site.ts";
import { addAssessor, addProject, addScan, addSession, addSubject } from "../xnat/records.ts";
import type { Owner, Session, Site, User } from "../xnat/site.ts";

/** A session of a site without a server. */
export interface Archive {
  readonly site: Site;
  readonly session: Session;
  /** Owner of the project. */
  readonly user: User;
}

/** Accession ids, where a test needs others than those of a new site. */
export interface ArchiveIds {
  readonly subject?: string;
  readonly session?: string;
}

/**
 * Records of the one session that lies below a folder as in an archive: `archive/<project>/arc001/<label>` with
 * `SCANS/<scan>/<resource>` and `ASSESSORS/<label>/<resource>`. Every assessor is taken for a ROI collection, as XNAT's
 * viewer stores measurements as such too; ids are made up.
 */
export function readArchive(root: string, ids: ArchiveIds = {}): Archive {
  const [folder] = globSync(join(root, "archive/*/arc001/*"));
  if (folder === undefined) throw new Error(`no session below ${root}`);
  const site = createSite(root);
  const user = createUser("owner");
  const { id: project } = addProject(site, {
    id: basename(dirname(dirname(folder))),
    members: new Map([[user.login, "owner"]]),
  });
  const { subject: subjectId = "XNAT_S00001", session: id = "XNAT_E00001" } = ids;
  addSubject(site, { id: subjectId, project, label: "MOUSE01" });
  const session = addSession(site, { id, project, subjectId, label: basename(folder) });
  for (const id of list(join(folder, "SCANS"))) {
    addResources(site, addScan(site, session, { id }), join(folder, "SCANS", id));
  }
  for (const [index, label] of list(join(folder, "ASSESSORS")).entries()) {
    const collection = { id: `RoiCollection_${index + 1}`, label, xsiType: roiCollectionType };
    addResources(site, addAssessor(site, session, collection), join(folder, "ASSESSORS", label));
  }
  return { site, session, user };
}

function addResources(site: Site, owner: Owner, folder: string): void {
  for (const label of list(folder)) {
    owner.resources.push({
      ...{ id: site.nextId("resource"), label, format: "", content: "", tags: "" },
      ...{ folder: join(folder, label), catalog: `${label}_catalog.xml` },
    });
  }
}

function list(folder: string): readonly string[] {
  return existsSync(folder) ? readdirSync(folder).sort() : [];
}
