import { spawnSync } from "node:child_process";
import { afterAll, expect, test } from "vitest";
import { asked, type ClientSite, runClient, startClientSite } from "./client-site.ts";

// Debian's python3-pyxnat, unmodified, against the simulator.
const python = "/usr/bin/python3";
const hasPyxnat = spawnSync(python, ["-c", "import pyxnat"], { stdio: "ignore" }).status === 0;
if (!hasPyxnat) console.warn("pyxnat is skipped: install Debian's python3-pyxnat");

let site: ClientSite | undefined;
afterAll(() => site?.stop());

test.skipIf(!hasPyxnat)(
  "pyxnat logs in, browses, downloads, creates, uploads and deletes",
  async () => {
    site = await startClientSite();
    const found = await runClient(python, "pyxnat_tasks.py", { ...asked, url: site.url });
    const first = site.files.find(({ name }) => name === (found["one"] as string[])[0]);
    expect(found).toEqual({
      projects: ["RATT1"],
      exists: true,
      subjects: ["M01", "M02"],
      sessions: ["M01_pre_MR"],
      scans: ["3", "4"],
      session: [true, "xnat:mrSessionData", "2026-11-20"],
      attributes: ["MSME", "usable"],
      type: "MSME",
      frames: "9",
      resources: ["DICOM"],
      files: site.files.map(({ name, size }) => [name, size]),
      one: [first?.name, first?.md5],
      zip: site.files.map(({ name, md5 }) => [name, md5]),
      created: true,
      group: "treated",
      dose: ["10"],
      uploaded: [["t2.nii", 11]],
      back: "a map of T2",
      tree: ["a.txt", "inner/b.txt"],
      afterDelete: [],
      resourcesAfter: ["DICOM"],
      subjectAfter: false,
      array: ["XNAT_E00001"],
      scanArray: ["3", "4"],
    });
  },
);
