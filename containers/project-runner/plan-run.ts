import type { Log } from "#shared/program/log.ts";
import { cacheAttributes } from "./cache-attributes.ts";
import { listItems, type Plan } from "./list-items.ts";
import type { ListedSession, ProjectServer } from "./project-server.ts";
import type { Order } from "./read-order.ts";
import { openPlanTable, type PlanTable } from "./result-table.ts";
import {
  countLeftOut,
  describeSessions,
  type LeftOut,
  type SessionFacts,
} from "./session-results.ts";
import type { SharedState } from "./share-state.ts";
import type { Known } from "./state.ts";

/** What is to be done, and what is known of the sessions. */
export interface PlannedRun {
  readonly plan: Plan;
  readonly table: PlanTable;
  readonly leftOut: LeftOut;
  readonly facts: (session: ListedSession) => SessionFacts;
}

/** Items that a log names one by one. */
const mostNamed = 100;

/**
 * Plans a run: lists the project, decides about every scan, reads groups and custom variables.
 *
 * @throws XnatError
 */
export async function planRun(
  server: ProjectServer,
  order: Order,
  known: Known,
  shared: Pick<SharedState, "add">,
  log: Log,
): Promise<PlannedRun> {
  const table = openPlanTable();
  const leftOut = countLeftOut();
  const plan = await listItems(
    server,
    order.choices,
    (row) => {
      table.add(row);
      leftOut.count(row);
    },
    cacheAttributes(server, known, shared),
  );
  const [subjects, variables] = await Promise.all([server.listSubjects(), server.readVariables()]);
  for (const { pipeline, scan, assessorId } of plan.items.slice(0, mostNamed)) {
    const on = assessorId === "" ? "" : ` in ${assessorId}`;
    log.info(
      {},
      `${scan.sessionLabel} scan ${scan.scanId} ${scan.seriesDescription}: ${pipeline}${on}`,
    );
  }
  const rest = plan.items.length - mostNamed;
  if (rest > 0) log.info({}, `and ${rest} more: plan.csv has them all`);
  const counts = { sessions: plan.sessions.length, items: plan.items.length };
  log.info(counts, "planned");
  return { plan, table, leftOut, facts: describeSessions(subjects, variables) };
}
