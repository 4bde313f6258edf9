import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { addProject } from "#test/xnat/records.ts";
import { openRunnerStage, type RunnerEnd, type RunnerStage } from "./runner-stage.ts";

// Users without rights, addresses that hold a password, projects with nothing in them, and two runs at once.

let stage: RunnerStage;
afterEach(() => stage.stop());

const rule = ["--t2-scans", "type=T2*"];
const collab = { XNAT_USER: "collab", XNAT_PASS: "collab" };

interface Status {
  readonly items: readonly { readonly status: string; readonly code: string }[];
}
const statuses = (end: RunnerEnd) => {
  const { items } = JSON.parse(end.read("status.json")) as Status;
  return items.map(({ status, code }) => `${status} ${code}`.trim()).sort();
};

describe("project-runner", { timeout: 120_000 }, () => {
  test("for a user who may only read ends with 3 inside XNAT too, and changes nothing", async () => {
    stage = await openRunnerStage({ sessions: 6 });
    const before = await stage.archive();
    const inside = { ...collab, XNAT_WORKFLOW_ID: "7", REPORT_STORED_BY: "program" };
    const end = await stage.run({ words: rule, environment: inside });
    expect(end.exitCode, end.said).toBe(3);
    expect(end.said).toContain("/data/user/cache/resources/PROJECT_RUNNER_LARGE/files/report.html");
    expect(await stage.archive()).toEqual(before);
  });

  test("what failed for want of rights is done when there are rights", async () => {
    stage = await openRunnerStage({ sessions: 2 });
    const refused = await stage.run({ words: rule, environment: collab });
    expect(statuses(refused).join()).toContain("failed E-XNAT-FORBIDDEN");
    stage.xnat.site.projects.get(stage.project)?.members.set("collab", "member");
    const allowed = await stage.run({ words: rule, environment: collab });
    expect(statuses(allowed)).toEqual(["done", "kept KEPT-FOREIGN", "left-out LEFT-NO-MATCH"]);
  });

  test("a password in the address stands nowhere", async () => {
    stage = await openRunnerStage({ sessions: 2 });
    const server = stage.xnat.url.replace("//", "//owner:geheim@");
    const end = await stage.run({ words: [...rule, "--server", server] });
    expect(end.exitCode, end.said).toBe(0);
    const files = readdirSync(end.output, { recursive: true, withFileTypes: true });
    const texts = files
      .filter((entry) => entry.isFile())
      .map((entry) => readFileSync(join(entry.parentPath, entry.name), "utf8"));
    expect([end.said, ...texts].filter((text) => text.includes("geheim"))).toEqual([]);
    expect(end.read("summary.json")).toContain(stage.xnat.url);
  });

  test("a project without sessions has an empty table; an alias is as good as its id", async () => {
    stage = await openRunnerStage({ sessions: 2 });
    const members = new Map([["owner", "owner"]] as const);
    addProject(stage.xnat.site, { id: "VOID", members });
    stage.xnat.site.projects.get(stage.project)?.aliases.push("NICKNAME");
    const run = (project: string) =>
      stage.run({ words: rule, environment: { SOURCE_PROJECT: project }, project: "" });
    const empty = await run("VOID");
    expect([empty.exitCode, empty.read("results.csv").split("\r\n")]).toEqual([
      0,
      [expect.stringMatching(/^project,subject,/), ""],
    ]);
    const known = await run("NICKNAME");
    expect(statuses(known)).toEqual(["done", "kept KEPT-FOREIGN", "left-out LEFT-NO-MATCH"]);
    expect(known.read("results.csv")).toContain("\r\nLARGE,");
  });

  test("two runs at once, from two machines, leave one complete result of each scan", async () => {
    stage = await openRunnerStage({ sessions: 6 });
    const ends = await Promise.all(
      ["one", "two"].map((name) =>
        stage.run({ words: rule, work: join(stage.folder, name), environment: { TINY_MS: "300" } }),
      ),
    );
    expect(ends.map(({ exitCode }) => exitCode)).toEqual([0, 0]);
    const words = [...rule, "--recheck"];
    const after = await stage.run({ words, work: join(stage.folder, "three") });
    expect(statuses(after).filter((one) => one === "current")).toHaveLength(5);
    const left = [...(await stage.archive()).keys()].filter((path) =>
      /_BEFORE|pending|again|not in the catalog/.test(path),
    );
    expect(left).toEqual([]);
  });
});
