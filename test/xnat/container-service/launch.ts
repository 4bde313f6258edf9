import { setTimeout as wait } from "node:timers/promises";
import { findProject } from "../find.ts";
import type { Project, Site, User, Workflow } from "../site.ts";
import type { FoundWrapper } from "./command-store.ts";
import { ResolutionError } from "./resolve/resolution.ts";
import { type ResolvedCommand, resolveCommand } from "./resolve/resolve-command.ts";
import { runContainer } from "./run-container.ts";
import {
  type ContainerFaultName,
  configurationOf,
  drawFaults,
  enqueue,
  serviceOf,
} from "./service.ts";
import { addWorkflow, targetOf } from "./workflows.ts";

/** One launch: which wrapper on what, by whom. */
export interface LaunchOrder {
  readonly site: Site;
  readonly user: User;
  readonly project: Project | undefined;
  readonly found: FoundWrapper;
  /** Name of the root input; undefined with the old URLs. */
  readonly root: string | undefined;
  readonly values: Readonly<Record<string, string>>;
  /** Of a bulk launch, or "". */
  readonly jobId: string;
  readonly faults?: readonly ContainerFaultName[];
}

/** A launch that could not even be queued. */
export class LaunchRefused extends Error {}

/**
 * Queues a launch. Whether it becomes a container shows later, in its workflow.
 *
 * @returns the workflow, where the launch tells what it is about
 * @throws LaunchRefused
 */
export function queueLaunch(order: LaunchOrder): Workflow | undefined {
  const { site, root, values } = order;
  const value = root === undefined ? undefined : values[root];
  const target =
    root === undefined || value === undefined ? undefined : targetOf(site, root, value);
  if (root !== undefined && value !== undefined && target === undefined) {
    throw new LaunchRefused(`Could not find an XNAT object for ${root} "${value}"`);
  }
  const workflow =
    target === undefined ? undefined : addWorkflow(site, target, workflowWords(order));
  const faults = new Set([...drawFaults(site, order.found.wrapper.name), ...(order.faults ?? [])]);
  if (workflow !== undefined) workflow.status = "_Queued";
  if (!faults.has("queueStuck")) enqueue(site, () => work(order, workflow, faults));
  return workflow;
}

const workflowWords = ({ found, user, jobId }: LaunchOrder) => ({
  pipelineName: found.wrapper.name,
  user: user.login,
  jobId,
});

async function work(
  order: LaunchOrder,
  workflow: Workflow | undefined,
  faults: ReadonlySet<ContainerFaultName>,
): Promise<void> {
  const { site } = order;
  const delay = serviceOf(site).options?.queueDelay ?? 0;
  // Also without a delay the answer to the launch goes out before anything happens.
  await wait(delay);
  if (serviceOf(site).stopped) return;
  if (workflow !== undefined) {
    workflow.status = "Staging";
    workflow.details = "Command resolution";
  }
  let resolved: ResolvedCommand;
  try {
    resolved = resolve(order);
  } catch (error) {
    if (workflow === undefined) return;
    workflow.status = "Failed (Command resolution)";
    workflow.details = `Submitted data does not match command resolution requirements. ${error instanceof Error ? error.message : String(error)}`;
    if (!(error instanceof ResolutionError)) throw error;
    return;
  }
  await runContainer({
    ...order,
    resolved,
    workflow: workflow ?? lateWorkflow(order, resolved),
    faults,
  });
}

function resolve({ site, user, project, found, values }: LaunchOrder): ResolvedCommand {
  const configuration = configurationOf(site, found.id, project?.id);
  const { command } = found.stored;
  return resolveCommand({
    ...{ site, user, command, configuration, values },
    wrapper: found.wrapper,
    project,
  });
}

/** Launches without root element get their workflow once they are resolved. */
function lateWorkflow(order: LaunchOrder, { projectId }: ResolvedCommand): Workflow | undefined {
  const { site, values, found } = order;
  const [root] = found.wrapper["external-inputs"] ?? [];
  const target =
    root === undefined ? undefined : targetOf(site, root.name, values[root.name] ?? "");
  const project = projectId === undefined ? undefined : findProject(site, projectId);
  if (target === undefined || project === undefined) return undefined;
  return addWorkflow(site, target, workflowWords(order));
}
