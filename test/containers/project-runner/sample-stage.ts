import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { CommandJson } from "#command-json/schema.ts";
import { createCommand } from "#test/xnat/container-service/command-store.ts";
import { type FakeProgram, openFakeBackend } from "#test/xnat/container-service/fake-backend.ts";
import { type Sample, type SampleOptions, seedSample } from "#test/xnat/seed-sample.ts";
import { type SimulatedXnat, startXnat } from "#test/xnat/start-xnat.ts";

const containers = new URL("../../../containers/", import.meta.url).pathname;
const programs = ["process-t1", "process-t2", "process-dwi", "mask-average"] as const;

/** How a run of the program ended. */
export interface RunnerEnd {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Output folder. */
  readonly output: string;
  read(path: string): string;
}

/** The sample project on a simulated XNAT, and the program run against it as a user would. */
export interface SampleStage {
  readonly xnat: SimulatedXnat;
  readonly sample: Sample;
  /** Runs project-runner as a process; with `environment` over that of a laptop. */
  run(words: readonly string[], environment?: Readonly<Record<string, string>>): Promise<RunnerEnd>;
  ask(path: string, user?: string): Promise<Response>;
  stop(): Promise<void>;
}

/** Starts the site; the Container Service runs the programs of the checkout in place of images. */
export async function openSampleStage(options: SampleOptions = {}): Promise<SampleStage> {
  const commands = programs.map((name) => {
    return JSON.parse(readFileSync(join(containers, name, "command.json"), "utf8")) as CommandJson;
  });
  const backend = openFakeBackend({
    programs: Object.fromEntries(commands.map((one) => [one.image, asContainer(one)])),
  });
  const xnat = await startXnat({ containers: { backend } });
  const sample = await seedSample(xnat.site, options);
  const project = xnat.site.projects.get(sample.project);
  for (const command of commands) {
    const stored = createCommand(xnat.site, JSON.stringify(command));
    for (const id of stored.wrapperIds) {
      xnat.site.siteWrappers.add(id);
      project?.enabledWrappers.add(id);
    }
  }
  const folder = mkdtempSync(join(tmpdir(), "project-runner-"));
  let runs = 0;
  return {
    xnat,
    sample,
    run: async (words, environment = {}) => {
      const output = join(folder, `output-${++runs}`);
      const given = [
        "--project",
        sample.project,
        "--work",
        join(folder, "work"),
        "--output",
        output,
      ];
      const ended = await runNode(
        [join(containers, "project-runner/main.ts"), ...given, ...words],
        {
          ...{ PATH: process.env["PATH"] ?? "", HOME: folder },
          ...{ XNAT_HOST: xnat.url, XNAT_USER: "owner", XNAT_PASS: "owner", ...environment },
        },
      );
      return { ...ended, output, read: (path) => readFileSync(join(output, path), "utf8") };
    },
    ask: (path, user = "owner") =>
      fetch(`${xnat.url}${path}`, {
        headers: { authorization: `Basic ${Buffer.from(`${user}:${user}`).toString("base64")}` },
      }),
    stop: async () => {
      await xnat.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A program of the checkout with the folders of a container. */
function asContainer({ name }: CommandJson): FakeProgram {
  return async ({ spec, folder, print }) => {
    const mounts = name === "mask-average" ? regionMounts : { "--input": "/input" };
    const folders = Object.entries(mounts).flatMap(([option, path]) => [option, folder(path)]);
    const output = ["--output", folder("/output"), "--overwrite"];
    const main = join(containers, name, "main.ts");
    const environment = { PATH: process.env["PATH"] ?? "", ...spec.environment };
    const ended = await runNode([main, ...folders, ...output, ...spec.args], environment);
    print(ended.stdout);
    print(ended.stderr, "stderr");
    return ended.exitCode ?? 137;
  };
}

const regionMounts = {
  ...{ "--reference": "/reference", "--roi": "/roi", "--map": "/maps", "--series": "/series" },
};

function runNode(words: readonly string[], env: Readonly<Record<string, string>>) {
  return new Promise<Pick<RunnerEnd, "exitCode" | "stdout" | "stderr">>((resolve, reject) => {
    const child = spawn(process.execPath, words, { env, stdio: ["ignore", "pipe", "pipe"] });
    let [stdout, stderr] = ["", ""];
    child.stdout.on("data", (text) => {
      stdout += text;
    });
    child.stderr.on("data", (text) => {
      stderr += text;
    });
    child.on("error", reject);
    child.on("close", (exitCode) => resolve({ exitCode, stdout, stderr }));
  });
}
