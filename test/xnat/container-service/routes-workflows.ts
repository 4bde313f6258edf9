import { type Exchange, type Handler, Refusal, type Route, sendJson } from "../exchange.ts";
import { canRead } from "../rights.ts";
import type { Workflow } from "../site.ts";
import { userOf } from "./answers.ts";

const stamp = (time: number): string =>
  new Date(time).toISOString().replace("T", " ").replace("Z", "");

function fieldsOf(workflow: Workflow): Readonly<Record<string, string>> {
  return {
    wrk_workflowData_id: workflow.id,
    id: workflow.objectId,
    data_type: workflow.dataType,
    scan_id: workflow.scanId,
    externalid: workflow.externalId,
    pipeline_name: workflow.pipelineName,
    status: workflow.status,
    details: workflow.details,
    comments: workflow.comments,
    jobid: workflow.jobId,
    launch_time: stamp(workflow.launchTime),
    current_step_launch_time: stamp(workflow.launchTime),
    category: "Side administered",
    type: "Container",
    create_user: workflow.user,
  };
}

/** A workflow as an item, as XNAT shows its records. */
const itemOf = (workflow: Workflow): object => ({
  items: [
    {
      children: [],
      meta: { isHistory: false, "xsi:type": "wrk:workflowData" },
      data_fields: fieldsOf(workflow),
    },
  ],
});

function isVisible(exchange: Exchange, workflow: Workflow): boolean {
  const project = exchange.site.projects.get(workflow.externalId);
  return (
    workflow.user === userOf(exchange).login ||
    (project !== undefined && canRead(exchange.user, project))
  );
}

/** A known workflow the user may see. @throws Refusal 404 */
export function requireWorkflow(exchange: Exchange): Workflow {
  const found = exchange.site.workflows.get(exchange.params["workflow"] ?? "");
  if (found === undefined || !isVisible(exchange, found)) {
    throw new Refusal(404, "Unable to find the specified workflow");
  }
  return found;
}

const show: Handler = (exchange) => sendJson(exchange, itemOf(requireWorkflow(exchange)));

/** Conditions wrk:workflowData/<field>; several matches or none are not found. Unknown fields are dropped (L4). */
const find: Handler = (exchange) => {
  const conditions = exchange.queryNames.flatMap((name) => {
    const [, field] = /^wrk:workflowData\/(\w+)$/i.exec(name) ?? [];
    return field === undefined ? [] : [[field.toLowerCase(), exchange.query(name) ?? ""] as const];
  });
  const found = [...exchange.site.workflows.values()].filter((workflow) => {
    const fields = fieldsOf(workflow);
    const fits = conditions.every(([field, value]) => (fields[field] ?? value) === value);
    return fits && isVisible(exchange, workflow);
  });
  const [only] = found;
  if (conditions.length === 0 || found.length !== 1 || only === undefined) {
    throw new Refusal(404, "Unable to find the specified workflow");
  }
  sendJson(exchange, itemOf(only));
};

/** Whoever launched it may set its texts. */
const change: Handler = (exchange) => {
  const workflow = requireWorkflow(exchange);
  if (workflow.user !== userOf(exchange).login) throw new Refusal(403, "");
  for (const field of ["status", "details", "comments"] as const) {
    workflow[field] = exchange.query(`wrk:workflowData/${field}`) ?? workflow[field];
  }
  sendJson(exchange, itemOf(workflow));
};

/** Workflows: what XNAT keeps of every run. */
export const workflowRoutes: readonly Route[] = [
  { method: "GET", pattern: "/data/workflows", handler: find },
  { method: "GET", pattern: "/data/workflows/:workflow", handler: show },
  { method: "PUT", pattern: "/data/workflows/:workflow", handler: change },
];
