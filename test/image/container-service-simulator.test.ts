import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { CommandJson } from "#command-json/schema.ts";
import type { Backend } from "../xnat/container-service/backend.ts";
import { createCommand } from "../xnat/container-service/command-store.ts";
import { openDockerBackend } from "../xnat/container-service/docker-backend.ts";
import { findHostAddress } from "../xnat/container-service/run-docker.ts";
import { sampleCommand, scanWrapper } from "../xnat/container-service/sample-launches.ts";
import { addContainerFault, settle } from "../xnat/container-service/service.ts";
import { openSwarmBackend } from "../xnat/container-service/swarm-backend.ts";
import { addProject, addScan, addSession, addSubject } from "../xnat/records.ts";
import { addResource } from "../xnat/resources.ts";
import type { Scan } from "../xnat/site.ts";
import { type SimulatedXnat, startXnat } from "../xnat/start-xnat.ts";
import { storeFile } from "../xnat/stored-files.ts";
import { docker, findEngine } from "./engine.ts";

const engine = findEngine();
const run = randomUUID();
const image = process.env["BASE_IMAGE"] ?? "xnat-pic/base:24";

// A program for the base image: what it sees of its mounts, its variables and the site goes into its outputs.
const program = [
  'const fs = require("node:fs");',
  'for (const name of ["maps", "report"]) fs.mkdirSync("/output/" + name, { recursive: true });',
  'fs.copyFileSync("/input/a.dcm", "/output/maps/copy.dcm");',
  'let readOnly = ""; try { fs.writeFileSync("/input/b", ""); } catch (error) { readOnly = error.code; }',
  "const { XNAT_HOST, XNAT_USER, XNAT_PASS, SOURCE_SCAN } = process.env;",
  'const pair = Buffer.from(XNAT_USER + ":" + XNAT_PASS).toString("base64");',
  'const ask = await fetch(XNAT_HOST + "/data/projects?format=json", { headers: { Authorization: "Basic " + pair } });',
  'fs.writeFileSync("/output/report/report.json", JSON.stringify({ readOnly, status: ask.status, SOURCE_SCAN, words: process.argv.slice(2) }));',
  'console.log("done"); console.error("a remark"); process.exit(Number(process.argv[2] ?? 0));',
].join("\n");

const command = (code: number, change: Partial<CommandJson> = {}): CommandJson =>
  sampleCommand({
    name: `try-${code}`,
    image,
    "command-line": `node /input/program.mjs ${code}`,
    "override-entrypoint": true,
    ...change,
  });

