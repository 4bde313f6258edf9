import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createProject } from "#shared/xnat/create-project.ts";
import { createSession } from "#shared/xnat/create-session.ts";
import { createSubject } from "#shared/xnat/create-subject.ts";
import { readSessionVariables, readSubjectVariables } from "#shared/xnat/custom-variables.ts";
import { downloadResource } from "#shared/xnat/download.ts";
import { openConnection } from "#shared/xnat/open-connection.ts";
import { scanPath } from "#shared/xnat/owner-path.ts";
import { listScans } from "#shared/xnat/scans.ts";
import { uploadFiles } from "#shared/xnat/upload.ts";
import { writeCustomVariable } from "#shared/xnat/write-custom-variable.ts";
import { addScan, addSession, addSubject } from "./records.ts";
import { type SimulatedXnat, startXnat } from "./start-xnat.ts";

// Our client against the simulated server: each was written from the same rules by another hand.

let xnat: SimulatedXnat;
const folder = mkdtempSync(join(tmpdir(), "our-client-"));
beforeAll(async () => {
  xnat = await startXnat({ contextPath: "/xnat" });
});
afterAll(async () => {
  await xnat.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function gather<T>(items: AsyncIterable<T>): Promise<readonly T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

const connect = () => openConnection({ url: xnat.url, user: "owner", password: "owner" });

test("a project is made, filled, listed, and its files go up and come back", async () => {
  const x = await connect();
  await createProject(x, { id: "MICE" });
  await createSubject(x, { project: "MICE", label: "M01", group: "treated" });
  const session = await createSession(x, {
    project: "MICE",
    subject: "M01",
    label: "M01_MR",
    xsiType: "xnat:mrSessionData",
    date: "2026-11-20",
  });
  const record = xnat.site.sessions.get(session.id);
  if (record === undefined) throw new Error("no such session");
  for (const id of ["3", "11"]) addScan(xnat.site, record, { id, type: "MSME", frames: 10 });
  await writeCustomVariable(x, { project: "MICE", subject: "M01" }, "dose", "10");
  const owner = { project: "MICE", subject: "M01", session: "M01_MR" };
  await writeCustomVariable(x, owner, "timepoint", "pre");

  const scans = await gather(listScans(x, "MICE"));
  expect(scans.map((scan) => [scan.sessionId, scan.scanId, scan.scanType, scan.frames])).toEqual([
    [session.id, "3", "MSME", "10"],
    [session.id, "11", "MSME", "10"],
  ]);
  expect([...(await readSubjectVariables(x, "MICE")).values()].map((one) => [...one])).toEqual([
    [["dose", "10"]],
  ]);
  expect([...(await readSessionVariables(x, "MICE")).values()].map((one) => [...one])).toEqual([
    [["timepoint", "pre"]],
  ]);

  const files = Array.from({ length: 30 }, (_, at) => {
    const bytes = Buffer.alloc(1000 + at, at);
    return { path: `maps/m${at}.bin`, size: bytes.length, open: () => bytes };
  });
  const scan = scanPath(session.id, "3");
  await uploadFiles(x, scan, "MAPS", files, { format: "BIN", content: "MAP" });
  const { files: came } = await downloadResource(x, scan, "MAPS", folder);
  expect(came).toHaveLength(30);
  for (const { path, open } of files) expect(readFileSync(join(folder, path))).toEqual(open());
  await x.close();
});

test("a restart, a lost session and an overloaded server are survived", async () => {
  const x = await connect();
  const { site } = xnat;
  const [project] = [...site.projects.keys()];
  if (project === undefined) throw new Error("no project");
  const subject = addSubject(site, { project, label: "M02" });
  const session = addSession(site, { project, subjectId: subject.id, label: "M02_MR" });
  addScan(site, session, { id: "1" });
  const listed = async (): Promise<number> => (await gather(listScans(x, project))).length;
  expect(await listed()).toBe(3);
  xnat.addFault({ match: { times: 1 }, action: { name: "expireSession" } });
  expect(await listed()).toBe(3);
  xnat.addFault({ match: { times: 1 }, action: { name: "status", status: 503 } });
  expect(await listed()).toBe(3);
  xnat.addFault({ match: { times: 1 }, action: { name: "reset", when: "answer", bytes: 50 } });
  expect(await listed()).toBe(3);
  await xnat.restart();
  expect(await listed()).toBe(3);
  await x.close();
  expect(xnat.log.filter(({ bug }) => bug !== undefined)).toEqual([]);
});
