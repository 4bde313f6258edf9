import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { XnatConnection } from "#shared/xnat/connection.ts";
import { downloadResource } from "#shared/xnat/download.ts";
import { deleteFile, listFiles } from "#shared/xnat/files.ts";
import { openConnection } from "#shared/xnat/open-connection.ts";
import { projectPath, subjectPath } from "#shared/xnat/owner-path.ts";
import { deleteResource, listResources } from "#shared/xnat/resources.ts";
import { uploadFiles } from "#shared/xnat/upload.ts";
import type { FaultAction } from "./faults.ts";
import { type SimulatedXnat, startXnat } from "./start-xnat.ts";

// Uploads and downloads by the real connection, against the simulated server and its faults.

const folder = mkdtempSync(join(tmpdir(), "transfers-"));
let sim: SimulatedXnat;
let x: XnatConnection;
beforeAll(async () => {
  sim = await startXnat();
  const retries = { baseMs: 5, capMs: 20 };
  x = await openConnection({ url: sim.url, user: "owner", password: "owner", retries });
  await x.text({ method: "PUT", path: ["data", "projects", "P1"] });
  await x.text({ method: "PUT", path: ["data", "projects", "P1", "subjects", "M01"] });
});
beforeEach(() => sim.clearFaults());
afterAll(async () => {
  await x.close();
  await sim.stop();
  rmSync(folder, { recursive: true, force: true });
});

const pause = async (): Promise<void> => {};
const subject = subjectPath("P1", "M01");
const files = Array.from({ length: 60 }, (_, i) => {
  const bytes = Buffer.alloc(i * 100, i);
  return { path: `d${i % 7}/f${i}.bin`, size: bytes.length, open: () => bytes, bytes };
});

async function requireBack(owner: typeof subject, label: string): Promise<void> {
  const to = join(folder, `${owner.segments.length}-${label}`);
  const back = await downloadResource(x, owner, label, to, { pause });
  expect(back.files).toHaveLength(files.length);
  for (const { path, bytes } of files) {
    expect(readFileSync(join(to, path)).equals(bytes)).toBe(true);
  }
}

describe("transfers with the simulated XNAT", () => {
  test.each([subject, projectPath("P1")])("go up and come down for %j", async (owner) => {
    await uploadFiles(x, owner, "MAPS", files, { format: "NIFTI", pause });
    await requireBack(owner, "MAPS");
    expect((await uploadFiles(x, owner, "MAPS", files, { pause })).alreadyThere).toBe(60);
    const resources = await listResources(x, owner, { stats: true });
    expect(resources).toMatchObject([{ label: "MAPS", format: "NIFTI" }]);
    expect(await deleteFile(x, owner, "MAPS", "d0/f0.bin")).toBe(true);
    expect(await listFiles(x, owner, "MAPS")).toHaveLength(59);
    expect(await deleteResource(x, owner, "MAPS")).toBe(1);
  });

  test.each<FaultAction>([
    { name: "silent200" },
    { name: "extractStops", after: 20 },
    { name: "diskFull", afterBytes: 30_000 },
    { name: "status", status: 503 },
    { name: "status", status: 504, afterWork: true },
    { name: "reset", when: "before" },
    { name: "reset", when: "afterWork" },
    { name: "reset", when: "request", bytes: 1_000 },
    { name: "html200" },
    { name: "loginHtml200" },
    { name: "expireSession" },
  ])("an upload survives %j", async (action) => {
    const path = "/data/projects/*/subjects/*/resources/*/files/**";
    sim.addFault({ match: { path, method: "PUT", times: 1 }, action });
    await uploadFiles(x, subject, "FAULTY", files, { pause });
    await requireBack(subject, "FAULTY");
    await deleteResource(x, subject, "FAULTY");
    rmSync(join(folder, "4-FAULTY"), { recursive: true, force: true });
  });

  test.each<FaultAction>([
    { name: "truncateZip", bytes: 2_000 },
    { name: "corruptZip" },
    { name: "status", status: 502 },
    { name: "reset", when: "answer", bytes: 9_000 },
    { name: "expireSession" },
  ])("a download survives a zip with %j", async (action) => {
    await uploadFiles(x, subject, "ZIPPED", files, { pause });
    // The first request is for the list.
    const path = "/data/projects/*/subjects/*/resources/*/files";
    sim.addFault({ match: { path, method: "GET", nth: 2 }, action });
    rmSync(join(folder, "4-ZIPPED"), { recursive: true, force: true });
    await requireBack(subject, "ZIPPED");
  });

  test("a redirect to another host is followed by neither", async () => {
    const action = { name: "redirect", to: "http://evil.example/" } as const;
    sim.addFault({ match: { path: "/data/projects/*/subjects/*/resources/**" }, action });
    await expect(uploadFiles(x, subject, "AWAY", files, { pause })).rejects.toMatchObject({
      kind: "refused-redirect",
    });
  });
});
