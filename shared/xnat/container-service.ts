import { UsageError } from "#shared/errors.ts";
import type { Call, Shape, TextAnswer, XnatConnection } from "./connection.ts";
import {
  availableWrappers,
  bulkReport,
  launchReport,
  type WrapperReport,
} from "./container.schema.ts";
import { complain, unexpected } from "./judge-answer.ts";
import { jsonBody } from "./request-values.ts";

/** A wrapper of a command that the user may launch. */
export interface AvailableWrapper {
  readonly id: string;
  readonly name: string;
  readonly label: string;
  readonly commandId: string;
  readonly commandName: string;
  readonly image: string;
  readonly contexts: readonly string[];
  /** Name of the input that takes the object it is launched on. */
  readonly root: string;
}

/** What is launched and with which values. */
export interface Launch {
  readonly project: string;
  readonly wrapperId: string;
  /** Name of the root input: "scan", "session", "project". */
  readonly root: string;
  /** Values of the other inputs, by name. */
  readonly values: Readonly<Record<string, string>>;
  /**
   * The string in a value that makes the Container Service refuse it, if there is one. The rules belong to command-json, which
   * this room may not know: pass its `findIllegalString`. Without the check a bad value shows up only as a workflow that failed.
   */
  readonly findIllegalString: (value: string) => string | undefined;
}

/** A launch the server has queued: nothing more than that (C1). The result's manifest decides whether it worked. */
export interface Queued {
  readonly target: string;
  /** undefined while it is "To be assigned". */
  readonly workflowId: string | undefined;
}

/** One request of a bulk launch. */
export interface BulkLaunch {
  /** Job id of its workflows. */
  readonly id: string;
  /** Pipeline name of its workflows: the wrapper's name. */
  readonly pipelineName: string;
  /** When the server answered, ms by its own clock. Whatever it started is later than `launchedAfter`. */
  readonly launchedAfter: number;
  readonly queued: readonly Queued[];
  readonly refused: readonly { readonly target: string; readonly reason: string }[];
}

/** The enabled wrappers of a project for a type of object ("xnat:mrScanData") that the user has the rights for. */
export async function listWrappers(
  connection: XnatConnection,
  project: string,
  xsiType: string,
): Promise<readonly AvailableWrapper[]> {
  const call: Call = {
    method: "GET",
    path: ["xapi", "projects", project, "commands", "available"],
    query: { xsiType },
  };
  const reports = await connection.json(call, availableWrappers);
  return reports.filter(({ enabled }) => enabled !== false).map(toWrapper);
}

/**
 * Launches a wrapper on one object, given as URI: with a bare id the server takes the root's name for its type.
 *
 * Never repeated by itself: after XnatError "transient" the launch may have been queued. Look for it with `listContainers`.
 */
export async function launchContainer(
  connection: XnatConnection,
  launch: Launch,
  target: string,
): Promise<Queued> {
  const call = launchCall(launch, "launch", target);
  const report = await readReport(connection, call, launchReport);
  if (report.status !== "success") {
    throw complain("validation", call, {
      found: `the Container Service did not queue the launch: ${report.message}`,
      hint: "Check that the command is enabled in the project and that the user may launch it.",
    });
  }
  return { target, workflowId: assigned(report["workflow-id"]) };
}

/**
 * Launches a wrapper on many objects, `batch` per request. Comes back after every request, so that the caller can write down
 * what was launched before the next one is sent. Several candidates for an input cannot be chosen from in a bulk launch.
 */
export async function* launchContainers(
  connection: XnatConnection,
  launch: Launch,
  targets: readonly string[],
  batch = 50,
): AsyncGenerator<BulkLaunch, void, undefined> {
  for (let start = 0; start < targets.length; start += batch) {
    yield await launchBatch(connection, launch, targets.slice(start, start + batch));
  }
}

async function launchBatch(
  connection: XnatConnection,
  launch: Launch,
  targets: readonly string[],
): Promise<BulkLaunch> {
  for (const target of targets) requireLegal(launch, launch.root, target);
  // The root's value is text that holds a JSON array; all other values go to every target.
  const call = launchCall(launch, "bulklaunch", JSON.stringify(targets));
  const before = Date.now();
  let answered: number | undefined;
  const report = await readReport(connection, call, bulkReport, (answer) => {
    answered = Date.parse(answer.headers["date"] ?? "");
  });
  const targetOf = ({ params }: { readonly params: Record<string, unknown> }): string =>
    String(params[launch.root] ?? "");
  const queued = report.successes.map((success) => ({
    target: targetOf(success),
    workflowId: assigned(success["workflow-id"]),
  }));
  const refused = report.failures.map((failure) => ({
    target: targetOf(failure),
    reason: failure.message,
  }));
  const mentioned = new Set([...queued, ...refused].map(({ target }) => target));
  const forgotten = targets
    .filter((target) => !mentioned.has(target))
    .map((target) => ({ target, reason: "the server's answer does not mention it" }));
  const took = Date.now() - before;
  return {
    id: report["bulk-launch-id"],
    pipelineName: report["pipeline-name"],
    // The date header has whole seconds, and says when the answer was written.
    launchedAfter:
      (answered === undefined || Number.isNaN(answered) ? before : answered - took) - 1000,
    queued,
    refused: [...refused, ...forgotten],
  };
}

function launchCall(launch: Launch, verb: "launch" | "bulklaunch", rootValue: string): Call {
  for (const [name, value] of Object.entries(launch.values)) requireLegal(launch, name, value);
  if (verb === "launch") requireLegal(launch, launch.root, rootValue);
  const { project, wrapperId, root } = launch;
  return {
    method: "POST",
    path: ["xapi", "projects", project, "wrappers", wrapperId, "root", root, verb],
    body: jsonBody({ ...launch.values, [root]: rootValue }),
    repeatable: false,
    // Failures to queue are told with 500 and a report.
    accept: [500],
  };
}

function requireLegal(launch: Launch, name: string, value: string): void {
  const illegal = launch.findIllegalString(value);
  if (illegal === undefined) return;
  throw new UsageError(
    "E-LAUNCH-VALUE",
    `XNAT refuses the value of "${name}", since it holds ${illegal}: ${value}`,
    "Leave it out.",
  );
}

async function readReport<T>(
  connection: XnatConnection,
  call: Call,
  shape: Shape<T>,
  see: (answer: TextAnswer) => void = () => {},
): Promise<T> {
  const answer = await connection.text(call);
  see(answer);
  let value: unknown;
  try {
    value = JSON.parse(answer.text);
  } catch (cause) {
    throw unexpected(call, `status ${answer.status}, no report of a launch`, answer.text, cause);
  }
  const report = shape.safeParse(value);
  if (report.success) return report.data;
  throw unexpected(call, `status ${answer.status}, no report of a launch`, answer.text);
}

function assigned(workflowId: string): string | undefined {
  return /^\d+$/.test(workflowId) ? workflowId : undefined;
}

function toWrapper(report: WrapperReport): AvailableWrapper {
  return {
    id: report["wrapper-id"],
    name: report["wrapper-name"],
    label: report["wrapper-label"],
    commandId: report["command-id"],
    commandName: report["command-name"],
    image: report["image-name"],
    contexts: report["wrapper-contexts"] ?? [],
    root: report["root-element-name"],
  };
}
