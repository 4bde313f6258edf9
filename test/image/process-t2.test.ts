import { spawnSync } from "node:child_process";
import { chmodSync, cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { CommandJson } from "#command-json/schema.ts";
import { resolveCommandLine } from "#test/command-json/resolve-command-line.ts";
import { splitCommandLine } from "#test/command-json/shell-split.ts";
import { buildImage } from "../../scripts/build-images.ts";
import { listPaths, readContent } from "../bundle/folder-content.ts";
import { makeSampleScan, makeWorkspace, onOneCommit, root } from "../bundle/sample-scan.ts";
import { docker, findEngine, requireDocker } from "./engine.ts";
import { type Launch, runContainer, runService, startContainer } from "./launch.ts";

const engine = findEngine();
const title = engine.available ? "the image of process-t2" : `skipped: ${engine.reason}`;

// A uid that no passwd file knows, and the house's usual one for images.
const stranger = "12345:12345";

describe.skipIf(!engine.available)(title, () => {
  const workspace = makeWorkspace();
  const command = JSON.parse(
    readFileSync(join(root, "containers/process-t2/command.json"), "utf8"),
  ) as CommandJson;
  let image = "";
  let scan = "";
  let expected: Readonly<Record<string, string>> = {};
  let made = 0;
  const started: string[] = [];

  /** A new folder any user may write, or only its owner. */
  function makeFolder(mode = 0o777): string {
    made += 1;
    const folder = join(workspace.folder, `folder-${made}`);
    mkdirSync(folder);
    chmodSync(folder, mode);
    return folder;
  }

  function launchOn(input: string, output: string, rest: Partial<Launch> = {}): Launch {
    return {
      image,
      mounts: [
        { source: input, target: "/input", writable: false },
        { source: output, target: "/output", writable: true },
      ],
      user: stranger,
      ...rest,
    };
  }

  beforeAll(async () => {
    scan = makeSampleScan(workspace.folder);
    await onOneCommit(async () => {
      image = await buildImage("process-t2", process.env["BASE_IMAGE"]);
      expected = runCheckout();
    });
  }, 300_000);

  /** Results of the same options from the checkout, which is told the image's name. */
  function runCheckout(): Readonly<Record<string, string>> {
    const output = makeFolder();
    const run = spawnSync(
      process.execPath,
      [join(root, "containers/process-t2/main.ts"), "--input", scan, "--output", output],
      { encoding: "utf8", env: { ...process.env, XNAT_PIC_IMAGE: image } },
    );
    expect(run.stderr).toBe("");
    expect(run.status).toBe(0);
    const content = readContent(output);
    expect(Object.keys(content)).toContain("report/report.html");
    const provenance = readFileSync(join(output, "report/provenance.json"), "utf8");
    expect(JSON.parse(provenance)).toMatchObject({ program: { containerImage: image } });
    return content;
  }

  afterAll(() => {
    if (started.length > 0) docker("rm", "--force", ...started);
    workspace.remove();
  });

  test("is named as its command says, and the label holds exactly that command", () => {
    expect(image).toBe(command.image);
    const label = requireDocker(
      ...["image", "inspect", "--format", '{{index .Config.Labels "org.nrg.commands"}}', image],
    );
    expect(JSON.parse(label)).toEqual([command]);
  });

  test("names its version, revision, licence and title", () => {
    const labels = JSON.parse(
      requireDocker("image", "inspect", "--format", "{{json .Config.Labels}}", image),
    ) as Record<string, string>;
    const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
    expect(labels).toMatchObject({
      "org.opencontainers.image.title": "process-t2",
      "org.opencontainers.image.version": version,
      "org.opencontainers.image.licenses": "Apache-2.0",
    });
    expect(labels["org.opencontainers.image.revision"]).toMatch(/^[0-9a-f]{7,}/);
  });

  test("holds the licences of everything in it", () => {
    const text = docker(
      ...["run", "--rm", "--network", "none", "--entrypoint", "node", image, "-p"],
      'require("fs").readFileSync("/app/LICENSE", "utf8") + require("fs").readFileSync("/app/THIRD-PARTY-LICENSES.txt", "utf8")',
    ).stdout;
    expect(text).toContain("Apache License");
    for (const name of ["dcmjs", "dcmjs-codecs", "pino"]) {
      expect(text).toMatch(new RegExp(`^${name} \\d+\\.\\d+\\.\\d+ - MIT$`, "m"));
    }
  });

  test("--help and --version need no mounts, as root and as anybody", () => {
    for (const user of [undefined, stranger, "99"]) {
      const launch = { image, mounts: [], ...(user === undefined ? {} : { user }) };
      const help = runContainer({ ...launch, args: ["--help"] });
      expect([help.status, help.stderr]).toEqual([0, ""]);
      expect(help.stdout).toContain("--drop-first-echoes");
      const version = runContainer({ ...launch, args: ["--version"] });
      expect(version.status).toBe(0);
      expect(version.stdout).toMatch(/^process-t2 \d+\.\d+\.\d+ \([0-9a-f]+/);
    }
  });

  test("gives the checkout's results byte for byte, on a read-only root, as an unknown user, without network", () => {
    const before = readContent(scan);
    const output = makeFolder();
    const run = runContainer(launchOn(scan, output, { extra: ["--tmpfs", "/tmp"] }));
    expect([run.status, run.stderr]).toEqual([0, ""]);
    expect(readContent(output)).toEqual(expected);
    expect(readContent(scan)).toEqual(before);
  });

  test("needs no /tmp, no HOME, and 512 MB at most", () => {
    const output = makeFolder();
    const run = runContainer(
      launchOn(scan, output, { environment: { HOME: "" }, extra: ["--memory", "512m"] }),
    );
    expect([run.status, run.stderr]).toEqual([0, ""]);
    expect(readContent(output)).toEqual(expected);
  });

  test("gives the same results as root, which some servers use, readable by everybody", () => {
    const output = makeFolder(0o700);
    const run = runContainer({ ...launchOn(scan, output), user: "0:0", readOnlyRoot: false });
    expect([run.status, run.stderr]).toEqual([0, ""]);
    expect(readContent(output)).toEqual(expected);
    const modes = docker(
      ...["run", "--rm", "--network", "none", "--user", stranger, "--entrypoint", "node"],
      ...["--volume", `${join(output, "report")}:/report:ro`, image, "-p"],
      'require("fs").readFileSync("/report/report.html").length > 0',
    );
    expect(modes.stdout.trim()).toBe("true");
  });

  test("one worker and many give the same bytes", () => {
    const output = makeFolder();
    const run = runContainer(launchOn(scan, output, { args: ["--workers", "1"] }));
    expect(run.status).toBe(0);
    expect(readContent(output)).toEqual(expected);
  });

  test("an output folder of another user ends with exit code 2 and its name", () => {
    const output = makeFolder(0o755);
    const run = runContainer(launchOn(scan, output));
    expect(run.status).toBe(2);
    expect(run.stderr).toContain("E-OUTPUT");
    expect(run.stderr).toContain("/output");
    expect(run.stderr.trim().split("\n")).toHaveLength(1);
    expect(listPaths(output)).toEqual([]);
  });

  test("images this user may not read end with a message that names one", () => {
    const input = makeFolder();
    cpSync(scan, input, { recursive: true });
    for (const path of listPaths(input)) chmodSync(join(input, path), 0o600);
    const output = makeFolder();
    const run = runContainer(launchOn(input, output));
    expect([2, 3]).toContain(run.status);
    expect(run.stderr).toMatch(/cannot be read|not be read|permission/i);
    expect(listPaths(output)).toEqual([]);
  });

  test("a mount source that does not exist ends with exit code 3 and names path translation", () => {
    const output = makeFolder();
    // Plain Docker makes the missing folder, so the program sees an empty one.
    const run = runContainer(launchOn(join(workspace.folder, "wrongly-translated"), output));
    expect(run.status).toBe(3);
    expect(run.stderr).toMatch(/path translation/i);
    expect(listPaths(output)).toEqual([]);
  });

  test("a full output disk ends with exit code 2 and says so", () => {
    const run = runContainer({
      ...launchOn(scan, ""),
      mounts: [{ source: scan, target: "/input", writable: false }],
      extra: ["--mount", "type=tmpfs,destination=/output,tmpfs-size=65536,tmpfs-mode=1777"],
    });
    expect(run.status).toBe(2);
    expect(run.stderr).toContain("E-OUTPUT-FULL");
  });

  test("an unknown option ends with exit code 2 and names it", () => {
    const output = makeFolder();
    const run = runContainer(launchOn(scan, output, { args: ["--max-t3", "500"] }));
    expect(run.status).toBe(2);
    expect(run.stderr).toContain("--max-t3");
    expect(listPaths(output)).toEqual([]);
  });

  test("stopped half way it ends soon, with nothing in the output folder", () => {
    const output = makeFolder();
    const id = startWhileFitting(output);
    const stop = docker("stop", "--time", "20", id);
    expect(stop.seconds).toBeLessThan(10);
    expect(exitCodeOf(id)).toBe(143);
    expect(docker("logs", id).stderr).toContain("SIGTERM");
    expect(readdirSync(output)).toEqual([]);
  });

  test("killed half way it leaves nothing under the name of a result, and the next run works", () => {
    const output = makeFolder();
    const id = startWhileFitting(output);
    requireDocker("kill", id);
    docker("wait", id);
    expect(readdirSync(output).filter((name) => !name.startsWith("."))).toEqual([]);
    expect(runContainer(launchOn(scan, output)).status).toBe(0);
    expect(readdirSync(output).sort()).toEqual(["maps", "report"]);
  });

  /** Starts a run that takes long, and waits until it is at work. */
  function startWhileFitting(output: string): string {
    const args = ["--solver", "reference", "--mask", "none", "--workers", "2"];
    const id = startContainer(launchOn(scan, output, { args }));
    started.push(id);
    for (let waited = 0; waited < 100; waited++) {
      // The last line before the fit; the folder the results are gathered in is there by then.
      if (/INFO: mask/.test(docker("logs", id).stdout) && readdirSync(output).length > 0) return id;
      if (docker("inspect", "--format", "{{.State.Running}}", id).stdout.trim() !== "true") break;
      spawnSync("sleep", ["0.1"]);
    }
    throw new Error(`the run was over too soon: ${docker("logs", id).stdout}`);
  }

  function exitCodeOf(id: string): number {
    return Number(requireDocker("inspect", "--format", "{{.State.ExitCode}}", id));
  }

  describe("launched as XNAT's Container Service does", () => {
    const secret = "3f9a7c51-not-for-any-log";
    const alias = "9e1d6f22-alias-of-the-user";

    // What the server derives of the sample's scan.
    const derived: Readonly<Record<string, string>> = {
      "project-id": "SAMPLE",
      "subject-id": "DM01",
      "session-id": "DM01_MR1",
      "scan-id": "3",
    };

    /** Mounts, variables and arguments from command.json; nothing else is known to the launcher. */
    function launchFromCommand(input: string, output: string): Launch {
      expect(command["override-entrypoint"]).toBe(false);
      const variables = Object.fromEntries(
        Object.entries(command["environment-variables"] ?? {}).map(([key, value]) => [
          key,
          value.replaceAll(/#([\w-]+)#/g, (_, input) => derived[input] ?? ""),
        ]),
      );
      return {
        image: command.image,
        args: splitCommandLine(resolveCommandLine(command, {})),
        mounts: (command.mounts ?? []).map(({ path, writable }) => ({
          source: writable === true ? output : input,
          target: path,
          writable: writable === true,
        })),
        environment: {
          ...variables,
          XNAT_HOST: "https://xnat.example.org/path/",
          XNAT_USER: alias,
          XNAT_PASS: secret,
          XNAT_WORKFLOW_ID: "4711",
          XNAT_EVENT_ID: "4711",
        },
        user: stranger,
      };
    }

    /** The scan's DICOM resource as the archive holds it. */
    function makeResource(): string {
      const resource = makeFolder(0o755);
      cpSync(scan, resource, { recursive: true });
      writeFileSync(
        join(resource, "DICOM_catalog.xml"),
        '<?xml version="1.0" encoding="UTF-8"?><cat:Catalog xmlns:cat="http://nrg.wustl.edu/catalog"/>\n',
      );
      return resource;
    }

    function expectUploadable(output: string): void {
      const outputs = command.outputs ?? [];
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
      const output = makeFolder();
      const run = runContainer(launchFromCommand(makeResource(), output));
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
      const resource = makeResource();
      const swarm = makeFolder();
      const task = await runService(launchFromCommand(resource, swarm));
      expect(task).toMatchObject({ state: "complete", exitCode: 0 });
      expectUploadable(swarm);
      expectNoSecret(swarm, task.log);
      const plain = makeFolder();
      runContainer(launchFromCommand(resource, plain));
      expect(readContent(swarm)).toEqual(readContent(plain));
    });

    test("as a Swarm service a failure reaches the task: its exit code and its message", async () => {
      const output = makeFolder();
      const task = await runService(launchFromCommand(makeFolder(), output));
      expect(task).toMatchObject({ state: "failed", exitCode: 3 });
      expect(task.log).toMatch(/path translation/i);
      expect(listPaths(output)).toEqual([]);
    });
  });

  // The last test, because it builds the image again.
  const ownBase = process.env["BASE_IMAGE"] === undefined;
  test.runIf(ownBase)("takes any base with Node 24; others leave the image as it was", async () => {
    const idOf = (name: string) => requireDocker("image", "inspect", "--format", "{{.Id}}", name);
    const before = idOf(image);
    await expect(buildImage("process-t2", "xnat-pic/debian:bookworm")).rejects.toThrow("Node 24");
    const owned = "xnat-pic-test/base-with-user:24";
    const dockerfile = join(workspace.folder, "Dockerfile");
    writeFileSync(dockerfile, 'FROM xnat-pic/base:24\nUSER 1000\nCMD ["bash"]\n');
    requireDocker("build", "--quiet", "--tag", owned, "--file", dockerfile, makeFolder());
    await expect(buildImage("process-t2", owned)).rejects.toThrow("sets the user 1000");
    expect(idOf(image)).toBe(before);
    const other = "xnat-pic-test/base:24";
    requireDocker("tag", "xnat-pic/base:24", other);
    expect(await buildImage("process-t2", other)).toBe(image);
    docker("image", "rm", owned, other);
  });
});
