import type { RunSpec } from "./backend.ts";
import type { ContainerOrder } from "./run-container.ts";
import { serviceOf } from "./service.ts";
import type { StagedMount } from "./stage-mounts.ts";

/** What the back end is told of a container. */
export function runSpecOf(
  { site, resolved, found, user, workflow }: ContainerOrder,
  environment: Readonly<Record<string, string>>,
  mounts: readonly StagedMount[],
  name: string,
): RunSpec {
  const { command } = found.stored;
  const tracking = {
    XNAT_DATATYPE: workflow?.dataType ?? "",
    XNAT_PROJECT: resolved.projectId ?? "",
    XNAT_ID: workflow?.objectId ?? "",
    XNAT_USER_ID: user.login,
    XNAT_USER_EMAIL: `${user.login}@example.org`,
  };
  return {
    name,
    image: resolved.image,
    args: resolved.args,
    commandLine: resolved.commandLine,
    overrideEntrypoint: command["override-entrypoint"] === true,
    workingDirectory: resolved.workingDirectory,
    environment,
    // The command's own labels win.
    labels: { ...tracking, ...Object.fromEntries(resolved.containerLabels) },
    mounts,
    user: serviceOf(site).options?.containerUser ?? "",
    limitMemory: Number(command["limit-memory"] ?? 0),
    reserveMemory: Number(command["reserve-memory"] ?? 0),
    limitCpu: Number(command["limit-cpu"] ?? 0),
    shmSize: Number(command["shm-size"] ?? 0),
    network: command.network ?? "",
  };
}
