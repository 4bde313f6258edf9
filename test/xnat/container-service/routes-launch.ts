import { type Exchange, type Handler, Refusal, type Route, sendJson } from "../exchange.ts";
import type { Workflow } from "../site.ts";
import { containerRoute, readProject, readValues, userOf, wrapperOf } from "./answers.ts";
import { type Dialog, describeDialog, UnresolvedFields } from "./dialog.ts";
import { type LaunchOrder, LaunchRefused, queueLaunch } from "./launch.ts";
import { type ContainerFaultName, configurationOf } from "./service.ts";

const faultNames = ["queueStuck", "containerLost", "logsEmpty"] as const;

interface Report {
  readonly status: "success" | "failure";
  readonly [key: string]: unknown;
}

function success(order: LaunchOrder, workflow: Workflow | undefined): Report {
  return {
    status: "success",
    params: order.values,
    id: null,
    "command-id": 0,
    "wrapper-id": order.found.id,
    "workflow-id": order.jobId === "" && workflow ? workflow.id : "To be assigned",
  };
}

const failure = (message: string, wrapper: unknown, params: object = {}): Report => ({
  ...{ status: "failure", message, params, id: 0, "command-id": null, "wrapper-id": wrapper },
});

/** Who launches what; a report of failure when there is no such wrapper. */
async function readOrder(exchange: Exchange): Promise<LaunchOrder | Report> {
  const { site, params } = exchange;
  const user = userOf(exchange);
  const project = readProject(exchange);
  const values = await readValues(exchange);
  const found = wrapperOf(exchange);
  const id = Number(params["wrapper"] ?? 0);
  if (found === undefined) return failure(`No command wrapper for id ${id}`, id);
  const faults: ContainerFaultName[] = faultNames.filter((name) => exchange.fault(name));
  return { site, user, project, found, root: params["root"], values, jobId: "", faults };
}

const isReport = (order: LaunchOrder | Report): order is Report => "status" in order;

const launch: Handler = async (exchange) => {
  const order = await readOrder(exchange);
  if (isReport(order)) return sendJson(exchange, order, 500);
  try {
    sendJson(exchange, success(order, queueLaunch(order)));
  } catch (error) {
    if (!(error instanceof LaunchRefused)) throw error;
    sendJson(exchange, failure(error.message, order.found.id, order.values), 500);
  }
};

const bulkLaunch: Handler = async (exchange) => {
  const order = await readOrder(exchange);
  if (isReport(order)) return sendJson(exchange, order, 500);
  const { site, user, found } = order;
  const root = order.root ?? found.wrapper["external-inputs"]?.[0]?.name ?? "";
  const targets = readTargets(order.values[root]);
  if (targets === undefined) {
    const message = `No root element ${root} with a list of targets`;
    return sendJson(exchange, failure(message, found.id, order.values), 500);
  }
  const jobId = `bulk-${user.login}${site.clock.now()}${Math.floor(site.random() * 1000)}`;
  const orders = targets.map((target) => ({
    ...order,
    ...{ root, jobId, values: { ...order.values, [root]: target } },
  }));
  sendJson(exchange, {
    "bulk-launch-id": jobId,
    "pipeline-name": found.wrapper.name,
    successes: orders.map((one) => success(one, undefined)),
    failures: [],
  });
  // What cannot be launched shows nowhere: the answer has gone out.
  for (const one of orders) {
    try {
      queueLaunch(one);
    } catch (error) {
      if (!(error instanceof LaunchRefused)) throw error;
    }
  }
};

/** A text that holds a JSON array of texts. */
function readTargets(text: string | undefined): readonly string[] | undefined {
  try {
    const list = JSON.parse(text ?? "") as unknown;
    return Array.isArray(list) ? list.map(String) : undefined;
  } catch {
    return undefined;
  }
}

/** The form of a launch. @throws Refusal as the server answers */
export function openDialog(
  exchange: Exchange,
  values: Readonly<Record<string, string>>,
  isBulk: boolean,
): Dialog {
  const { site } = exchange;
  const user = userOf(exchange);
  const project = readProject(exchange);
  const found = wrapperOf(exchange);
  if (found === undefined) throw new Refusal(404, "");
  const configuration = configurationOf(site, found.id, project?.id);
  const { command } = found.stored;
  const { wrapper } = found;
  try {
    return describeDialog(
      { site, user, project, command, wrapper, configuration, values },
      found,
      isBulk,
    );
  } catch (error) {
    const { message } = error as Error;
    if (error instanceof UnresolvedFields) throw new Refusal(400, message);
    throw new Refusal(500, `The command could not be resolved.\n${message}`);
  }
}

const dialog: Handler = async (exchange) =>
  sendJson(exchange, openDialog(exchange, await readValues(exchange), false));

const bulkDialog: Handler = (exchange) => {
  const root = exchange.query("rootElement") ?? exchange.params["root"] ?? "";
  const sample = exchange.query("sampleTarget") ?? "";
  sendJson(exchange, openDialog(exchange, { [root]: sample }, true));
};

const wrappers = [
  "/projects/:project/wrappers/:wrapper",
  "/projects/:project/wrapper/:wrapper",
  "/wrappers/:wrapper",
  "/commands/:command/wrappers/:name",
  "/projects/:project/commands/:command/wrappers/:name",
];

/** Launch, bulk launch and their forms, in every spelling the server knows. */
export const launchRoutes: readonly Route[] = wrappers
  .flatMap((pattern) => [pattern, `${pattern}/root/:root`])
  .flatMap((pattern) => [
    containerRoute("POST", `${pattern}/launch`, launch),
    containerRoute("GET", `${pattern}/launch`, dialog),
    containerRoute("POST", `${pattern}/bulklaunch`, bulkLaunch),
    containerRoute("GET", `${pattern}/bulklaunch`, bulkDialog),
  ]);
