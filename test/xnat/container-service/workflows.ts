import { findByUri, projectOf, sessionOf } from "../find.ts";
import type { Site, Workflow } from "../site.ts";

/** What a workflow is about. */
export interface WorkflowTarget {
  readonly dataType: string;
  readonly objectId: string;
  readonly scanId: string;
  readonly projectId: string;
}

/** Of the root value of a launch; undefined when there is no such thing. */
export function targetOf(site: Site, root: string, value: string): WorkflowTarget | undefined {
  const isUri = value.startsWith("/");
  const owner = findByUri(site, isUri ? value : `/${plural[root] ?? "experiments"}/${value}`);
  if (owner === undefined) return undefined;
  const projectId = projectOf(site, owner).id;
  // Rule W16: with a bare id the root input's name is taken for the type.
  const named = isUri ? undefined : root;
  switch (owner.kind) {
    case "project":
      return { dataType: named ?? "xnat:projectData", objectId: owner.id, scanId: "", projectId };
    case "subject":
      return { dataType: named ?? "xnat:subjectData", objectId: owner.id, scanId: "", projectId };
    case "scan": {
      const objectId = sessionOf(site, owner).id;
      return { dataType: named ?? owner.xsiType, objectId, scanId: owner.id, projectId };
    }
    default:
      return { dataType: named ?? owner.xsiType, objectId: owner.id, scanId: "", projectId };
  }
}

const plural: Readonly<Record<string, string>> = { project: "projects", subject: "subjects" };

/** A new workflow, queued. */
export function addWorkflow(
  site: Site,
  target: WorkflowTarget,
  given: { readonly pipelineName: string; readonly user: string; readonly jobId: string },
): Workflow {
  const workflow: Workflow = {
    id: String(site.nextId("workflow")),
    dataType: target.dataType,
    objectId: target.objectId,
    scanId: target.scanId,
    externalId: target.projectId,
    status: "Queued",
    details: "",
    comments: "",
    launchTime: launchTimeOf(site, target, given.pipelineName),
    ...given,
  };
  site.workflows.set(workflow.id, workflow);
  return workflow;
}

/** The server refuses two workflows of one thing, pipeline and time, and tries again with a new time. */
function launchTimeOf(site: Site, target: WorkflowTarget, pipelineName: string): number {
  let time = site.clock.now();
  const taken = (at: number): boolean =>
    [...site.workflows.values()].some(
      (other) =>
        other.objectId === target.objectId &&
        other.pipelineName === pipelineName &&
        other.launchTime === at,
    );
  while (taken(time)) time += 1;
  return time;
}