for (const kind of ["docker", "swarm"] as const) {
  describe.skipIf(!engine.available)(`the simulated Container Service on ${kind}`, () => {
    let xnat: SimulatedXnat;
    let scan: Scan;
    let uri = "";

    beforeAll(async () => {
      const { address, network } = await findHostAddress();
      const options = { run, network };
      const backend: Backend =
        kind === "docker" ? openDockerBackend(options) : openSwarmBackend(options);
      xnat = await startXnat({ host: "0.0.0.0", containers: { backend, host: address } });
      const { site } = xnat;
      addProject(site, { id: "P", members: new Map([["owner", "owner"]]) });
      const subject = addSubject(site, { project: "P", label: "M01" });
      const label = "M01_MR";
      const session = addSession(site, { project: "P", subjectId: subject.id, label });
      scan = addScan(site, session, { id: "3", type: "MSME" });
      const resource = await addResource(site, scan, "DICOM");
      await storeFile(site, resource, "a.dcm", "pixels");
      const module = `import { createRequire } from "node:module"; const require = createRequire("/");\n${program}`;
      await storeFile(site, resource, "program.mjs", module);
      uri = `/archive/experiments/${session.id}/scans/3`;
    }, 60_000);

    afterAll(async () => {
      await xnat?.stop();
      const filter = ["--filter", `label=xnat-sim=${run}`, "--quiet"];
      const left = docker("ps", "--all", ...filter).stdout.trim();
      if (left !== "") docker("rm", "--force", ...left.split("\n"));
      const services = docker("service", "ls", ...filter).stdout.trim();
      if (services !== "") docker("service", "rm", ...services.split("\n"));
    });

    async function launch(made: CommandJson): Promise<readonly string[]> {
      const { wrapperIds } = createCommand(xnat.site, JSON.stringify(made));
      const response = await fetch(
        `${xnat.url}/xapi/projects/P/wrappers/${wrapperIds[0]}/root/scan/launch`,
        {
          method: "POST",
          headers: {
            Authorization: `Basic ${Buffer.from("owner:owner").toString("base64")}`,
            "Content-Type": "application/json",
          },
          body: JSON.stringify({ scan: uri }),
        },
      );
      const { "workflow-id": id } = (await response.json()) as { "workflow-id": string };
      await settle(xnat.site);
      const workflow = xnat.site.workflows.get(id);
      return [workflow?.status ?? "", workflow?.details ?? ""];
    }

    const read = async (path: string): Promise<string> => {
      const headers = { Authorization: `Basic ${Buffer.from("owner:owner").toString("base64")}` };
      return (await fetch(xnat.url + path, { headers })).text();
    };

    test("runs a command, which reads the archive and calls back with its token", async () => {
      expect(await launch(command(0))).toEqual(["Complete", ""]);
      const base = `/data${uri.replace("/archive", "")}/resources`;
      const report = JSON.parse(await read(`${base}/PROCESSED_REPORT/files/report.json`)) as object;
      expect(report).toEqual({ readOnly: "EROFS", status: 200, SOURCE_SCAN: "3", words: ["0"] });
      expect(await read(`${base}/PROCESSED/files/copy.dcm`)).toBe("pixels");
      const [record] = xnat.site.containers.values();
      expect(await read(`/xapi/containers/${record?.id}/logs/stdout`)).toBe("done\n");
      expect(await read(`/xapi/containers/${record?.id}/logs/stderr`)).toBe("a remark\n");
      expect(xnat.site.tokens.size).toBe(0);
    }, 60_000);

    test("an exit code but 0 reaches the record and uploads nothing", async () => {
      const handlers = (scanWrapper()["output-handlers"] ?? []).map((handler) => ({
        ...{ ...handler, label: `NOT_${handler.label}` },
      }));
      const wrapper = scanWrapper({ "output-handlers": handlers });
      expect(await launch(command(3, { xnat: [wrapper] }))).toEqual([
        ...["Failed", "Non-zero exit code and/or failure status from container"],
      ]);
      const record = [...xnat.site.containers.values()].at(-1);
      expect(record?.history.at(-1)).toMatchObject({ status: "Failed", exitCode: "3" });
      expect(scan.resources.some(({ label }) => label.startsWith("NOT_"))).toBe(false);
    }, 60_000);

    test("a missing image fails the launch or the task, and nothing is left on the engine", async () => {
      const [status] = await launch(command(0, { name: "none", image: "example/none:1" }));
      expect(status).toMatch(/^Failed/);
      const filter = ["--filter", `label=xnat-sim=${run}`, "--quiet"];
      expect(docker("ps", "--all", ...filter).stdout.trim()).toBe("");
      expect(docker("service", "ls", ...filter).stdout.trim()).toBe("");
    }, 60_000);

    test("killed for its memory, it says so", async () => {
      const line = 'node -e "const all = []; for (;;) all.push(Buffer.alloc(1e7, 1))"';
      const greedy = { name: "greedy", "command-line": line, "limit-memory": 64 };
      expect((await launch(command(0, greedy)))[0]).toBe("Killed (Out of Memory)");
    }, 60_000);

    test("a lost container leaves its record running", async () => {
      addContainerFault(xnat.site, { name: "containerLost", times: 1 });
      expect((await launch(command(0, { name: "lost" })))[0]).toBe("Running");
    }, 60_000);
  });
}
