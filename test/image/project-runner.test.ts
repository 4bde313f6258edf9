import { setTimeout as wait } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { commandSchema } from "#command-json/schema.ts";
import { buildImage } from "../../scripts/build-images.ts";
import { listPaths } from "../bundle/folder-content.ts";
import { onOneState } from "../bundle/sample-scan.ts";
import { runDocker } from "../xnat/container-service/run-docker.ts";
import { type Sample, seedSample } from "../xnat/seed-sample.ts";
import { docker, findEngine, requireDocker } from "./engine.ts";
import { listRows, readStored } from "./read-results.ts";
import { openStage } from "./stage.ts";
import { openWorkflowStage, type WorkflowStage } from "./workflow-stage.ts";

// The image by itself: what it holds, how little it needs, and what a stop leaves behind. Its work is tried in seed-workflow.test.ts.

const engine = findEngine();
const programs = ["mask-average", "process-dwi", "process-t1", "process-t2"];

describe.skipIf(!engine.available)("the image of project-runner", () => {
  const stage = openStage("project-runner");
  const images = new Map<string, string>();
  let site: WorkflowStage;
  let sample: Sample;

  beforeAll(async () => {
    await onOneState("project-runner", async () => {
      for (const name of programs) {
        images.set(name, await buildImage(name, process.env["BASE_IMAGE"]));
      }
      await stage.build(() => undefined);
    });
    site = await openWorkflowStage();
    sample = await seedSample(site.xnat.site, { subjects: 2, scans: [3], regions: false });
  }, 300_000);

  afterAll(async () => {
    stage.close();
    await site?.stop();
  });

  test("has a label with both commands, in the form of our schema", () => {
    const words = ["--format", '{{index .Config.Labels "org.nrg.commands"}}', stage.image];
    const label = JSON.parse(requireDocker("image", "inspect", ...words)) as { name: string }[];
    expect(label.map(({ name }) => name)).toEqual(["project-runner", "project-runner-member"]);
    for (const command of label) expect(commandSchema.parse(command)).toEqual(command);
    expect(label[0]).toEqual(stage.command);
  });

  /** SHA-256 of every file below a folder of an image, by path. */
  function digests(image: string, folder: string): Readonly<Record<string, string>> {
    const script = `const { createHash } = require("node:crypto"); const { readdirSync, readFileSync, statSync } = require("node:fs");
      const found = {};
      for (const path of readdirSync(${JSON.stringify(folder)}, { recursive: true })) {
        const file = ${JSON.stringify(folder)} + "/" + path;
        if (statSync(file).isFile()) found[path] = createHash("sha256").update(readFileSync(file)).digest("hex");
      }
      console.log(JSON.stringify(found));`;
    const words = ["run", "--rm", "--network", "none", "--entrypoint", "node", image, "-e", script];
    return JSON.parse(requireDocker(...words)) as Readonly<Record<string, string>>;
  }

  test("carries the four programs, byte for byte those of their own images", () => {
    for (const name of programs) {
      const carried = digests(stage.image, `/app/programs/${name}`);
      expect(Object.keys(carried)).toContain("main.mjs");
      expect(Object.keys(carried)).toContain("command.json");
      expect(carried, name).toEqual(digests(images.get(name) ?? "", "/app"));
    }
  });

  /** Starts it as a user nobody knows, on a read-only root, with nothing to write to but /output and a /tmp in memory. */
  function start(output: string): string {
    const environment = { XNAT_HOST: site.outerUrl, XNAT_USER: "owner", XNAT_PASS: "owner" };
    const network = site.network === "" ? [] : ["--network", site.network];
    return requireDocker(
      ...["run", "--detach", "--read-only", "--tmpfs", "/tmp", "--user", "12345:12345", ...network],
      ...Object.entries(environment).flatMap(([name, value]) => ["--env", `${name}=${value}`]),
      ...["--volume", `${output}:/output`, stage.image],
      ...["--project", sample.project],
    );
  }

  /** Exit code and log of a container, which is taken away. The site in this process must go on answering meanwhile. */
  async function end(id: string) {
    const exitCode = Number((await runDocker(["wait", id])).stdout);
    const { stdout, stderr } = docker("logs", id);
    requireDocker("rm", id);
    return { exitCode, stdout, stderr };
  }

  const resourcesOf = async (session: string) => {
    const rows = await listRows(site, `/data/experiments/${session}/scans/3/resources`);
    return rows.map((row) => row["label"] ?? "").sort();
  };

  test("stopped while it stores, it leaves nothing that looks whole; the next run finishes", async () => {
    const { xnat } = site;
    // The maps are there; a file of their report takes its time.
    xnat.addFault({
      match: { method: "PUT", path: "/data/**/resources/PROCESSED_T2_REPORT/files/summary.json" },
      action: { name: "latency", ms: 60_000 },
    });
    const isStoring = () => xnat.log.some(({ faults }) => faults.includes("latency"));
    const first = stage.makeFolder();
    const id = start(first);
    while (!isStoring()) {
      const running = requireDocker("inspect", "--format", "{{.State.Running}}", id);
      if (running !== "true") throw new Error(docker("logs", id).stdout);
      await wait(200);
    }
    const begin = performance.now();
    await runDocker(["stop", "--time", "20", id]);
    expect(performance.now() - begin).toBeLessThan(15_000);
    const stopped = await end(id);
    expect(stopped.exitCode, stopped.stderr).toBe(143);
    expect(listPaths(first)).toEqual([]);
    xnat.clearFaults();
    const begun: string[] = [];
    for (const session of sample.sessions) {
      if ((await resourcesOf(session.id)).length === 1) continue;
      const base = `/data/experiments/${session.id}/scans/3/resources/PROCESSED_T2_REPORT/files`;
      const marker = await site.ask("GET", `${base}/project-runner.json`, "owner");
      const note = await site.ask("GET", `${base}/project-runner-pending.json`, "owner");
      // Either whole and marked so, or marked as under way.
      expect(marker.status === 200 || note.status === 200).toBe(true);
      if (marker.status !== 200) begun.push(session.label);
    }
    expect(begun.length).toBeGreaterThan(0);

    const second = stage.makeFolder();
    const next = await end(start(second));
    expect([next.exitCode, next.stderr]).toEqual([0, ""]);
    expect(listPaths(second)).toContain("report/results.csv");
    for (const session of sample.sessions) {
      expect(await resourcesOf(session.id)).toEqual([
        "DICOM",
        "PROCESSED_T2",
        "PROCESSED_T2_REPORT",
      ]);
      const [stored] = await readStored(site, session, { 3: "PROCESSED_T2" });
      expect(stored).toMatchObject({ missing: [], others: ["project-runner.json"] });
    }
  }, 300_000);
});
