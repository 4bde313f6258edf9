import { join } from "node:path";
import { UsageError } from "#shared/errors.ts";
import type { Log } from "#shared/program/log.ts";
import type { ProgramContext } from "#shared/program/run-program.ts";
import { plainOutcome } from "./failed-outcome.ts";
import type { Item, ItemOutcome } from "./item.ts";
import { openDesk } from "./launch-desk.ts";
import { launchItem } from "./launch-item.ts";
import { openJournal } from "./launch-journal.ts";
import type { Plan } from "./list-items.ts";
import type { Work } from "./open-work.ts";
import { processHere } from "./process-here.ts";
import type { AvailableWrapper } from "./project-server.ts";
import type { Order, RunnerOptions } from "./read-order.ts";
import { recallItems } from "./recall-items.ts";
import { rememberItem } from "./remember-items.ts";
import { type LoopEnd, runItems } from "./run-items.ts";

/** How a plan ended: one outcome for each of its items, those that earlier runs settled among them. */
export interface WorkedOff {
  readonly outcomes: ReadonlyMap<string, ItemOutcome>;
  readonly end: LoopEnd;
}

/** Scans that are fetched or stored while others are computed: as many as there are connections, so that none waits idle. */
const besideJobs = 6;

/**
 * Works a plan off, here or by containers that XNAT launches; a dry run only says what earlier runs settled.
 *
 * @throws UsageError E-NOT-ENABLED
 */
export async function workOff(
  plan: Plan,
  order: Order,
  { engine, state, shared }: Work,
  options: RunnerOptions,
  log: Log,
  progress: ProgramContext["progress"],
): Promise<WorkedOff> {
  const how = { recheck: options.recheck, retryFailed: options["retry-failed"] };
  const { recalled, open } = recallItems(engine, state, plan.items, how);
  if (recalled.length > 0) log.info({ items: recalled.length }, "settled by earlier runs");
  const all = (outcomes: readonly ItemOutcome[]) =>
    new Map(
      [...recalled, ...plan.unread]
        .map(({ outcome }) => outcome)
        .concat(outcomes)
        .map((outcome) => [outcome.key, outcome]),
    );
  if (options["dry-run"]) {
    return { outcomes: all(open.map(toDo)), end: { outcomes: [], stopped: undefined } };
  }
  const stop = new AbortController();
  const advance = progress("scans");
  let ended = 0;
  const byContainers = options.mode === "container-service";
  const run = byContainers ? await openContainers(order, engine, log, stop.signal) : undefined;
  try {
    const end = await runItems(
      open,
      (item, signal) =>
        run === undefined ? processHere(engine, item, signal) : run.item(item, signal),
      {
        atOnce: byContainers ? options.batch : options.jobs + besideJobs,
        ...{ log, signal: stop.signal },
        stillThere: () => engine.server.requireProject().then(() => true),
        onOutcome: async (item, outcome) => {
          advance(++ended, open.length);
          await shared.add(rememberItem(engine, state, item, outcome, new Date()));
        },
      },
    );
    await shared.finish();
    return { outcomes: all(end.outcomes), end };
  } finally {
    stop.abort();
    run?.close();
  }
}

async function openContainers(order: Order, engine: Work["engine"], log: Log, signal: AbortSignal) {
  const { launches, project } = engine.server;
  const wrappers = new Map<string, AvailableWrapper>();
  const available = await launches.listWrappers();
  for (const { name, scanWrapper, image } of order.programs.values()) {
    const found = available.filter((one) => one.name === scanWrapper);
    const fitting = found.find((one) => one.image === image);
    if (fitting !== undefined) wrappers.set(scanWrapper, fitting);
    else throw notEnabled(name, scanWrapper, image, project, found);
  }
  const journal = openJournal(join(engine.work, "launches.txt"));
  const desk = openDesk(launches, log, signal);
  return {
    item: (item: Item, itemSignal: AbortSignal) =>
      launchItem(engine, { desk, journal, wrappers }, item, itemSignal),
    close: journal.close,
  };
}

function notEnabled(
  name: string,
  wrapper: string,
  image: string,
  project: string,
  found: readonly AvailableWrapper[],
): UsageError {
  if (found.length === 0) {
    return new UsageError(
      "E-NOT-ENABLED",
      `${wrapper} is not enabled in project ${project}, or you may not launch it.`,
      `Ask an owner of the project to enable ${name}, or use --mode here.`,
    );
  }
  return new UsageError(
    "E-NOT-ENABLED",
    `${wrapper} is enabled in project ${project} with the image ${found.map((one) => one.image).join(", ")}, but this program goes with ${image}.`,
    "Install and enable images of one version, or use --mode here.",
  );
}

function toDo({ key }: Item): ItemOutcome {
  const said = { code: "", reason: "to be looked at", repeatable: true };
  return plainOutcome(key, "not-started", said);
}
