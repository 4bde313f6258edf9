import { spawnSync } from "node:child_process";
import { chmodSync, cpSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { buildImage } from "../../scripts/build-images.ts";
import { listPaths, readContent } from "../bundle/folder-content.ts";
import { makeSampleScan, root } from "../bundle/sample-scan.ts";
import { docker, findEngine, requireDocker } from "./engine.ts";
import { runContainer } from "./launch.ts";
import { openStage } from "./stage.ts";

const engine = findEngine();

// A uid that no passwd file knows.
const nobody = "12345:12345";

describe.skipIf(!engine.available)("the image of process-t2", () => {
  const stage = openStage("process-t2");
  const { makeFolder, launchOn } = stage;
  let image = "";
  let scan = "";
  let expected: Readonly<Record<string, string>> = {};

  beforeAll(async () => {
    scan = makeSampleScan(stage.folder);
    expected = await stage.build(() => stage.runCheckout(scan));
    image = stage.image;
  }, 300_000);

  afterAll(() => stage.close());

  test("is named as its command says, and the label holds exactly that command", () => {
    expect(image).toBe(stage.command.image);
    const label = requireDocker(
      ...["image", "inspect", "--format", '{{index .Config.Labels "org.nrg.commands"}}', image],
    );
    expect(JSON.parse(label)).toEqual([stage.command]);
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
    for (const user of [undefined, nobody, "99"]) {
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
    const provenance = readFileSync(join(output, "report/provenance.json"), "utf8");
    expect(JSON.parse(provenance)).toMatchObject({ program: { containerImage: image } });
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
      ...["run", "--rm", "--network", "none", "--user", nobody, "--entrypoint", "node"],
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
    const run = runContainer(launchOn(join(stage.folder, "wrongly-translated"), output));
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
    const id = stage.start(launchOn(scan, output, { args }));
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

  // The last test, because it builds the image again.
  const ownBase = process.env["BASE_IMAGE"] === undefined;
  test.runIf(ownBase)("takes any base with Node 24; others leave the image as it was", async () => {
    const idOf = (name: string) => requireDocker("image", "inspect", "--format", "{{.Id}}", name);
    const before = idOf(image);
    await expect(buildImage("process-t2", "xnat-pic/debian:bookworm")).rejects.toThrow("Node 24");
    const owned = "xnat-pic-test/base-with-user:24";
    const dockerfile = join(stage.folder, "Dockerfile");
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
