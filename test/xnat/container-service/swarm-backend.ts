import { setTimeout as wait } from "node:timers/promises";
import type { Backend, RunEnd, RunHandle, RunSpec } from "./backend.ts";
import type { EngineOptions } from "./docker-backend.ts";
import { readImageLabel, requireDocker, runDocker } from "./run-docker.ts";

const pollMs = 400;

/** A Swarm: one service of one replica for each launch, created with none and never restarted. */
export function openSwarmBackend(options: EngineOptions): Backend {
  return {
    kind: "swarm",
    readLabel: readImageLabel,
    start: async (spec) => {
      const id = await requireDocker(createWords(spec, options), spec.environment);
      await requireDocker(["service", "scale", "--detach", `${spec.name}=1`]).catch(
        async (error: unknown) => {
          await runDocker(["service", "rm", id]);
          throw error;
        },
      );
      return openHandle(id);
    },
  };
}

const mebibyte = 1024 * 1024;

function createWords(
  spec: RunSpec,
  { run, network, words: further = [] }: EngineOptions,
): readonly string[] {
  const chosen = spec.network || network || "";
  const labels = Object.entries(spec.labels).flatMap(([key, value]) => [
    ...["--label", `${key}=${value}`, "--container-label", `${key}=${value}`],
  ]);
  const words = [
    ...["service", "create", "--detach", "--quiet", "--no-resolve-image", "--name", spec.name],
    ...["--replicas", "0", "--restart-condition", "none", "--label", `xnat-sim=${run}`, ...labels],
    ...Object.keys(spec.environment).flatMap((name) => ["--env", name]),
    ...spec.mounts.flatMap(({ source, target, writable }) => [
      "--mount",
      `type=bind,source=${source},target=${target}${writable ? "" : ",readonly"}`,
    ]),
    ...(spec.user === "" ? [] : ["--user", spec.user]),
    ...(spec.workingDirectory === "" ? [] : ["--workdir", spec.workingDirectory]),
    ...(spec.limitMemory === 0 ? [] : ["--limit-memory", String(spec.limitMemory * mebibyte)]),
    ...(spec.reserveMemory === 0
      ? []
      : ["--reserve-memory", String(spec.reserveMemory * mebibyte)]),
    ...(spec.limitCpu === 0 ? [] : ["--limit-cpu", String(spec.limitCpu)]),
    ...(spec.shmSize === 0
      ? []
      : ["--mount", `type=tmpfs,target=/dev/shm,tmpfs-size=${spec.shmSize}`]),
    ...(chosen === "" ? [] : ["--network", chosen]),
    ...(spec.overrideEntrypoint ? ["--entrypoint", `/bin/sh -c ${quote(spec.commandLine)}`] : []),
    ...further,
  ];
  return [...words, spec.image, ...(spec.overrideEntrypoint ? [] : spec.args)];
}

/** docker splits the text of --entrypoint as a shell would. */
const quote = (text: string): string => `'${text.replaceAll("'", `'"'"'`)}'`;

function openHandle(id: string): RunHandle {
  let killed = false;
  return {
    id,
    end: waitFor(id, () => killed),
    logs: async (stream, since) => {
      const from = since === undefined ? [] : ["--since", new Date(since).toISOString()];
      return (await runDocker(["service", "logs", "--raw", ...from, id]))[stream];
    },
    // The server takes a service away to end it; its logs are gone then.
    kill: async () => {
      killed = true;
      await runDocker(["service", "rm", id]);
    },
    remove: async () => {
      await runDocker(["service", "rm", id]);
    },
  };
}

interface TaskStatus {
  readonly State: string;
  readonly Err?: string;
  readonly ContainerStatus?: { readonly ExitCode?: number; readonly ContainerID?: string };
}

const ended = ["complete", "failed", "rejected", "shutdown", "orphaned", "remove"];

async function waitFor(id: string, isKilled: () => boolean): Promise<RunEnd> {
  for (;;) {
    if (isKilled()) return { exitCode: 137, outOfMemory: false, message: "" };
    const tasks = await runDocker(["service", "ps", "--quiet", "--no-trunc", id]);
    if (tasks.status !== 0 && !isKilled()) {
      return { exitCode: null, outOfMemory: false, message: "service not found" };
    }
    const [task] = tasks.stdout.trim().split("\n");
    const words = ["inspect", "--type", "task", "--format", "{{json .Status}}", task ?? ""];
    const { status, stdout } = task ? await runDocker(words) : { status: 1, stdout: "" };
    if (status === 0) {
      const state = JSON.parse(stdout) as TaskStatus;
      if (ended.includes(state.State)) return readEnd(state);
    }
    await wait(pollMs);
  }
}

async function readEnd({ State, Err, ContainerStatus }: TaskStatus): Promise<RunEnd> {
  const exitCode = ContainerStatus?.ExitCode ?? null;
  const container = ContainerStatus?.ContainerID ?? "";
  const { stdout } =
    exitCode === 137 && container !== ""
      ? await runDocker(["inspect", "--format", "{{.State.OOMKilled}}", container])
      : { stdout: "" };
  const failed = exitCode === 0 && State !== "complete" ? 1 : exitCode;
  return {
    exitCode: State === "rejected" ? null : failed,
    outOfMemory: stdout.trim() === "true",
    message: State === "complete" ? "" : (Err ?? State),
  };
}
