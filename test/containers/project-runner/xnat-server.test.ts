import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openProjectServer } from "#containers/project-runner/xnat-server.ts";
import type { XnatConnection } from "#shared/xnat/connection.ts";
import { openConnection } from "#shared/xnat/open-connection.ts";
import { addAssessor } from "#test/xnat/records.ts";
import { addResource } from "#test/xnat/resources.ts";
import { seedLarge } from "#test/xnat/seed-large.ts";
import { type SimulatedXnat, startXnat } from "#test/xnat/start-xnat.ts";
import { storeFile } from "#test/xnat/stored-files.ts";
import { type RunChoices, runOnce } from "./project-run.ts";

// The engine against the simulated XNAT: the same project as users of different rights see it.

let folder = "";
let made = 0;
let xnat: SimulatedXnat;
const lines: XnatConnection[] = [];

async function login(user: string): Promise<XnatConnection> {
  const line = await openConnection({ url: xnat.url, user, password: user });
  lines.push(line);
  return line;
}

async function run(user: string, project: string, choices: RunChoices = {}) {
  const line = await login(user);
  const before = xnat.log.length;
  const server = openProjectServer(line, project);
  const work = join(folder, String(made++));
  const result = await runOnce(server, work, { ruleText: "type=T2*", ...choices });
  return { ...result, server, requests: xnat.log.length - before };
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "xnat-server-"));
  xnat = await startXnat();
  for (const project of ["OWN", "MEMBER", "READ"]) {
    await seedLarge(xnat.site, { project, sessions: 4, scansEach: 2, filesEach: 3 });
  }
  const session = [...xnat.site.sessions.values()].find((one) => one.project === "OWN");
  if (session === undefined) throw new Error("the site has no session");
  const assessor = addAssessor(xnat.site, session, {
    xsiType: "icr:roiCollectionData",
    label: "drawn",
  });
  const aim = await addResource(xnat.site, assessor, "AIM");
  await storeFile(xnat.site, aim, "aim.xml", '<uid root="2.25.1.2"/>', {});
});
afterAll(async () => {
  for (const line of lines) await line.close();
  await xnat.stop();
  rmSync(folder, { recursive: true, force: true });
});

describe("a project of the simulated XNAT", () => {
  test("is worked off, its regions too, and found done from anywhere by the listing and the state", async () => {
    const first = await run("owner", "OWN");
    expect(first.stopped).toBeUndefined();
    expect([...first.all.values()].map(({ status, reason }) => `${status} ${reason}`)).toEqual(
      Array.from({ length: 5 }, () => "done "),
    );
    const [key = ""] = [...first.all.keys()];
    const [sessionId = "", scanId = ""] = key.split("/");
    const place = { kind: "scan", sessionId, scanId } as const;
    const maps = await first.server.listFiles(place, "PROCESSED_T2");
    expect(maps?.map(({ path }) => path).sort()).toEqual(["error.nii.gz", "map.nii.gz"]);
    const report = await first.server.listFiles(place, "PROCESSED_T2_REPORT");
    expect(report?.map(({ path }) => path)).toContain("project-runner.json");

    const again = await run("owner", "OWN");
    expect([...again.all.values()].every(({ status }) => status === "current")).toBe(true);
    const checked = await run("owner", "OWN", { recheck: true });
    expect([...checked.all.values()].map(({ status }) => status)).toEqual(
      Array.from({ length: 5 }, () => "current"),
    );
    expect(again.requests).toBeLessThan(20);
    expect(checked.requests).toBeGreaterThan(again.requests + 10);
  });

  test("a result is replaced, and its copy is gone afterwards", async () => {
    const options = { t2Options: "--model epg", existing: "replace" } as const;
    const { all, server } = await run("owner", "OWN", options);
    expect([...all.values()].map(({ status }) => status)).toContain("done");
    const place = { kind: "session", sessionId: [...all.keys()][0]?.split("/")[0] ?? "" } as const;
    const labels = (await server.listResources(place)).map(({ label }) => label);
    expect(labels).toContain("PROCESSED_T2");
    expect(labels.filter((label) => label.endsWith("_BEFORE"))).toEqual([]);
  });

  test("a member stores results too", async () => {
    const { all } = await run("member", "MEMBER");
    expect([...all.values()].map(({ status }) => status)).toEqual(
      Array.from({ length: 4 }, () => "done"),
    );
    const again = await run("member", "MEMBER");
    expect([...again.all.values()].every(({ status }) => status === "current")).toBe(true);
    // Members may not delete: what is replaced leaves its copy behind, and can be replaced once more.
    for (const t2Options of ["--model 3par", "--model 2par", "--model 3par"]) {
      const other = await run("member", "MEMBER", { t2Options, existing: "replace" });
      expect([...other.all.values()].map(({ status, reason }) => `${status} ${reason}`)).toEqual(
        Array.from({ length: 4 }, () => "done "),
      );
    }
  });

  test("who may only read learns that from the first scans, and nothing is stored", async () => {
    const { all, stopped } = await run("collab", "READ");
    expect([...all.values()].map(({ status }) => status)).not.toContain("done");
    expect(stopped?.code).toBe("E-FIRST-ALIKE");
    expect(stopped?.reason).toMatch(/E-XNAT-(FORBIDDEN|NOT-STORED)/);
  });
});
