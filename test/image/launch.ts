import { randomUUID } from "node:crypto";
import type { RunEnd } from "../xnat/container-service/backend.ts";
import { openSwarmBackend } from "../xnat/container-service/swarm-backend.ts";
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

/** How the one task of a service ended, and what it wrote. */
export interface FinishedTask extends RunEnd {
  readonly log: string;
}

/** How a task ends whose program did. */
export const complete: RunEnd = { exitCode: 0, outOfMemory: false, message: "" };

/**
 * Runs an image to its end as a service, as the simulated Container Service does on a Swarm. A task that has not ended
 * after `seconds` is killed.
 */
export async function runService(launch: Launch, seconds = 90): Promise<FinishedTask> {
  const words = launch.readOnlyRoot === false ? [] : ["--read-only"];
  const name = `xnat-pic-test-${randomUUID()}`;
  const handle = await openSwarmBackend({ run: name, words }).start({
    ...{ name, image: launch.image, args: launch.args ?? [], commandLine: "" },
    ...{ overrideEntrypoint: false, workingDirectory: "", labels: {}, network: "" },
    environment: launch.environment ?? {},
    mounts: launch.mounts,
    user: launch.user ?? "",
    ...{ limitMemory: 0, reserveMemory: 0, limitCpu: 0, shmSize: 0 },
  });
  const timer = setTimeout(() => void handle.kill(), seconds * 1000);
  try {
    const end = await handle.end;
    return { ...end, log: (await handle.logs("stdout")) + (await handle.logs("stderr")) };
  } finally {
    clearTimeout(timer);
    await handle.remove();
  }
}
