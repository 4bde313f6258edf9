/** How a container, or the workflow that shows it to users, stands. */
export type ContainerStatus =
  | { readonly state: "queued" | "running" | "finalizing" | "complete" | "unknown" }
  | { readonly state: "failed"; readonly reason: string }
  | { readonly state: "killed"; readonly outOfMemory: boolean };

/** States that Docker Swarm and Kubernetes report before and after the run; XNAT passes them on in lower case. */
const before =
  /^(new|allocated|pending|assigned|accepted|preparing|ready|starting|create|created)$/i;
const after = /^(die|oom|stop|kill|destroy|shutdown|orphaned|remove|rejected|complete|failed)$/;

/**
 * The status behind XNAT's words.
 *
 * Over is only what begins with Complete, Failed or Killed, so written: lower case is the engine's, after which XNAT still
 * stores logs and results. A leading "_" means that the status waits in a queue.
 *
 * @param details - of the workflow: they say why it failed
 */
export function toContainerStatus(text: string, details = ""): ContainerStatus {
  const status = text.trim();
  if (status.startsWith("Complete")) return { state: "complete" };
  if (status.startsWith("Killed")) {
    return { state: "killed", outOfMemory: /out of memory/i.test(status) };
  }
  if (status.startsWith("Failed")) {
    const stage = /\((.*)\)/.exec(status)?.[1] ?? "";
    return { state: "failed", reason: [stage, details.trim()].filter(Boolean).join(": ") };
  }
  if (/^_?Finalizing/.test(status) || after.test(status)) return { state: "finalizing" };
  if (/^(_|Queued|Staging|Pending)/.test(status) || before.test(status)) return { state: "queued" };
  if (/^(running|start|started|in progress)$/i.test(status)) return { state: "running" };
  return { state: "unknown" };
}

/** True when nothing more will happen. */
export function isOver({ state }: ContainerStatus): boolean {
  return state === "complete" || state === "failed" || state === "killed";
}
