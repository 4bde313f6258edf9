import { readdirSync } from "node:fs";
import { join } from "node:path";
import { roiCollectionType } from "#command-json/places.ts";
import type { ArchiveScan, ArchiveSession } from "./resolve-wrapper.ts";

/**
 * A session as it lies in the archive: `SCANS/<scan>/<resource>` and `ASSESSORS/<label>/<resource>`. Every assessor is
 * taken for a ROI collection, as XNAT's viewer stores measurements as such too; ids are made up.
 */
export function readArchive(folder: string): ArchiveSession {
  const scans = list(join(folder, "SCANS")).map((id): ArchiveScan => {
    const resources = list(join(folder, "SCANS", id));
    return {
      id,
      resources: Object.fromEntries(
        resources.map((label) => [label, join(folder, "SCANS", id, label)]),
      ),
    };
  });
  const assessors = list(join(folder, "ASSESSORS")).map((label, index) => ({
    id: `RoiCollection_${index + 1}`,
    label,
    xsiType: roiCollectionType,
  }));
  return {
    id: "XNAT_E00001",
    projectId: "SYNTH",
    subjectId: "XNAT_S00001",
    folder,
    scans,
    assessors,
  };
}

function list(folder: string): readonly string[] {
  return readdirSync(folder).sort();
}
