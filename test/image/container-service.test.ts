import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { listPaths, readContent } from "../bundle/folder-content.ts";
import { makeSampleScan } from "../bundle/sample-scan.ts";
import { findEngine } from "./engine.ts";
import { complete, type Launch, runContainer, runService } from "./launch.ts";
import { readArchive } from "./read-archive.ts";
import { resolveClick } from "./resolve-click.ts";
import { openStage } from "./stage.ts";

const engine = findEngine();

describe.skipIf(!engine.available)("process-t2 launched as XNAT's Container Service does", () => {
  const stage = openStage("process-t2");
  let scan = "";
  let expected: Readonly<Record<string, string>> = {};

  beforeAll(async () => {
    scan = makeSampleScan(stage.folder);
    expected = await stage.build(() => stage.runCheckout(scan));
  }, 300_000);

  afterAll(() => stage.close());

  const secret = "3f9a7c51-not-for-any-log";
  const alias = "9e1d6f22-alias-of-the-user";

  const resourcePath = "archive/SAMPLE/arc001/DM01_MR1/SCANS/3/DICOM";

  /** Mounts, variables and arguments from stage.command.json and what the server adds; nothing else is known. */
  function launchFromCommand(archive: string, output: string): Launch {
    const ids = { subject: "DM01", session: "DM01_MR1" };
    const click = { level: "scan", archive: readArchive(archive, ids), scanId: "3" } as const;
    const launch = resolveClick(stage.command, click, output);
    return {
      ...launch,
      environment: {
        ...launch.environment,
        XNAT_HOST: "https://xnat.example.org/path/",
        XNAT_USER: alias,
        XNAT_PASS: secret,
        XNAT_WORKFLOW_ID: "4711",
        XNAT_EVENT_ID: "4711",
      },
      user: "12345:12345",
    };
  }

  /** An archive with one scan, whose DICOM resource holds nothing. */
  function makeEmptyArchive(): string {
    const archive = stage.makeFolder(0o755);
    mkdirSync(join(archive, resourcePath), { recursive: true });
    return archive;
  }

  /** An archive with the scan. */
  function makeArchive(): string {
    const archive = makeEmptyArchive();
    const resource = join(archive, resourcePath);
    cpSync(scan, resource, { recursive: true });
    writeFileSync(
      join(resource, "DICOM_catalog.xml"),
      '<?xml version="1.0" encoding="UTF-8"?><cat:Catalog xmlns:cat="http://nrg.wustl.edu/catalog"/>\n',
    );
    return archive;
  }

  function expectUploadable(output: string): void {
    const outputs = stage.command.outputs ?? [];
    for (const { name, path = "", required } of outputs) {
      expect(required, name).toBe(true);
      expect(listPaths(join(output, path)), name).not.toEqual([]);
    }
    // XNAT would take a file of that name for the catalog of the resource.
    expect(listPaths(output).filter((path) => path.endsWith("_catalog.xml"))).toEqual([]);
    expect(readdirSync(output).sort()).toEqual(outputs.map(({ path }) => path).sort());
  }

  function expectNoSecret(output: string, log: string): void {
    for (const word of [secret, alias]) {
      expect(log).not.toContain(word);
      for (const path of listPaths(output)) {
        expect(readFileSync(join(output, path)).includes(word), path).toBe(false);
      }
    }
  }

  function readMaps(folder: string): Readonly<Record<string, string>> {
    return Object.fromEntries(
      Object.entries(readContent(folder)).filter(([path]) => path.startsWith("maps/")),
    );
  }

  test("in plain Docker it makes every output of the command, and tells no secret", () => {
    const output = stage.makeFolder();
    const run = runContainer(launchFromCommand(makeArchive(), output));
    expect([run.status, run.stderr]).toEqual([0, ""]);
    expectUploadable(output);
    expectNoSecret(output, run.stdout + run.stderr);
    expect(run.stdout.length).toBeLessThan(20_000);
    expect(run.stdout).not.toContain("\u001b");
    const maps = Object.entries(expected).filter(([path]) => /^maps\/.*\.nii\.gz$/.test(path));
    expect(maps.length).toBeGreaterThan(3);
    expect(readMaps(output)).toMatchObject(Object.fromEntries(maps));
  });

  test("as a Swarm service it ends complete, with the same bytes as in plain Docker", async () => {
    const archive = makeArchive();
    const swarm = stage.makeFolder();
    const task = await runService(launchFromCommand(archive, swarm));
    expect(task).toMatchObject(complete);
    expectUploadable(swarm);
    expectNoSecret(swarm, task.log);
    const plain = stage.makeFolder();
    runContainer(launchFromCommand(archive, plain));
    expect(readContent(swarm)).toEqual(readContent(plain));
  });

  test("as a Swarm service a failure reaches the task: its exit code and its message", async () => {
    const output = stage.makeFolder();
    const task = await runService(launchFromCommand(makeEmptyArchive(), output));
    expect(task).toMatchObject({ exitCode: 3, message: "task: non-zero exit (3)" });
    expect(task.log).toMatch(/path translation/i);
    expect(listPaths(output)).toEqual([]);
  });
});
