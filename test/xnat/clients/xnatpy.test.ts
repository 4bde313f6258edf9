import { spawnSync } from "node:child_process";
import { createWriteStream, existsSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { fileURLToPath } from "node:url";
import { afterAll, expect, test } from "vitest";
import { makeSampleSession, type SampleSession } from "../sample-session.ts";
import { writeZip } from "../zip-out.ts";
import { asked, type ClientSite, runClient, startClientSite } from "./client-site.ts";

// xnatpy from PyPI, unmodified, against the simulator: in a virtual environment of its own, made where the tests run
// (`python3 -m venv build/xnatpy && build/xnatpy/bin/pip install xnat==0.8.1`).
const python =
  process.env["XNATPY_PYTHON"] ??
  fileURLToPath(new URL("../../../build/xnatpy/bin/python", import.meta.url));
const hasXnatpy =
  existsSync(python) && spawnSync(python, ["-c", "import xnat"], { stdio: "ignore" }).status === 0;
if (!hasXnatpy) console.warn("xnatpy is skipped: build/xnatpy has no xnat");

/** A folder that the script uploads by one of xnatpy's methods: names and sizes. */
const tree = (method: string) => [
  [`${method}/a.txt`, 5],
  [`${method}/inner/b.txt`, 11],
];

const imagesOf = ({ scans }: SampleSession, scan: number) =>
  scans.find(({ number }) => number === scan)?.images ?? [];

const folder = mkdtempSync(join(tmpdir(), "xnatpy-"));

/** A zip of some scans of a session, as a user packs it. */
async function zipOf(session: SampleSession, scans: readonly number[]): Promise<string> {
  const files = scans.flatMap((scan) =>
    imagesOf(session, scan).map(({ file }) => {
      const path = join(session.folder, file);
      return { name: file, path, size: statSync(path).size };
    }),
  );
  const target = join(folder, "session.zip");
  await pipeline(writeZip(files, { compress: true }), createWriteStream(target));
  return target;
}

let site: ClientSite | undefined;
afterAll(async () => {
  await site?.stop();
  rmSync(folder, { recursive: true });
});

test.skipIf(!hasXnatpy)(
  "xnatpy logs in, browses, downloads, creates, uploads, deletes, imports, archives, and logs in by a token",
  async () => {
    site = await startClientSite();
    const mouse = await makeSampleSession("SAMPLE", "DM01", "DM01_MR1", 101);
    const found = await runClient(python, "xnatpy_tasks.py", {
      ...asked,
      url: site.url,
      importZip: await zipOf(mouse, [2, 5]),
      importSession: "M03_pre_MR",
    });
    const first = site.files.find(({ name }) => name === (found["one"] as string[])[0]);
    expect(found).toMatchObject({
      user: "owner",
      projects: ["RATT1"],
      subjects: ["M01", "M02"],
      sessions: ["M01_pre_MR"],
      sessionClass: "MrSessionData",
      date: "2026-11-20",
      scans: ["3", "4"],
      type: "MSME",
      frames: 9,
      resources: ["DICOM"],
      files: site.files.map(({ name, size }) => [name, size]),
      one: [first?.name, first?.md5],
      zip: site.files.map(({ name, md5 }) => [name, md5]),
      created: true,
      group: "treated",
      uploaded: [["t2.nii", 11]],
      back: "a map of T2",
      trees: {
        tgz_file: tree("tgz_file"),
        tar_memory: tree("tar_memory"),
        per_file: tree("per_file"),
      },
      refreshed: true,
      resourcesAfter: ["DICOM"],
      subjectAfter: false,
      echoTime: ["8"],
      received: ["M03_pre_MR", "M03", "RECEIVING"],
      ready: ["M03_pre_MR"],
      prearchiveScans: ["2", "5"],
      archived: ["M03_pre_MR", ["2", "5"]],
      archivedFiles: { 2: imagesOf(mouse, 2).length, 5: imagesOf(mouse, 5).length },
      left: 0,
      tokenUser: "alias",
      byToken: true,
    });
  },
);
