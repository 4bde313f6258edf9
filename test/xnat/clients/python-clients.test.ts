import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { addProject, addScan, addSession, addSubject } from "../records.ts";
import { type SimulatedXnat, startXnat } from "../start-xnat.ts";

// Other people's clients, unmodified, against the simulated server. Where they are not installed the tests are skipped:
// pyxnat comes with Debian (python3-pyxnat), xnatpy from PyPI (python3 -m venv build/xnatpy; build/xnatpy/bin/pip install xnat).
// XNAT_PIC_PYXNAT and XNAT_PIC_XNATPY name other Python programs that have them.

const run = promisify(execFile);
const suite = (name: string): string => new URL(name, import.meta.url).pathname;
const root = new URL("../../..", import.meta.url).pathname;

async function pythonWith(
  module: string,
  candidates: readonly (string | undefined)[],
): Promise<string | undefined> {
  for (const python of candidates) {
    if (python === undefined) continue;
    const works = await run(python, ["-c", `import ${module}`]).then(
      () => true,
      () => false,
    );
    if (works) return python;
  }
  return undefined;
}

const pyxnat = await pythonWith("pyxnat", [
  process.env["XNAT_PIC_PYXNAT"],
  "python3",
  "/usr/bin/python3",
]);
const xnatpy = await pythonWith("xnat", [
  process.env["XNAT_PIC_XNATPY"],
  `${root}build/xnatpy/bin/python`,
  "python3",
]);

let xnat: SimulatedXnat;
beforeEach(async () => {
  xnat = await startXnat();
  const { site } = xnat;
  addProject(site, { id: "RATT1", members: new Map([["owner", "owner"]]) });
  const subject = addSubject(site, { project: "RATT1", label: "M01", group: "control" });
  const session = addSession(site, {
    project: "RATT1",
    subjectId: subject.id,
    label: "M01_pre_MR",
    date: "2026-11-20",
  });
  const [t2, dwi] = [
    { id: "3", type: "MSME", seriesDescription: "T2 MSME", frames: 10 },
    { id: "4", type: "DWI", seriesDescription: "DWI", frames: 30 },
  ];
  addScan(site, session, t2);
  addScan(site, session, dwi);
});
afterEach(async () => {
  expect(xnat.log.filter(({ bug }) => bug !== undefined)).toEqual([]);
  await xnat.stop();
});

async function tell(python: string, script: string): Promise<Record<string, unknown>> {
  const { stdout } = await run(python, [suite(script), xnat.url, "owner", "owner"]);
  return JSON.parse(stdout.trim().split("\n").at(-1) ?? "") as Record<string, unknown>;
}

describe("clients of others", () => {
  test("pyxnat logs in, browses, creates, uploads, downloads, deletes", async ({ skip }) => {
    if (pyxnat === undefined) return skip("pyxnat is not installed (python3-pyxnat)");
    expect(await tell(pyxnat, "pyxnat_suite.py")).toEqual({
      version: expect.any(String),
      projects: ["RATT1"],
      subjects: ["M01"],
      session: [true, "xnat:mrSessionData", "2026-11-20"],
      scans: ["3", "4"],
      scan: ["MSME", "T2 MSME", "usable"],
      "scan list": ["3", "4"],
      created: true,
      group: "treated",
      dose: "10",
      resources: ["T2MAP"],
      files: ["t2.nii"],
      "same bytes": true,
      size: 5000,
      unpacked: ["f0.txt", "f1.txt", "f2.txt"],
      zip: ["f0.txt", "f1.txt", "f2.txt"],
      "after delete": false,
      gone: true,
    });
  });

  test("xnatpy logs in, browses, creates, uploads, downloads, deletes", async ({ skip }) => {
    if (xnatpy === undefined) return skip("xnatpy is not installed (PyPI: xnat)");
    expect(await tell(xnatpy, "xnatpy_suite.py")).toEqual({
      version: expect.any(String),
      projects: ["RATT1"],
      subjects: ["M01"],
      session: ["M01_pre_MR", "2026-11-20"],
      scans: ["3", "4"],
      scan: ["MSME", "T2 MSME", 10],
      group: "treated",
      files: ["t2.nii"],
      "same bytes": true,
      zip: ["t2.nii"],
      refreshed: true,
      token: 36,
      gone: true,
    });
  });
});
