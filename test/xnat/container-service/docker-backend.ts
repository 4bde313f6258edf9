import type { Backend, RunEnd, RunHandle, RunSpec } from "./backend.ts";
import { readImageLabel, requireDocker, runDocker } from "./run-docker.ts";

/** Settings of an engine. */
export interface EngineOptions {
  /** Value of the label `xnat-sim` on everything that is started: what a clean-up may remove. */
  readonly run: string;
  /** Network of containers whose command names none; "" for the engine's default. */
  readonly network?: string;
  /** Further words for each container, such as --read-only. */
  readonly words?: readonly string[];
}

/** Plain Docker: create, then start. */
export function openDockerBackend(options: EngineOptions): Backend {
  return {
    kind: "docker",
    readLabel: readImageLabel,
    start: async (spec) => {
      const id = await requireDocker(createWords(spec, options), spec.environment);
      await requireDocker(["start", id]).catch(async (error: unknown) => {
        await runDocker(["rm", "--force", id]);
        throw error;
      });
      return openHandle(id);
    },
  };
}

function createWords(
  spec: RunSpec,
  { run, network, words: further = [] }: EngineOptions,
): readonly string[] {
  const chosen = spec.network || network || "";
  const words = [
    ...["create", "--pull", "never", "--name", spec.name, "--label", `xnat-sim=${run}`],
    ...Object.entries(spec.labels).flatMap(([key, value]) => ["--label", `${key}=${value}`]),
    ...Object.keys(spec.environment).flatMap((name) => ["--env", name]),
    // --volume, not --mount: a missing source becomes an empty folder, as on a server with a wrong path translation.
    ...spec.mounts.flatMap(({ source, target, writable }) => [
      "--volume",
      `${source}:${target}${writable ? "" : ":ro"}`,
    ]),
    ...(spec.user === "" ? [] : ["--user", spec.user]),
    ...(spec.workingDirectory === "" ? [] : ["--workdir", spec.workingDirectory]),
    ...(spec.limitMemory === 0 ? [] : ["--memory", `${spec.limitMemory}m`]),
    ...(spec.reserveMemory === 0 ? [] : ["--memory-reservation", `${spec.reserveMemory}m`]),
    ...(spec.limitCpu === 0 ? [] : ["--cpus", String(spec.limitCpu)]),
    ...(spec.shmSize === 0 ? [] : ["--shm-size", String(spec.shmSize)]),
    ...(chosen === "" ? [] : ["--network", chosen]),
    ...(spec.overrideEntrypoint ? ["--entrypoint", ""] : []),
    ...further,
  ];
  const line = spec.overrideEntrypoint ? ["/bin/sh", "-c", spec.commandLine] : spec.args;
  return [...words, spec.image, ...line];
}

function openHandle(id: string): RunHandle {
  return {
    id,
    end: waitFor(id),
    logs: async (stream, since) => {
      const from = since === undefined ? [] : ["--since", String(since / 1000)];
      return (await runDocker(["logs", ...from, id]))[stream];
    },
    kill: async () => {
      await runDocker(["kill", id]);
    },
    remove: async () => {
      await runDocker(["rm", "--force", id]);
    },
  };
}

async function waitFor(id: string): Promise<RunEnd> {
  await runDocker(["wait", id]);
  const { status, stdout } = await runDocker(["inspect", "--format", "{{json .State}}", id]);
  if (status !== 0) return { exitCode: null, outOfMemory: false, message: "container not found" };
  const state = JSON.parse(stdout) as { ExitCode: number; OOMKilled: boolean; Error: string };
  return { exitCode: state.ExitCode, outOfMemory: state.OOMKilled, message: state.Error };
}
