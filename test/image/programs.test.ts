import { cpSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { commandSchema } from "#command-json/schema.ts";
import { fillFolder } from "#test/acceptance/launch.ts";
import { listPaths, readContent } from "../bundle/folder-content.ts";
import { programScans } from "../bundle/program-scans.ts";
import { findEngine, requireDocker } from "./engine.ts";
import { complete, runContainer, runService } from "./launch.ts";
import { readArchive } from "./read-archive.ts";
import { type Click, resolveClick } from "./resolve-click.ts";
import { openStage } from "./stage.ts";

// What all images have in common is tried with process-t2 (process-t2.test.ts, container-service.test.ts).

const engine = findEngine();

// mask-average has several inputs, and mri2dicom is launched on projects and sessions: they have tests of their own beside this file.
const withOneInput = Object.entries(programScans).filter(
  ([program]) => program !== "mask-average" && program !== "mri2dicom",
);

describe.skipIf(!engine.available).each(withOneInput)("the image of %s", (program, scans) => {
  const stage = openStage(program);
  const inputs = new Map<string, string>();
  const expected = new Map<string, Readonly<Record<string, string>>>();
  // The first scan is the one XNAT has: DICOM images, and no options.
  const [usual = ""] = Object.keys(scans);
  let home = "";
  let scanFolder = "";

  beforeAll(async () => {
    for (const [name, { files }] of Object.entries(scans)) {
      inputs.set(name, fillFolder(join(stage.makeFolder(0o755), "input"), files()));
    }
    home = stage.makeFolder(0o755);
    scanFolder = join(home, "archive/SAMPLE/arc001/DM01_MR1/SCANS");
    for (const path of ["2/NIFTI", "7/SNAPSHOTS"]) {
      mkdirSync(join(scanFolder, path), { recursive: true });
    }
    cpSync(inputs.get(usual)!, join(scanFolder, "7/DICOM"), { recursive: true });
    await stage.build(() => {
      for (const [name, { options }] of Object.entries(scans)) {
        expected.set(name, stage.runCheckout(inputs.get(name)!, options));
      }
    });
  }, 300_000);

  afterAll(() => stage.close());

  test("has a label that is its command, in the form of our schema", () => {
    const words = ["--format", '{{index .Config.Labels "org.nrg.commands"}}', stage.image];
    const label: unknown = JSON.parse(requireDocker("image", "inspect", ...words));
    expect(label).toEqual([stage.command]);
    expect(commandSchema.parse((label as unknown[])[0])).toEqual(stage.command);
  });

  test.each(Object.entries(scans))(
    "gives the checkout's bytes on a read-only root, as an unknown user, without network: %s",
    (name, { options }) => {
      const input = inputs.get(name)!;
      const before = readContent(input);
      const output = stage.makeFolder();
      const run = runContainer(stage.launchOn(input, output, { args: options }));
      expect([run.status, run.stderr]).toEqual([0, ""]);
      expect(readContent(output)).toEqual(expected.get(name));
      expect(readContent(input)).toEqual(before);
    },
  );

  const click = (level: Click["level"], scanId = "7"): Click => ({
    archive: readArchive(home, { subject: "DM01", session: "DM01_MR1" }),
    ...{ level, scanId },
  });

  test("is launched alike from a scan's page and, with that scan chosen, from the session's", () => {
    const [onScan, onSession] = (["scan", "session"] as const).map((level) =>
      resolveClick(stage.command, click(level), "/results"),
    );
    expect(onScan).toEqual(onSession);
    expect(onScan).toMatchObject({
      mounts: [
        { source: join(scanFolder, "7/DICOM"), target: "/input", writable: false },
        { source: "/results", target: "/output", writable: true },
      ],
      environment: {
        SOURCE_PROJECT: "SAMPLE",
        SOURCE_SUBJECT: "DM01",
        SOURCE_SESSION: "DM01_MR1",
        SOURCE_SCAN: "7",
      },
    });
    expect(() => resolveClick(stage.command, click("session", "2"), "/results")).toThrow(
      'Input "scan" could not be resolved',
    );
  });

  /** Of the files' names only the ids differ, which the server knows. */
  function digestsOfImages(content: Readonly<Record<string, string>>): readonly string[] {
    const images = Object.entries(content).filter(([path]) => path.endsWith(".nii.gz"));
    return images.map(([path, digest]) => `${path.replace(/^.*_run-\d+_/, "")} ${digest}`).sort();
  }

  test("launched so it makes every output of the command: the checkout's maps, in Docker and in Swarm", async () => {
    const user = "12345:12345";
    const plain = stage.makeFolder();
    const run = runContainer({ ...resolveClick(stage.command, click("scan"), plain), user });
    expect([run.status, run.stderr]).toEqual([0, ""]);
    for (const { name, path = "" } of stage.command.outputs ?? []) {
      expect(listPaths(join(plain, path)), name).not.toEqual([]);
    }
    const content = readContent(plain);
    expect(digestsOfImages(content).length).toBeGreaterThan(8);
    expect(digestsOfImages(content)).toEqual(digestsOfImages(expected.get(usual)!));
    const swarm = stage.makeFolder();
    const launch = resolveClick(stage.command, click("session"), swarm);
    const task = await runService({ ...launch, user });
    expect(task).toMatchObject(complete);
    expect(readContent(swarm)).toEqual(content);
  });
});
