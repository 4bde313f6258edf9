import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Sample, seedSample } from "../xnat/seed-sample.ts";
import { findEngine } from "./engine.ts";
import { openStage } from "./stage.ts";
import { openWorkflowStage, type WorkflowStage } from "./workflow-stage.ts";

const engine = findEngine();
const programs = ["process-t1", "process-t2", "process-dwi", "mask-average", "project-runner"];

describe.skipIf(!engine.available)("the seed workflow", () => {
  let stage: WorkflowStage;
  let sample: Sample;
  beforeAll(async () => {
    console.time("build");
    for (const name of programs) {
      const built = openStage(name);
      await built.build(() => undefined);
      built.close();
    }
    console.timeEnd("build");
    stage = await openWorkflowStage();
    for (const name of programs) console.log(await stage.install(`xnat-pic/${name}:0.1.0`));
    console.time("seed");
    sample = await seedSample(stage.xnat.site, { scans: [3, 5, 6] });
    await stage.enable(sample.project);
    for (const s of sample.sessions) {
      const l = (await stage.ask("GET", `/data/experiments/${s.id}/assessors?format=json`, "owner")).json() as any;
      for (const r of l.ResultSet.Result) if (!r.label.startsWith("AIM")) console.log((await stage.ask("DELETE", `/data/experiments/${s.id}/assessors/${r.ID}?removeFiles=true`, "owner")).status);
    }
    console.timeEnd("seed");
  }, 300_000);
  afterAll(() => stage?.stop());

  test("one", async () => {
    const s = sample.sessions[0]!;
    const uri = `/archive/experiments/${s.id}`;
    console.time("launches");
    for (const [w, v] of [["process-t2-session", { session: uri, scan: `${uri}/scans/3` }], ["process-t1-scan", { scan: `${uri}/scans/5` }], ["process-dwi-scan", { scan: `${uri}/scans/6` }], ["mask-average-scan", { scan: `${uri}/scans/3`}]] as const) {
      const e = await stage.launch("SAMPLE", w, v as any);
      console.log(w, e.status, e.details, e.stdout.slice(0, 300), e.stderr.slice(0, 300));
    }
    console.timeEnd("launches");
  }, 300_000);
  const all = "process-t1,process-t2,process-dwi,mask-average";
  test("here", async () => {
    for (const [w, u, v] of [["project-runner-member-project", "member", { subjects: "DM04|DM05|DM06" }], ["project-runner-project", "owner", {}], ["project-runner-project", "owner", {}]] as const) {
      console.time(w);
      const e = await stage.launch("SAMPLE", w, { project: "/archive/projects/SAMPLE", pipelines: all, ...v } as any, u);
      console.timeEnd(w);
      console.log(w, e.status, e.details, e.stdout.slice(0, 6000), e.stderr.slice(0, 300));
    }
    const list = await stage.ask("GET", "/data/projects/SAMPLE/resources?format=json", "owner");
    console.log(list.text);
    console.log((await stage.ask("GET", "/data/projects/SAMPLE/resources/PROJECT_RUNNER/files/results.csv", "owner")).text.slice(0, 3000));
  }, 300_000);
  test("swarm", async () => {
    stage.useBackend("swarm");
    const two = await seedSample(stage.xnat.site, { project: "FRESH", scans: [3, 5, 6] });
    await stage.enable("FRESH");
    for (const s of two.sessions) {
      const l = (await stage.ask("GET", `/data/experiments/${s.id}/assessors?format=json`, "owner")).json() as any;
      for (const r of l.ResultSet.Result) if (!r.label.startsWith("AIM")) await stage.ask("DELETE", `/data/experiments/${s.id}/assessors/${r.ID}?removeFiles=true`, "owner");
    }
    for (let n = 0; n < 2; n++) {
      console.time("swarm");
      const e = await stage.launch("FRESH", "project-runner-project", { project: "/archive/projects/FRESH", pipelines: all, mode: "container-service" });
      console.timeEnd("swarm");
      console.log(e.status, e.details, e.stdout.slice(0, 6000), e.stderr.slice(0, 300));
      console.log(stage.listLeftovers());
    }
  }, 300_000);
});
