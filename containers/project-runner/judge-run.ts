import { exitCodes } from "#shared/errors.ts";
import type { ItemOutcome, ItemStatus } from "./item.ts";
import { isXnatCode, type Stop } from "./watch-failures.ts";

/** How many items came out how. */
export type Tally = Readonly<Record<ItemStatus, number>>;

/** What a run is worth. */
export interface RunJudgement {
  readonly tally: Tally;
  /** `nothing`: every item had a result already, or there was none to work on. */
  readonly state: "done" | "nothing" | "partial" | "failed" | "stopped";
  readonly exitCode: number;
  /** One sentence. */
  readonly sentence: string;
}

/** How each item came out, counted. */
export function tallyOutcomes(outcomes: Iterable<Pick<ItemOutcome, "status">>): Tally {
  const tally = { done: 0, current: 0, kept: 0, failed: 0, "left-out": 0, "not-started": 0 };
  for (const { status } of outcomes) tally[status] += 1;
  return tally;
}

/**
 * The verdict on a run and its exit code: 0 when everything that was tried succeeded; 1 when some of it failed (inside XNAT 0, since the
 * Container Service keeps nothing of a run that ends with another code); 3 when nothing that was tried succeeded, or a
 * run gave up before anything was done; 5 when XNAT was
 * lost for good.
 *
 * @param where.insideXnat - launched by the Container Service
 * @param where.strict - 1 for failures inside XNAT too
 */
export function judgeRun(
  tally: Tally,
  stop: Stop | undefined,
  where: { readonly insideXnat: boolean; readonly strict: boolean },
): RunJudgement {
  const { done, failed, current, kept } = tally;
  const rest = tally["not-started"];
  const total = done + failed + current + kept + rest + tally["left-out"];
  const counts = describeTally(tally);
  if (stop !== undefined && isXnatCode(stop.code)) {
    const sentence = `XNAT was lost: ${stop.reason} ${counts}.`;
    return { tally, state: "stopped", exitCode: exitCodes.xnat, sentence };
  }
  // What is kept is no success of a run that gave up.
  const hopeless = stop === undefined ? failed > 0 && kept === 0 : failed + rest > 0;
  if (hopeless && done + current === 0) {
    const because = stop === undefined ? "" : `Stopped early: ${stop.reason} `;
    const sentence = `${because}None of ${failed + rest} items succeeded. ${counts}.`;
    return { tally, state: "failed", exitCode: exitCodes.input, sentence };
  }
  if (failed > 0 || rest > 0 || stop !== undefined) {
    const quiet = where.insideXnat && !where.strict;
    const because = stop === undefined ? "" : `Stopped early: ${stop.reason} `;
    const sentence = `${because}${counts}.`;
    const exitCode = quiet ? exitCodes.done : exitCodes.partial;
    return { tally, state: stop === undefined ? "partial" : "stopped", exitCode, sentence };
  }
  if (done === 0) {
    const why = total === 0 ? "No scan of the project matches." : "There was nothing to do.";
    return { tally, state: "nothing", exitCode: exitCodes.done, sentence: `${why} ${counts}.` };
  }
  return { tally, state: "done", exitCode: exitCodes.done, sentence: `${counts}.` };
}

const words: Readonly<Record<ItemStatus, string>> = {
  done: "done",
  current: "done before",
  kept: "kept as they were",
  failed: "failed",
  "left-out": "left out",
  "not-started": "not started",
};

/** The counts in words: `12 done, 3 failed`; those that are 0 are not named. */
export function describeTally(tally: Tally): string {
  const parts = Object.entries(tally).flatMap(([status, count]) =>
    count === 0 ? [] : [`${count} ${words[status as ItemStatus]}`],
  );
  return parts.length === 0 ? "0 items" : parts.join(", ");
}
