import { setTimeout as sleep } from "node:timers/promises";
import type { Log } from "#shared/program/log.ts";
import { type Followed, followContainers, type OpenLaunch } from "./follow-containers.ts";
import { ItemError } from "./judge-failure.ts";
import type { AvailableWrapper, ContainerLaunches } from "./project-server.ts";

/** A container to be launched and followed. */
export interface LaunchWish {
  readonly wrapper: AvailableWrapper;
  readonly sessionId: string;
  readonly scanId: string;
  /** Archive URI of the scan. */
  readonly target: string;
  /** Of the other inputs: those that differ from their defaults. */
  readonly values: Readonly<Record<string, string>>;
  /** What the inputs are when nothing is said. */
  readonly defaults: Readonly<Record<string, string>>;
  /** Some inputs have several candidates, which are chosen by `values`: a bulk launch cannot. */
  readonly alone: boolean;
}

/** Waiting and the clock; tests have their own. */
export interface Timing {
  /** Time in which launches are gathered for one request, ms. */
  readonly gatherMs: number;
  /** First and longest pause between two looks at the containers, ms. */
  readonly pausesMs: readonly [first: number, longest: number];
  /** Time without a container after which a launch's workflow is looked at, ms. */
  readonly patienceMs: number;
  /** Time without any change after which a launch is given up, ms. */
  readonly stuckMs: number;
}

/** A day without a change is no queue any more; a token lives two days. */
export const ordinaryTiming: Timing = {
  gatherMs: 500,
  pausesMs: [2_000, 30_000],
  patienceMs: 20_000,
  stuckMs: 24 * 3_600_000,
};

/** Launches containers, many with one request, and follows them to their end. */
export interface LaunchDesk {
  /**
   * The container of a wish when it is over. One that is at work on the same scan with the same values, of this run or of an earlier one,
   * is followed and nothing is launched.
   *
   * @throws XnatError; ItemError E-LAUNCH, E-OTHER-LAUNCH, E-STUCK
   */
  run(wish: LaunchWish, signal: AbortSignal): Promise<Followed>;
  /** The container of an earlier launch with the same values, at its end; undefined where none is at work or ended well. */
  rejoin(wish: LaunchWish, signal: AbortSignal): Promise<Followed | undefined>;
}

interface Waiting {
  readonly wish: LaunchWish;
  readonly open: OpenLaunch;
}

/** Opens the desk; containers that are there already are listed at the first wish. */
export function openDesk(
  launches: ContainerLaunches,
  log: Log,
  signal: AbortSignal,
  timing: Timing = ordinaryTiming,
): LaunchDesk {
  const follower = followContainers(launches, log, signal, timing);
  let gathered: Waiting[] = [];
  let sending: Promise<void> | undefined;

  const send = async () => {
    await sleep(timing.gatherMs, undefined, { signal });
    const batch = gathered;
    gathered = [];
    sending = undefined;
    const groups = Map.groupBy(batch, ({ wish: { wrapper, target, values, alone } }) =>
      JSON.stringify([wrapper.id, values, alone ? target : ""]),
    );
    for (const ones of groups.values()) await sendGroup(launches, log, ones);
  };

  return {
    run: async (wish, itemSignal) => {
      const open = await follower.open(wish, itemSignal);
      if (!open.found) {
        gathered.push({ wish, open });
        sending ??= send();
        await sending;
      }
      return open.ended;
    },
    rejoin: (wish, itemSignal) => follower.rejoin(wish, itemSignal),
  };
}

/** One request for all wishes of one wrapper with the same values. */
async function sendGroup(
  launches: ContainerLaunches,
  log: Log,
  waiting: readonly Waiting[],
): Promise<void> {
  const [first] = waiting;
  if (first === undefined) return;
  const { wrapper, values } = first.wish;
  try {
    if (waiting.length === 1) {
      await launches.launch(wrapper, first.wish.target, values);
      first.open.sent({ bulkId: "" });
    } else {
      const targets = waiting.map(({ wish }) => wish.target);
      const { id: bulkId, refused } = await launches.launchBulk(wrapper, targets, values);
      for (const { wish, open } of waiting) {
        const reason = refused.find(({ target }) => target === wish.target)?.reason;
        if (reason === undefined) open.sent({ bulkId });
        else open.fail(refusal(reason));
      }
    }
    log.info({ wrapper: wrapper.name, launches: waiting.length }, "containers launched");
  } catch (error) {
    for (const { open } of waiting) open.fail(error);
  }
}

function refusal(reason: string): ItemError {
  return new ItemError("E-LAUNCH", `XNAT did not queue the launch: ${reason}.`, {
    repeatable: true,
    origin: "xnat",
  });
}
