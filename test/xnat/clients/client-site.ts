import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { encodeDicom } from "#test/phantom/dicom-bytes.ts";
import { classicImage } from "#test/phantom/dicom-images.ts";
import { addProject, addScan, addSession, addSubject } from "../records.ts";
import { addResource } from "../resources.ts";
import type { Resource, Site } from "../site.ts";
import { type SimulatedXnat, startXnat } from "../start-xnat.ts";
import { storeFile } from "../stored-files.ts";

/** A site with a small project for other people's clients, and what is true of it. */
export interface ClientSite extends SimulatedXnat {
  /** Files of the scan that the clients read: name, size and MD5, sorted. */
  readonly files: readonly {
    readonly name: string;
    readonly size: number;
    readonly md5: string;
  }[];
}

/** Starts it: project RATT1 with M01 (session M01_pre_MR, scans 3 and 4) and M02. */
export async function startClientSite(): Promise<ClientSite> {
  const xnat = await startXnat();
  const { site } = xnat;
  addProject(site, { id: "RATT1", members: new Map([["owner", "owner"]]) });
  const subject = addSubject(site, { project: "RATT1", label: "M01" });
  addSubject(site, { project: "RATT1", label: "M02", group: "control" });
  const session = addSession(site, {
    project: "RATT1",
    subjectId: subject.id,
    label: "M01_pre_MR",
    date: "2026-11-20",
  });
  const scan = addScan(site, session, { id: "3", type: "MSME", frames: 9 });
  addScan(site, session, { id: "4", type: "DWI", seriesDescription: "DtiEpi (30 directions)" });
  const resource = await addResource(site, scan, "DICOM", { format: "DICOM", content: "RAW" });
  return { ...xnat, files: await storeImages(site, resource) };
}

async function storeImages(site: Site, resource: Resource): Promise<ClientSite["files"]> {
  const files = [];
  for (let image = 0; image < 9; image++) {
    const bytes = encodeDicom(classicImage(image % 3, Math.floor(image / 3)));
    const name = `image-${image}.dcm`;
    await storeFile(site, resource, name, bytes, { format: "DICOM" });
    files.push({
      name,
      size: bytes.length,
      md5: createHash("md5").update(bytes).digest("hex"),
    });
  }
  return files;
}

const run = promisify(execFile);

/**
 * What a script of this folder says, run by a Python of its own process while the site answers here.
 *
 * @throws Error with the script's own words when it fails
 */
export async function runClient(
  python: string,
  script: string,
  asked: Readonly<Record<string, string>>,
): Promise<Readonly<Record<string, unknown>>> {
  const path = fileURLToPath(new URL(script, import.meta.url));
  const { http_proxy, https_proxy, HTTP_PROXY, HTTPS_PROXY, ...environment } = process.env;
  const { stdout } = await run(python, [path, JSON.stringify(asked)], {
    env: environment,
    timeout: 100_000,
    maxBuffer: 1 << 26,
  });
  // Clients print remarks of their own before the answer.
  return JSON.parse(stdout.slice(stdout.lastIndexOf("\n{") + 1)) as Record<string, unknown>;
}

/** What both clients are asked to use. */
export const asked = {
  user: "owner",
  password: "owner",
  project: "RATT1",
  subject: "M01",
  session: "M01_pre_MR",
  scan: "3",
  newSubject: "M03",
} as const;
