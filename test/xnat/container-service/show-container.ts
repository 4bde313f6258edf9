import type { ContainerRecord } from "../site.ts";

/** Time as the API writes it: 2026-11-22T10:20:31.204+0000. */
export const stampOf = (time: number): string => new Date(time).toISOString().replace("Z", "+0000");

/** A container as the API shows it, or scrubbed for those who may not see it. The password is never shown. */
export function showContainer(record: ContainerRecord, backend: string, isFull: boolean): object {
  const common = {
    id: record.id,
    "command-id": record.commandId,
    "wrapper-id": record.wrapperId,
    status: record.status,
    "status-time": stampOf(record.statusTime),
    "container-id": record.containerId || null,
    "service-id": record.serviceId || null,
    "workflow-id": record.workflowId,
    "user-id": record.user,
    project: record.project,
    backend,
    "docker-image": record.image,
    "command-line": isFull ? record.commandLine : "[REDACTED]",
  };
  if (!isFull) return common;
  return {
    ...common,
    env: { ...record.environment, XNAT_PASS: "******" },
    mounts: record.mounts.map(({ name, writable, hostPath, containerPath }) => ({
      name,
      writable,
      "xnat-host-path": hostPath,
      "container-host-path": hostPath,
      "container-path": containerPath,
    })),
    inputs: record.inputs,
    outputs: record.outputs.map(({ name, label, created, handledBy }) => ({
      ...{ name, type: "Resource", label, created, "handled-by": handledBy },
    })),
    history: record.history.map(({ status, time, exitCode }, at) => ({
      status,
      "entity-type": at === 0 ? "user" : "system",
      "entity-id": at === 0 ? record.user : null,
      "time-recorded": stampOf(time),
      exitCode,
    })),
    "log-paths": ["stdout", "stderr"].map((name) => `${record.logFolder}/${name}.log`),
  };
}
