import { randomUUID } from "node:crypto";
import { docker, type Finished, requireDocker } from "./engine.ts";

/** One start of an image, as XNAT's Container Service describes it to its back ends. */
export interface Launch {
  readonly image: string;
  readonly args?: readonly string[];
  readonly mounts: readonly Mount[];
  readonly environment?: Readonly<Record<string, string>>;
  /** `uid:gid`; root without. */
  readonly user?: string;
  readonly readOnlyRoot?: boolean;
  /** Further words for docker run. */
  readonly extra?: readonly string[];
}

export interface Mount {
  readonly source: string;
  readonly target: string;
  readonly writable: boolean;
}

/** Runs an image to its end in plain Docker, without network. */
export function runContainer(launch: Launch): Finished {
  return docker("run", "--rm", ...runWords(launch));
}

/** Starts an image in plain Docker and gives the container's id. */
export function startContainer(launch: Launch): string {
  return requireDocker("run", "--detach", ...runWords(launch));
}

function runWords(launch: Launch): readonly string[] {
  const binds = launch.mounts.flatMap(({ source, target, writable }) => [
    "--volume",
    `${source}:${target}${writable ? "" : ":ro"}`,
  ]);
  return [
    ...["--network", "none", ...binds, ...commonWords(launch)],
    ...(launch.extra ?? []),
    launch.image,
    ...(launch.args ?? []),
  ];
}

function commonWords(launch: Launch): readonly string[] {
  return [
    ...(launch.readOnlyRoot === false ? [] : ["--read-only"]),
    ...(launch.user === undefined ? [] : ["--user", launch.user]),
    ...Object.entries(launch.environment ?? {}).flatMap(([key, value]) => [
      "--env",
      `${key}=${value}`,
    ]),
  ];
}

/** How the one task of a service ended. */
export interface FinishedTask {
  readonly state: string;
  readonly exitCode: number;
  readonly error: string;
  readonly log: string;
}

/**
 * Runs an image to its end as a Swarm service of one replica that is never restarted, created with
 * none and scaled up afterwards: the Container Service's way on a Swarm.
 *
 * @throws Error when the task has not ended after `seconds`
 */
export async function runService(launch: Launch, seconds = 90): Promise<FinishedTask> {
  const name = `xnat-pic-test-${randomUUID()}`;
  const binds = launch.mounts.flatMap(({ source, target, writable }) => [
    "--mount",
    `type=bind,source=${source},target=${target}${writable ? "" : ",readonly"}`,
  ]);
  requireDocker(
    ...["service", "create", "--quiet", "--detach", "--no-resolve-image", "--name", name],
    ...["--replicas", "0", "--restart-condition", "none"],
    ...binds,
    ...commonWords(launch),
    launch.image,
    ...(launch.args ?? []),
  );
  try {
    requireDocker("service", "scale", "--detach", `${name}=1`);
    for (let waited = 0; waited < seconds * 4; waited++) {
      const task = docker("service", "ps", "--quiet", "--no-trunc", name).stdout.trim();
      if (task !== "") {
        const ended = readEnd(task);
        if (ended !== undefined) {
          const { stdout, stderr } = docker("service", "logs", "--raw", name);
          return { ...ended, log: stdout + stderr };
        }
      }
      await new Promise((resume) => setTimeout(resume, 250));
    }
    throw new Error(`the service has not ended after ${seconds} s`);
  } finally {
    docker("service", "rm", name);
  }
}

interface TaskStatus {
  readonly State: string;
  readonly Err?: string;
  readonly ContainerStatus?: { readonly ExitCode?: number };
}

function readEnd(task: string): Omit<FinishedTask, "log"> | undefined {
  const status = JSON.parse(
    requireDocker("inspect", "--type", "task", "--format", "{{json .Status}}", task),
  ) as TaskStatus;
  if (!["complete", "failed", "rejected", "shutdown", "orphaned"].includes(status.State)) {
    return undefined;
  }
  return {
    state: status.State,
    exitCode: status.ContainerStatus?.ExitCode ?? -1,
    error: status.Err ?? "",
  };
}
