import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Sample, seedSample } from "../xnat/seed-sample.ts";
import { docker, findEngine } from "./engine.ts";
import {
  compareWithTruth,
  listRows,
  numbersOf,
  readStored,
  readTable,
  statusOf,
} from "./read-results.ts";
import { openStage } from "./stage.ts";
import { type Ended, openWorkflowStage, type WorkflowStage } from "./workflow-stage.ts";

// What the seed asks for, from an administrator's installation to the table of a study, on real containers: first one session by hand,
// then the project in one container, then a second project by a Swarm. Each test goes on where the one before ended.

const engine = findEngine();
const programs = ["process-t1", "process-t2", "process-dwi", "mask-average"] as const;
const pipelines = programs.join(",");

describe.skipIf(!engine.available)("the seed workflow", () => {
  let stage: WorkflowStage;
  let sample: Sample;
  let fresh: Sample;

  beforeAll(async () => {
    stage = await openWorkflowStage();
    const installed: string[] = [];
    for (const name of [...programs, "project-runner"]) {
      const built = openStage(name);
      await built.build(() => undefined);
      installed.push(...(await stage.install(built.image)));
      built.close();
    }
    expect(installed).toEqual([...programs, "project-runner", "project-runner-member"]);
    sample = await addProject("SAMPLE");
  }, 300_000);

  afterAll(() => stage?.stop());

  /** Six subjects with a T2, a T1 and a diffusion scan, and one collection of regions each. */
  async function addProject(project: string): Promise<Sample> {
    const made = await seedSample(stage.xnat.site, { project, scans: [3, 5, 6] });
    for (const { id } of made.sessions) {
      for (const row of await listRows(stage, `/data/experiments/${id}/assessors`)) {
        if (row["label"]?.startsWith("AIM")) continue;
        const path = `/data/experiments/${id}/assessors/${row["ID"]}?removeFiles=true`;
        expect((await stage.ask("DELETE", path, "owner")).status).toBe(200);
      }
    }
    await stage.enable(project);
    return made;
  }

  function expectComplete({ status, details, stdout, stderr }: Ended): void {
    expect({ status, details, stderr }, stdout).toEqual({
      status: "Complete",
      details: "",
      stderr: "",
    });
  }

  /** The token a container had opens nothing any more. */
  async function expectDeadToken({ record }: Ended): Promise<void> {
    const { XNAT_USER, XNAT_PASS } = record.environment;
    const pair = Buffer.from(`${XNAT_USER}:${XNAT_PASS}`).toString("base64");
    const headers = { Authorization: `Basic ${pair}` };
    expect((await fetch(`${stage.xnat.url}/data/projects`, { headers })).status).toBe(401);
  }

  const projectUri = (project: string) => ({ project: `/archive/projects/${project}`, pipelines });

  /** All results of all sessions, complete, with nothing beside them but the marker of who stored them. */
  async function expectStored({ sessions }: Sample, byHand: readonly string[]): Promise<void> {
    for (const session of sessions) {
      const results = await readStored(stage, session);
      expect(results.map(({ name }) => name.replace(/RoiCollection_.*/, "ROI"))).toEqual(
        [
          ...["3 ANALYSED_ROI", "3 PROCESSED_T2", "5 ANALYSED_ROI", "5 PROCESSED_T1"],
          ...["6 ANALYSED_ROI", "6 PROCESSED_DWI"],
        ].map((rest) => `${session.label} ${rest}`),
      );
      for (const { name, files, missing, others } of results) {
        expect(files, name).toBeGreaterThan(5);
        expect(missing, name).toEqual([]);
        const isByHand = byHand.some((one) => name.startsWith(one));
        // Members may not delete the note of an upload under way; it stays beside the marker.
        const rest = others.filter((one) => one !== "project-runner-pending.json");
        expect(rest, name).toEqual(isByHand ? [] : ["project-runner.json"]);
      }
    }
  }

  test("on one session, launched by hand: maps, then their statistics in regions", async () => {
    const [{ id }] = sample.sessions as [Sample["sessions"][number]];
    const session = `/archive/experiments/${id}`;
    const launches = [
      ["process-t2-session", { session, scan: `${session}/scans/3` }],
      ["process-t1-scan", { scan: `${session}/scans/5` }],
      ["process-dwi-scan", { scan: `${session}/scans/6` }],
      ["mask-average-scan", { scan: `${session}/scans/3` }],
    ] as const;
    for (const [wrapper, values] of launches) {
      const ended = await stage.launch(sample.project, wrapper, values);
      expectComplete(ended);
      await expectDeadToken(ended);
    }
  }, 400_000);

  test("over half of the project as a member, who keeps the report to himself", async () => {
    const values = { ...projectUri(sample.project), subjects: "DM04|DM05|DM06" };
    const available = await stage.ask(
      "GET",
      `/xapi/projects/${sample.project}/commands/available?xsiType=xnat:projectData`,
      "member",
    );
    const offered = available.json() as { "wrapper-name": string }[];
    expect(offered.map((one) => one["wrapper-name"])).toEqual(["project-runner-member-project"]);
    const ended = await stage.launch(
      sample.project,
      "project-runner-member-project",
      values,
      "member",
    );
    expectComplete(ended);
    await expectDeadToken(ended);
    const cache = `/data/user/cache/resources/PROJECT_RUNNER_${sample.project}`;
    const table = await readTable(stage, sample.project, cache, "member");
    const done = Object.entries(statusOf(table)).filter(([, status]) => status === "done");
    expect(done.map(([name]) => name.split(" ")[0])).toEqual(
      ["DM04_MR1", "DM05_MR1", "DM06_MR1"].flatMap((label) => Array(6).fill(label)),
    );
    const labels = await listRows(stage, `/data/projects/${sample.project}/resources`);
    expect(labels.map((row) => row["label"])).toEqual([]);
  }, 400_000);

  test("over the whole project as its owner: every session in one table, nothing made twice", async () => {
    const ended = await stage.launch(
      sample.project,
      "project-runner-project",
      projectUri(sample.project),
    );
    expectComplete(ended);
    await expectDeadToken(ended);
    const table = await readTable(stage, sample.project);
    const byHand = ["DM01_MR1 3 process-t2", "DM01_MR1 5 process-t1", "DM01_MR1 6 process-dwi"];
    byHand.push("DM01_MR1 3 mask-average");
    const states = statusOf(table);
    for (const [name, status] of Object.entries(states)) {
      if (byHand.includes(name)) expect(status, name).toBe("kept KEPT-FOREIGN");
      else expect(status, name).toBe(/^DM0[123]/.test(name) ? "done" : "current");
    }
    expect(Object.keys(states)).toHaveLength(36);
    await expectStored(
      sample,
      ["3 PROCESSED_T2", "5 PROCESSED_T1", "6 PROCESSED_DWI", "3 ANALYSED"].map(
        (rest) => `DM01_MR1 ${rest}`,
      ),
    );
    expectTable(table, sample);
    expect(stage.listLeftovers()).toEqual([]);
  }, 400_000);

  /** Each session with the same maps and regions, its custom variables, and the true values. */
  function expectTable(table: Awaited<ReturnType<typeof readTable>>, from: Sample): void {
    const shapes = from.sessions.map(({ label, subject, group, dose, timepoint }) => {
      const own = table.filter((row) => row["session"] === label);
      for (const row of own) {
        expect(row).toMatchObject({ subject, group, timepoint, project: from.project });
        expect(row).toMatchObject({ subject_dose: dose, session_timepoint: timepoint });
      }
      return own.map(({ scan, pipeline, map, region, unit }) => {
        return [scan, pipeline, map, region, unit].join(" ");
      });
    });
    for (const shape of shapes) expect(shape).toEqual(shapes[0]);
    const maps = (scan: number, pipeline: string) => {
      const start = `${scan} ${pipeline} `;
      return shapes[0]
        ?.filter((one) => one.startsWith(start))
        .map((one) => one.slice(start.length));
    };
    expect(maps(3, "process-t2")).toContain("T2  ms");
    expect(maps(5, "process-t1")).toContain("T1  ms");
    expect(maps(6, "process-dwi")).toContain("ADC  mm2/s");
    expect(maps(3, "mask-average")).toContain("T2 whole tumour ms");
    const compared = compareWithTruth(table, from);
    expect(compared).toHaveLength(6 * 9 * 3);
    for (const { name, voxels, trueVoxels, ratio } of compared) {
      expect(voxels, name).toBe(trueVoxels);
      expect(Math.abs(ratio - 1), `${name}: ${ratio} of the truth`).toBeLessThan(0.05);
    }
  }

  test("over a second project by containers in a Swarm: the same numbers", async () => {
    stage.useBackend("swarm");
    fresh = await addProject("FRESH");
    const ended = await stage.launch(fresh.project, "project-runner-project", {
      ...projectUri(fresh.project),
      mode: "container-service",
    });
    expectComplete(ended);
    await expectDeadToken(ended);
    const table = await readTable(stage, fresh.project);
    expect(new Set(Object.values(statusOf(table)))).toEqual(new Set(["done"]));
    await expectStored(fresh, []);
    expectTable(table, fresh);
    // The images differ from the other project's in their identifiers only.
    expect(numbersOf(table)).toEqual(numbersOf(await readTable(stage, sample.project)));

    const posts = stage.xnat.log.filter(
      ({ method, path }) => method === "POST" && path.includes(`/${fresh.project}/wrappers/`),
    );
    const bulk = posts.filter(({ path }) => path.endsWith("/bulklaunch"));
    expect(bulk).toHaveLength(3);
    // The regions are chosen for each scan; that and the run itself are launches of their own.
    expect(posts.length - bulk.length).toBe(18 + 1);
    const reply = await stage.ask("GET", `/xapi/projects/${fresh.project}/containers`, "owner");
    const containers = reply.json() as { status: string; backend: string }[];
    expect(containers.map(({ status, backend }) => `${backend} ${status}`)).toEqual(
      Array(37).fill("swarm Complete"),
    );
  }, 400_000);

  test("a second run finds everything current and launches nothing", async () => {
    const ended = await stage.launch(fresh.project, "project-runner-project", {
      ...projectUri(fresh.project),
      mode: "container-service",
    });
    expectComplete(ended);
    const table = await readTable(stage, fresh.project);
    expect(new Set(Object.values(statusOf(table)))).toEqual(new Set(["current"]));
    expectTable(table, fresh);
    const reply = await stage.ask("GET", `/xapi/projects/${fresh.project}/containers`, "owner");
    expect(reply.json()).toHaveLength(38);
  }, 60_000);

  test("the report says how it went, and nothing is left behind", async () => {
    for (const { project, sessions } of [sample, fresh]) {
      const base = `/data/projects/${project}/resources/PROJECT_RUNNER/files`;
      const page = await stage.ask("GET", `${base}/report.html`, "owner");
      for (const { label } of sessions) expect(page.text).toContain(label);
      const summary = (await stage.ask("GET", `${base}/summary.json`, "owner")).json() as object;
      expect(summary).toMatchObject({ project, counts: { sessions: 6, items: 36, failed: 0 } });
      expect(`${page.text}${JSON.stringify(summary)}`).not.toMatch(/XNAT_PASS/);
    }
    // Whoever was logged in: no token outlives its container, no container its run.
    expect(stage.xnat.site.tokens.size).toBe(0);
    expect(stage.listLeftovers()).toEqual([]);
    // The containers of a service that was taken away follow it within moments.
    const tasks = ["ps", "--all", "--quiet", "--filter", `label=XNAT_PROJECT=${fresh.project}`];
    await expect.poll(() => docker(...tasks).stdout.trim(), { timeout: 30_000 }).toBe("");
  });
});
