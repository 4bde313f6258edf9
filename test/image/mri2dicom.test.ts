import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { group, slices, writeReconstruction } from "#test/phantom/paravision-study.ts";
import { forge } from "#test/phantom/zip-bytes.ts";
import { listPaths, readContent } from "../bundle/folder-content.ts";
import { createCommand } from "../xnat/container-service/command-store.ts";
import { openDockerBackend } from "../xnat/container-service/docker-backend.ts";
import { findHostAddress } from "../xnat/container-service/run-docker.ts";
import { settle } from "../xnat/container-service/service.ts";
import { addProject, addSession, addSubject } from "../xnat/records.ts";
import { addResource } from "../xnat/resources.ts";
import type { Owner } from "../xnat/site.ts";
import { type SimulatedXnat, startXnat } from "../xnat/start-xnat.ts";
import { storeFile } from "../xnat/stored-files.ts";
import { docker, findEngine, requireDocker } from "./engine.ts";
import { complete, runContainer, runService } from "./launch.ts";
import { openStage } from "./stage.ts";

// A small study of ParaVision, as folders and as a zip, converted by the image as XNAT would start it.

const engine = findEngine();
const studyName = "20240131_100000_M01_1_1";

describe.skipIf(!engine.available)("the image of mri2dicom", () => {
  const stage = openStage("mri2dicom");
  let input = "";
  let expected: Readonly<Record<string, string>> = {};

  beforeAll(async () => {
    input = stage.makeFolder(0o755);
    const study = join(input, studyName);
    const echoes = [group("FG_ECHO", 2, "VisuAcqEchoTime"), slices(3)];
    await writeReconstruction(study, { examination: 5, groups: echoes, echoTimesMs: [10, 20] });
    await writeReconstruction(study, { examination: 7, bytes: new Uint8Array(0) });
    await stage.build(() => {
      expected = stage.runCheckout(input);
    });
  }, 300_000);
  afterAll(() => stage.close());

  const results = (content: Readonly<Record<string, string>>) =>
    Object.fromEntries(
      Object.entries(content).filter(([path]) => /\.dcm$|conversion\.tsv$/.test(path)),
    );

  test("has a label that is its command", () => {
    const words = ["--format", '{{index .Config.Labels "org.nrg.commands"}}', stage.image];
    expect(JSON.parse(requireDocker("image", "inspect", ...words))).toEqual([stage.command]);
  });

  test("gives the checkout's bytes on a read-only root, as an unknown user, without network", () => {
    const before = readContent(input);
    const output = stage.makeFolder();
    const { status, stderr } = runContainer(stage.launchOn(input, output));
    expect([status, stderr]).toEqual([0, ""]);
    expect(Object.keys(results(readContent(output)))).toHaveLength(7);
    expect(results(readContent(output))).toEqual(results(expected));
    expect(readContent(input)).toEqual(before);
  }, 60_000);

  test("goes on with its own results, as another unknown user", () => {
    const output = stage.makeFolder();
    for (const status of ["converted", "current"]) {
      expect(runContainer(stage.launchOn(input, output)).status).toBe(0);
      const report = JSON.parse(readFileSync(join(output, "report/report.json"), "utf8"));
      expect(report.totals[status]).toBe(1);
    }
  }, 60_000);

  test("works as a service of a Swarm", async () => {
    const output = stage.makeFolder();
    const { log: _, ...end } = await runService(stage.launchOn(input, output));
    expect(end).toMatchObject(complete);
    expect(results(readContent(output))).toEqual(results(expected));
  }, 120_000);

  test("an empty input ends with 3", () => {
    const output = stage.makeFolder();
    expect(runContainer(stage.launchOn(stage.makeFolder(0o755), output)).status).toBe(3);
  }, 60_000);

  describe("launched in XNAT", () => {
    const run = randomUUID();
    let xnat: SimulatedXnat;
    let wrapperIds: readonly number[] = [];
    const uris: Record<string, string> = {};
    const owners: Record<string, Owner> = {};

    beforeAll(async () => {
      const { address, network } = await findHostAddress();
      const backend = openDockerBackend({ run, network });
      xnat = await startXnat({ host: "0.0.0.0", containers: { backend, host: address } });
      const { site } = xnat;
      const project = addProject(site, { id: "P", members: new Map([["owner", "owner"]]) });
      const subject = addSubject(site, { project: "P", label: "M01" });
      const session = addSession(site, { project: "P", subjectId: subject.id, label: "M01_1" });
      const files = readContentBytes(input);
      const zipped = await addResource(site, project, "bruker_data");
      await storeFile(site, zipped, "study.zip", forge(files));
      await addResource(site, project, "MRI2DICOM_REPORT");
      const raw = await addResource(site, session, "RAW");
      for (const { name, bytes } of files) await storeFile(site, raw, name, bytes);
      ({ wrapperIds } = createCommand(site, JSON.stringify(stage.command)));
      Object.assign(uris, {
        project: "/archive/projects/P",
        session: `/archive/experiments/${session.id}`,
      });
      Object.assign(owners, { project, session });
    }, 60_000);

    afterAll(async () => {
      await xnat?.stop();
      const filter = ["--filter", `label=xnat-sim=${run}`, "--quiet"];
      const left = docker("ps", "--all", ...filter).stdout.trim();
      if (left !== "") docker("rm", "--force", ...left.split("\n"));
    });

    test.each([
      ["project", 0],
      ["session", 1],
    ] as const)(
      "on a %s: DICOM and report come back beside the raw data",
      async (level, at) => {
        const response = await fetch(
          `${xnat.url}/xapi/projects/P/wrappers/${wrapperIds[at]}/root/${level}/launch`,
          {
            method: "POST",
            headers: {
              Authorization: `Basic ${Buffer.from("owner:owner").toString("base64")}`,
              "Content-Type": "application/json",
            },
            body: JSON.stringify({ [level]: uris[level] }),
          },
        );
        const { "workflow-id": id } = (await response.json()) as { "workflow-id": string };
        await settle(xnat.site);
        const workflow = xnat.site.workflows.get(id);
        expect([workflow?.status, workflow?.details]).toEqual(["Complete", ""]);
        const resources = owners[level]?.resources ?? [];
        const names = (label: string) => {
          const resource = resources.find((one) => one.label === label);
          return resource === undefined ? [] : listPaths(resource.folder);
        };
        expect(names("MRI2DICOM").filter((name) => name.endsWith(".dcm"))).toHaveLength(6);
        expect(names("MRI2DICOM_REPORT")).toContain("report.html");
        expect(names("MRI2DICOM_REPORT")).not.toContain("PARTIAL");
      },
      120_000,
    );
  });

  test("no folder of the checkout's run but dicom and report is seen", () => {
    expect(new Set(Object.keys(expected).map((path) => path.split("/")[0]))).toEqual(
      new Set([".mri2dicom", "dicom", "report"]),
    );
  });

  /** Files below a folder, with their bytes. */
  function readContentBytes(folder: string) {
    return listPaths(folder).map((name) => ({ name, bytes: readFileSync(join(folder, name)) }));
  }
});
