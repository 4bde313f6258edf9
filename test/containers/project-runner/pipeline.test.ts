import { existsSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openSampleStage, type RunnerEnd, type SampleStage } from "./sample-stage.ts";

// The program as a user runs it, against the simulated XNAT with the sample project; the programs it runs are the real ones.

let stage: SampleStage;
beforeAll(async () => {
  stage = await openSampleStage({ subjects: 3, scans: [2, 3] });
}, 120_000);
afterAll(() => stage.stop());

const rowsOf = (end: RunnerEnd) => end.read("report/results.csv").trim().split("\r\n").slice(1);
const statusOf = (end: RunnerEnd) =>
  JSON.parse(end.read("report/status.json")) as {
    readonly state: string;
    readonly items: readonly { readonly status: string; readonly code: string }[];
  };

describe("project-runner", { timeout: 180_000 }, () => {
  test("a dry run says what would be done, and changes nothing", async () => {
    const end = await stage.run(["--dry-run"]);
    expect([end.exitCode, end.stderr]).toEqual([0, ""]);
    expect(end.read("report/plan.csv")).toContain("T2_map_MSME");
    expect(end.read("report/plan.html")).toContain("A dry run");
    expect(existsSync(join(end.output, "report/report.html"))).toBe(false);
    const changes = stage.xnat.log.filter(({ method }) => method === "PUT" || method === "DELETE");
    expect(changes.filter(({ path }) => !path.includes("JSESSION"))).toEqual([]);
  });

  test("every session gets its maps and its row, and the report lies in the project", async () => {
    const end = await stage.run([]);
    expect([end.exitCode, end.stderr]).toEqual([0, ""]);
    expect(statusOf(end)).toMatchObject({ state: "done" });
    const medians = rowsOf(end).filter((row) => row.includes(",T2,,ms,"));
    expect(medians).toHaveLength(3);
    for (const { label, group, timepoint, dose } of stage.sample.sessions) {
      const row = medians.find((one) => one.includes(`,${label},`)) ?? "";
      expect(row).toContain(`,${group},${timepoint},${dose},`);
    }
    const stored = await stage.ask(
      "/data/projects/SAMPLE/resources/PROJECT_RUNNER/files/results.csv",
    );
    expect(await stored.text()).toBe(end.read("report/results.csv"));
    expect(end.stdout).toContain(
      "/data/projects/SAMPLE/resources/PROJECT_RUNNER/files/report.html",
    );
  });

  test("again: nothing to do, no request for a session, the same numbers", async () => {
    const before = stage.xnat.log.length;
    const end = await stage.run([]);
    expect([end.exitCode, statusOf(end).state]).toEqual([0, "nothing"]);
    const asked = stage.xnat.log.slice(before).filter(({ path }) => /experiments\/./.test(path));
    expect(asked).toEqual([]);
    expect(rowsOf(end)).toHaveLength(21);
  });

  test("by containers that XNAT launches: regions are measured, and taken as ours", async () => {
    const words = ["--mode=container-service", "--pipelines=process-t2,mask-average"];
    const end = await stage.run(words);
    expect([end.exitCode, end.stderr]).toEqual([0, ""]);
    expect(statusOf(end).items.filter(({ status }) => status === "done")).toHaveLength(9);
    const again = await stage.run([...words, "--recheck"]);
    expect(statusOf(again)).toMatchObject({ state: "nothing" });
    expect(rowsOf(end).length).toBeGreaterThan(100);
  });

  test("a member inside XNAT: the report goes to his own store where the project refuses it", async () => {
    const end = await stage.run(["--pipelines=process-t2"], {
      ...{ XNAT_USER: "member", XNAT_PASS: "member", XNAT_WORKFLOW_ID: "5" },
      REPORT_STORED_BY: "program",
    });
    expect([end.exitCode, end.stderr]).toEqual([0, ""]);
    expect(end.stdout).toMatch(/report: \S+PROJECT_RUNNER\S*\/files\/report.html/);
  });

  test("the owner's command leaves the report to the Container Service", async () => {
    const before = stage.xnat.log.length;
    const end = await stage.run([], { XNAT_WORKFLOW_ID: "5" });
    const puts = stage.xnat.log.slice(before).filter(({ method }) => method === "PUT");
    expect(puts.filter(({ path }) => path.includes("PROJECT_RUNNER/"))).toEqual([]);
    expect(end.stdout).toContain("XNAT stores the report when this container has ended");
  });

  test("results of other options are kept, and stand in the table", async () => {
    const end = await stage.run(["--t2-options=--model=2par", "--strict"]);
    expect(end.exitCode).toBe(0);
    expect(statusOf(end).items.map(({ code }) => code)).toEqual(Array(3).fill("KEPT-OTHER"));
    expect(rowsOf(end)).toHaveLength(21);
  });

  test("none succeeded: exit code 3, and a report all the same, inside XNAT too", async () => {
    const end = await stage.run(["--t2-scans=series=T2w*"], { XNAT_WORKFLOW_ID: "5" });
    expect(end.exitCode).toBe(3);
    expect(statusOf(end)).toMatchObject({ state: "failed" });
    expect(statusOf(end).items.map(({ code }) => code)).toContain("E-TE-CONSTANT");
    expect(end.stdout).toMatch(/report: \S+report.html/);
  });

  test.each([
    [["--t2-scans=serie=x"], {}, 2, "E-RULE"],
    [["--pipelines=process-t9"], {}, 2, "E-OPTION"],
    [["--t2-options=--nothing"], {}, 2, "E-PIPELINE-OPTIONS"],
    // Only the program itself knows what its values may be.
    [["--t2-options=--te=5,bad"], {}, 2, "E-PIPELINE-OPTIONS"],
    [["--server=http://127.0.0.1:1"], {}, 2, "E-NO-CREDENTIALS"],
    [[], { XNAT_PASS: "wrong" }, 5, "E-XNAT-AUTH"],
    [[], { XNAT_USER: "outsider", XNAT_PASS: "outsider" }, 5, "E-XNAT-NOT-FOUND"],
  ] as const)(
    "%j %j ends with %i and %s, and leaves nothing",
    async (words, environment, code, text) => {
      const end = await stage.run(words, environment);
      expect([end.exitCode, end.stderr.split(":")[0]]).toEqual([code, text]);
      expect(existsSync(end.output)).toBe(false);
      expect(end.stdout + end.stderr).not.toContain("wrong\n");
    },
  );
});
