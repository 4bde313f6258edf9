import type { Call, XnatConnection } from "./connection.ts";
import { type ContainerStatus, toContainerStatus } from "./container-status.ts";
import { itemDocument } from "./items.schema.ts";
import { fieldText, fromRaw, type Item, readItem } from "./items.ts";
import { isXnatError } from "./xnat-error.ts";

/** XNAT's record of one run on one object; launches that fail before there is a container exist only here. */
export interface WorkflowRecord {
  readonly id: string;
  readonly objectId: string;
  readonly dataType: string;
  readonly scanId: string;
  readonly pipelineName: string;
  readonly status: ContainerStatus;
  /** The server's word for it. */
  readonly statusText: string;
  readonly details: string;
  /** Docker's container or service id, "" before there is one. */
  readonly containerId: string;
  /** The bulk launch it came from, "" for a single launch. */
  readonly jobId: string;
  /** As the server writes it, by its clock and in its time zone. */
  readonly launchTime: string;
}

/** One workflow. */
export async function readWorkflow(
  connection: XnatConnection,
  id: string,
): Promise<WorkflowRecord> {
  return toWorkflow(await readItem(connection, ["data", "workflows", id]), id);
}

/**
 * The workflow of a pipeline on an object; undefined when there is none, or more than one fits: XNAT tells only of a single
 * match. For launches whose workflow was "to be assigned": give the id of the bulk launch as `jobId`.
 */
export async function findWorkflow(
  connection: XnatConnection,
  wanted: {
    /** Accession id of the session, subject or assessor, or id of the project. */
    readonly objectId: string;
    readonly pipelineName: string;
    readonly dataType?: string;
    readonly scanId?: string;
    readonly jobId?: string;
  },
): Promise<WorkflowRecord | undefined> {
  const conditions: Readonly<Record<string, string | undefined>> = {
    id: wanted.objectId,
    pipeline_name: wanted.pipelineName,
    data_type: wanted.dataType,
    scan_id: wanted.scanId,
    jobid: wanted.jobId,
  };
  const query: Record<string, string> = { format: "json" };
  for (const [name, value] of Object.entries(conditions)) {
    if (value !== undefined) query[`wrk:workflowData/${name}`] = value;
  }
  const call: Call = { method: "GET", path: ["data", "workflows"], query };
  try {
    const document = await connection.json(call, itemDocument);
    const found = document.items.map((raw) => toWorkflow(fromRaw(raw), ""));
    const fitting = found.filter((workflow) => fits(workflow, wanted));
    return fitting.length === 1 ? fitting[0] : undefined;
  } catch (error) {
    if (isXnatError(error, "not-found")) return undefined;
    throw error;
  }
}

/** Conditions a server does not know are dropped without a word (L4), so that it may tell of another workflow. */
function fits(workflow: WorkflowRecord, wanted: Parameters<typeof findWorkflow>[1]): boolean {
  const same = (condition: string | undefined, value: string): boolean =>
    condition === undefined || value === "" || condition === value;
  return (
    same(wanted.objectId, workflow.objectId) &&
    same(wanted.pipelineName, workflow.pipelineName) &&
    same(wanted.dataType, workflow.dataType) &&
    (wanted.jobId === undefined || wanted.jobId === workflow.jobId) &&
    same(wanted.scanId, workflow.scanId)
  );
}

function toWorkflow(item: Item, id: string): WorkflowRecord {
  const statusText = fieldText(item, "status");
  const details = fieldText(item, "details");
  return {
    id: fieldText(item, "wrk_workflowData_id") || id,
    objectId: fieldText(item, "ID"),
    dataType: fieldText(item, "data_type"),
    scanId: fieldText(item, "scan_id"),
    pipelineName: fieldText(item, "pipeline_name"),
    status: toContainerStatus(statusText, details),
    statusText,
    details,
    containerId: fieldText(item, "comments"),
    jobId: fieldText(item, "jobid"),
    launchTime: fieldText(item, "launch_time"),
  };
}
