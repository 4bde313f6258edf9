import { mkdir } from "node:fs/promises";
import { findKeyword } from "#shared/dicom/part10.ts";
import type { XnatConnection } from "#shared/xnat/connection.ts";
import { readSessionVariables, readSubjectVariables } from "#shared/xnat/custom-variables.ts";
import { readDicomElements } from "#shared/xnat/dicomdump.ts";
import { downloadResource } from "#shared/xnat/download.ts";
import { deleteFile, listFiles, readStoredFile } from "#shared/xnat/files.ts";
import {
  assessorPath,
  type OwnerPath,
  projectPath,
  scanPath,
  sessionPath,
  userCachePath,
} from "#shared/xnat/owner-path.ts";
import { readProject } from "#shared/xnat/project.ts";
import { deleteResource, listResources } from "#shared/xnat/resources.ts";
import { listScans } from "#shared/xnat/scans.ts";
import { listSessions } from "#shared/xnat/sessions.ts";
import { listSubjects } from "#shared/xnat/subjects.ts";
import { uploadFiles } from "#shared/xnat/upload.ts";
import { isXnatError } from "#shared/xnat/xnat-error.ts";
import { fromServer, toUpload } from "./carry-files.ts";
import { listCollections, listSessionScans } from "./list-collections.ts";
import type { Place, ProjectServer } from "./project-server.ts";
import { openLaunches } from "./xnat-launches.ts";

/** Markers, summaries and tables of regions are far below this. */
const largestText = 32 * 1024 * 1024;

/** A project of an XNAT. Closing the connection stays with the caller. */
export function openProjectServer(x: XnatConnection, project: string): ProjectServer {
  const ownerOf = (place: Place) => pathOf(place, project);
  const absent = async <T>(asking: Promise<T>): Promise<T | undefined> => {
    try {
      return await asking;
    } catch (error) {
      if (isXnatError(error, "not-found")) return undefined;
      throw error;
    }
  };
  return {
    url: x.baseUrl,
    user: x.user,
    project,
    requireProject: async () => (await readProject(x, project)).id,
    listScans: () => listScans(x, project),
    listSessions: async function* () {
      for (const session of await listSessions(x, project)) {
        const { sessionId, sessionLabel, subjectId, subjectLabel, date, sessionType } = session;
        yield {
          ...{ id: sessionId, label: sessionLabel, subjectId, subjectLabel, date },
          ...{ type: sessionType, owner: session.owner },
        };
      }
    },
    listSubjects: () => listSubjects(x, project),
    readVariables: async () => ({
      subjects: plain(await readSubjectVariables(x, project)),
      sessions: plain(await readSessionVariables(x, project)),
    }),
    listCollections: () => listCollections(x, project),
    listSessionScans: (sessionId) => listSessionScans(x, sessionId),
    readAttributes: async (scan, attributes) => {
      const address = {
        ...{ project: scan.owner, subject: scan.subjectId },
        ...{ session: scan.sessionId, scan: scan.scanId },
      };
      const tags = attributes.map((name) => findKeyword(name)?.tag ?? name.toUpperCase());
      const elements = await readDicomElements(x, address, tags);
      return Object.fromEntries(
        attributes.flatMap((name, n) => {
          const element = elements.find(({ tag }) => tag === tags[n]);
          return element === undefined ? [] : [[name, element.values.join("\\")] as const];
        }),
      );
    },
    listResources: async (place) => {
      const all = place.kind === "session";
      const found = await absent(listResources(x, ownerOf(place), { all }));
      return (found ?? [])
        .filter(({ category }) => !all || category === "scans" || category === "resources")
        .map(({ label, category, categoryId }) => {
          return { label, scanId: category === "scans" ? categoryId : "" };
        });
    },
    listFiles: async (place, label) => {
      const found = await absent(listFiles(x, ownerOf(place), label));
      return found?.map(fromServer);
    },
    download: async (place, label, folder, files, signal) => {
      signal?.throwIfAborted();
      await mkdir(folder, { recursive: true });
      const wanted = files.map(({ path }) => path);
      await downloadResource(x, ownerOf(place), label, folder, { files: wanted });
      signal?.throwIfAborted();
    },
    readText: async (place, label, path) => {
      const bytes = await absent(readStoredFile(x, ownerOf(place), label, path, largestText));
      return bytes === undefined ? undefined : Buffer.from(bytes).toString("utf8");
    },
    upload: async (place, label, files, { format, content, overwrite }) => {
      const sources = files.map(toUpload);
      await uploadFiles(x, ownerOf(place), label, sources, { format, content, overwrite });
    },
    deleteFiles: async (place, label, paths) => {
      for (const path of paths) await absent(deleteFile(x, ownerOf(place), label, path));
    },
    deleteResource: async (place, label) => {
      await absent(deleteResource(x, ownerOf(place), label));
    },
    launches: openLaunches(x, project),
  };
}

function pathOf(place: Place, project: string): OwnerPath {
  if (place.kind === "project") return projectPath(project);
  if (place.kind === "user") return userCachePath();
  if (place.kind === "session") return sessionPath(place.sessionId);
  if (place.kind === "scan") return scanPath(place.sessionId, place.scanId);
  return assessorPath(place.sessionId, place.assessorId);
}

function plain(
  variables: ReadonlyMap<string, ReadonlyMap<string, string>>,
): ReadonlyMap<string, Readonly<Record<string, string>>> {
  return new Map([...variables].map(([id, own]) => [id, Object.fromEntries(own)]));
}
