import type { Log } from "#shared/program/log.ts";
import { failedOutcome, plainOutcome } from "./failed-outcome.ts";
import type { Item, ItemOutcome } from "./item.ts";
import { judgeFailure } from "./judge-failure.ts";
import { type Stop, watchFailures } from "./watch-failures.ts";

/** How the loop works; nothing of it changes results. */
export interface LoopOptions {
  /** Items under way at once, among them those that only load or store. */
  readonly atOnce: number;
  readonly log: Log;
  /** Ends the run: what is under way is stopped, the rest is not started. */
  readonly signal: AbortSignal;
  /** Pauses before the first, second ... repeat of the items whose failure may pass, ms; their number is the number of repeats. */
  readonly pausesMs?: readonly number[];
  /** True when XNAT answers and the user still has access: asked when items fail one after the other. */
  readonly stillThere: () => Promise<boolean>;
  /** Told of each outcome as it is known, in the order of ending. An item that is tried again is told once, at its end. */
  readonly onOutcome: (item: Item, outcome: ItemOutcome) => Promise<void>;
}

/** The end of the loop. */
export interface LoopEnd {
  /** One for each item, in the order of the items. */
  readonly outcomes: readonly ItemOutcome[];
  /** Why it ended before its time, with a stable code; undefined when every item had its turn. */
  readonly stopped: Stop | undefined;
}

/** Repeats of what may pass: half a minute, then two more. */
const ordinaryPauses = [30_000, 120_000] as const;

/**
 * Runs items side by side to the end of the list: goes on past failures, repeats at the end what may be repeated, and stops early
 * only where going on is pointless (XNAT gone, the token ended, the disk full for good, the first three failing alike).
 *
 * An item of a ROI collection waits for the maps of its session, which come before it in the list.
 *
 * @param run - what it throws is the failure of the item
 */
export async function runItems(
  items: readonly Item[],
  run: (item: Item, signal: AbortSignal) => Promise<ItemOutcome>,
  options: LoopOptions,
): Promise<LoopEnd> {
  const { log, signal } = options;
  const outcomes = new Map<string, ItemOutcome>();
  const stop = new AbortController();
  const stopped = AbortSignal.any([signal, stop.signal]);
  const watch = watchFailures(options.stillThere, () => stop.abort());
  const tell = async (item: Item, outcome: ItemOutcome) => {
    outcomes.set(item.key, outcome);
    log.info({}, describe(item, outcome, outcomes.size, items.length));
    await options.onOutcome(item, outcome);
  };

  let open = items;
  const pauses = options.pausesMs ?? ordinaryPauses;
  for (let round = 0; open.length > 0 && !stopped.aborted; round++) {
    const again: Item[] = [];
    const rest = await runRound(open, options.atOnce, stopped, async (item) => {
      const outcome = await run(item, stopped).catch((error: unknown) => {
        if (stopped.aborted) return undefined;
        return failedOutcome(item.key, judgeFailure(error));
      });
      // What was stopped half-way, or cannot but fail now, had no turn.
      if (outcome === undefined || (await watch.ends(outcome))) return false;
      if (outcome.status === "failed" && outcome.repeatable && round < pauses.length) {
        log.warn({ code: outcome.code }, `${nameOf(item)}: ${outcome.reason} It is tried again.`);
        again.push(item);
        return false;
      }
      await tell(item, outcome);
      return true;
    });
    // In the order of the list: maps that are tried again before what waits for them.
    open =
      again.length === 0 ? [] : items.filter((item) => again.includes(item) || rest.includes(item));
    if (open.length > 0) await pause(pauses[round] ?? 0, stopped);
  }
  const why = watch.reason() ?? (signal.aborted ? interrupted : undefined);
  return {
    outcomes: items.map((item) => outcomes.get(item.key) ?? notStarted(item, why)),
    stopped: why,
  };
}

const interrupted: Stop = { code: "E-INTERRUPTED", reason: "The run was stopped." };

function notStarted({ key }: Item, why: Stop | undefined): ItemOutcome {
  const { code = "", reason = "" } = why ?? {};
  return { ...plainOutcome(key, "not-started", { code, reason }), repeatable: true };
}

/**
 * Each item once, in their order; one that waits for others of its session lets the next ones pass.
 *
 * @param work - says whether the item is at its end
 * @returns items whose turn did not come, since those they wait for are not at their end
 */
async function runRound(
  items: readonly Item[],
  atOnce: number,
  stopped: AbortSignal,
  work: (item: Item) => Promise<boolean>,
): Promise<readonly Item[]> {
  const waiting = [...items];
  /** Maps of each session that are not at their end. */
  const maps = new Map<string, number>();
  for (const { scan, assessorId } of items) {
    if (assessorId === "") maps.set(scan.sessionId, (maps.get(scan.sessionId) ?? 0) + 1);
  }
  const isReady = ({ scan, assessorId }: Item) =>
    assessorId === "" || (maps.get(scan.sessionId) ?? 0) === 0;
  const underWay = new Set<Promise<void>>();
  const begin = (item: Item) => {
    const turn = work(item).then((ended) => {
      const { sessionId } = item.scan;
      if (ended && item.assessorId === "") maps.set(sessionId, (maps.get(sessionId) ?? 1) - 1);
    });
    underWay.add(turn);
    const leave = () => underWay.delete(turn);
    turn.then(leave, leave);
  };
  for (;;) {
    const next = underWay.size < atOnce && !stopped.aborted ? waiting.findIndex(isReady) : -1;
    if (next >= 0) {
      for (const item of waiting.splice(next, 1)) begin(item);
    } else if (underWay.size > 0) await Promise.race(underWay);
    else return waiting;
  }
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise<void>((resolve) => {
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener("abort", end);
  });
}

function describe(item: Item, outcome: ItemOutcome, done: number, total: number): string {
  const { status, code, reason, seconds } = outcome;
  const time = seconds > 0 ? ` in ${seconds.toFixed(1)} s` : "";
  const why = reason === "" ? "" : `: ${code === "" ? "" : `${code} `}${reason}`;
  return `${done} of ${total}: ${nameOf(item)} ${status}${time}${why}`;
}

/** An item in a line of the log: labels, not ids. */
function nameOf({ scan, pipeline, assessorId }: Item): string {
  const collection = assessorId === "" ? "" : ` ${assessorId}`;
  return `${scan.subjectLabel} ${scan.sessionLabel} scan ${scan.scanId} ${pipeline}${collection}`;
}
