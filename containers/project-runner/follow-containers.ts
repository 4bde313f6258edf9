import { setTimeout as sleep } from "node:timers/promises";
import type { Log } from "#shared/program/log.ts";
import { isOver } from "#shared/xnat/container-status.ts";
import { ItemError } from "./judge-failure.ts";
import type { LaunchWish, Timing } from "./launch-desk.ts";
import type { ContainerLaunches, LaunchedContainer } from "./project-server.ts";

/** A container, or a launch that never became one, that is over. */
export type Followed = Pick<LaunchedContainer, "id" | "status" | "statusText">;

/** A launch that is followed. */
export interface OpenLaunch {
  /** A container was at work already: there is nothing to launch. */
  readonly found: boolean;
  readonly ended: Promise<Followed>;
  /** Told when XNAT has queued it. */
  sent(ids: { readonly bulkId: string }): void;
  fail(error: unknown): void;
}

/** Follows launches by one list for all of them. */
export interface Follower {
  open(wish: LaunchWish, signal: AbortSignal): Promise<OpenLaunch>;
  /** The container of an earlier launch with the same values, at its end: one at work, else one that ended well; else undefined. */
  rejoin(wish: LaunchWish, signal: AbortSignal): Promise<Followed | undefined>;
}

interface Followee {
  readonly wish: LaunchWish;
  /** Containers on the same scan that were over before the launch. */
  readonly before: ReadonlySet<string>;
  ids: { readonly bulkId: string } | undefined;
  sentAt: number;
  /** When the workflow is looked at next, ms of the clock. */
  nextLook: number;
  last: string;
  lastChange: number;
  resolve(followed: Followed): void;
  reject(error: unknown): void;
}

/** Opens the follower. It asks only while something is open, at growing intervals while nothing changes. */
export function followContainers(
  launches: ContainerLaunches,
  log: Log,
  signal: AbortSignal,
  timing: Timing,
): Follower {
  const open = new Set<Followee>();
  /** By wrapper and object, as last listed. */
  let listed: ReadonlyMap<string, readonly LaunchedContainer[]> = new Map();
  let following = false;

  const list = async () => {
    const containers = new Map<string, LaunchedContainer[]>();
    for await (const one of launches.listContainers()) {
      const key = keyOf(one.wrapperId, one.values.get("scan"));
      const known = containers.get(key);
      if (known === undefined) containers.set(key, [one]);
      else known.push(one);
    }
    listed = containers;
  };
  let listing: Promise<void> | undefined;
  const listTogether = () => {
    listing ??= list().finally(() => {
      listing = undefined;
    });
    return listing;
  };
  const containersOf = (wish: LaunchWish) => {
    const all = listed.get(keyOf(wish.wrapper.id, wish.target)) ?? [];
    return all.map((one) => ({ ...one, same: sameValues(one.values, wish) }));
  };
  let first: Promise<void> | undefined;
  const ready = () => {
    first ??= list();
    return first;
  };

  const settle = (one: Followee, end: () => void) => {
    if (!open.delete(one)) return;
    end();
  };
  const look = async (one: Followee): Promise<boolean> => {
    const now = performance.now();
    const own = containersOf(one.wish).find(({ id, same }) => same && !one.before.has(id));
    let found: Followed | undefined = own;
    if (found === undefined && one.ids !== undefined && now >= one.nextLook) {
      one.nextLook = now + Math.max(timing.patienceMs, (now - one.sentAt) / 2);
      const { wrapper, sessionId, scanId } = one.wish;
      const { bulkId } = one.ids;
      const launch = { wrapperName: wrapper.name, sessionId, scanId };
      found = await launches.findWorkflow(bulkId === "" ? launch : { ...launch, bulkId });
      // A workflow that is complete has a container, which the next list will show.
      if (found?.status.state === "complete") found = undefined;
    }
    const status = found?.statusText ?? one.last;
    const changed = status !== one.last;
    if (changed) one.lastChange = now;
    one.last = status;
    if (found !== undefined && isOver(found.status)) {
      const over = found;
      settle(one, () => one.resolve(over));
      return true;
    }
    if (now - one.lastChange > timing.stuckMs) {
      settle(one, () => one.reject(stuck(status, timing)));
    }
    return changed;
  };
  const follow = async () => {
    const [shortest, longest] = timing.pausesMs;
    let pause = shortest;
    try {
      while (open.size > 0) {
        await sleep(pause, undefined, { signal });
        await list();
        let changed = false;
        for (const one of [...open]) if (await look(one)) changed = true;
        pause = changed ? shortest : Math.min(longest, pause * 1.5);
      }
    } catch (error) {
      for (const one of [...open]) settle(one, () => one.reject(error));
    } finally {
      following = false;
    }
  };

  const begin = (wish: LaunchWish, itemSignal: AbortSignal, before: ReadonlySet<string>) => {
    const now = performance.now();
    const promise = Promise.withResolvers<Followed>();
    const one: Followee = {
      ...{ wish, before, ids: undefined, sentAt: now, nextLook: Infinity },
      ...{ last: "", lastChange: now, resolve: promise.resolve, reject: promise.reject },
    };
    promise.promise.catch(() => {}); // Waited for by the desk, later.
    open.add(one);
    const abort = () => settle(one, () => one.reject(itemSignal.reason));
    itemSignal.addEventListener("abort", abort, { once: true });
    if (!following) {
      following = true;
      void follow();
    }
    const ended = promise.promise.finally(() => itemSignal.removeEventListener("abort", abort));
    return { one, ended };
  };
  /** A launch of an earlier life that waits in XNAT's queue has a workflow and no container: until it has one, or is over. */
  const leaveQueue = async (wish: LaunchWish, either: AbortSignal) => {
    const { wrapper, sessionId, scanId } = wish;
    const launch = { wrapperName: wrapper.name, sessionId, scanId };
    const [shortest, longest] = timing.pausesMs;
    const since = performance.now();
    for (let pause = shortest; ; pause = Math.min(longest, pause * 1.5)) {
      if (containersOf(wish).some(({ status }) => !isOver(status))) return;
      const queued = await launches.findWorkflow(launch);
      if (queued === undefined) return;
      if (!isOver(queued.status)) {
        if (performance.now() - since > timing.stuckMs) throw stuck(queued.statusText, timing);
        await sleep(pause, undefined, { signal: either });
      }
      await listTogether();
      if (isOver(queued.status)) return;
    }
  };
  const idsOver = (here: ReturnType<typeof containersOf>) =>
    new Set(here.flatMap(({ id, status }) => (isOver(status) ? [id] : [])));

  return {
    open: async (wish, itemSignal) => {
      await ready();
      const here = containersOf(wish);
      const running = here.filter(({ status }) => !isOver(status));
      const other = running.find(({ same }) => !same);
      if (other !== undefined) {
        const text = `A container with other options is at work on the scan (${other.statusText}).`;
        throw new ItemError("E-OTHER-LAUNCH", text, { repeatable: true, origin: "xnat" });
      }
      const found = running.length > 0;
      if (found) log.info({ scan: wish.target }, "a container of an earlier launch is followed");
      const { one, ended } = begin(wish, itemSignal, idsOver(here));
      return {
        ...{ found, ended },
        sent: (ids) => {
          one.ids = ids;
          one.sentAt = performance.now();
          one.nextLook = one.sentAt + timing.patienceMs;
        },
        fail: (error) => settle(one, () => one.reject(error)),
      };
    },
    rejoin: async (wish, itemSignal) => {
      await ready();
      await leaveQueue(wish, AbortSignal.any([signal, itemSignal]));
      const here = containersOf(wish).filter(({ same }) => same);
      if (here.every(({ status }) => isOver(status))) {
        return here.find(({ status }) => status.state === "complete");
      }
      log.info({ scan: wish.target }, "a container of an earlier launch is followed");
      return begin(wish, itemSignal, idsOver(here)).ended;
    },
  };
}

function stuck(status: string, { stuckMs }: Timing): ItemError {
  const hours = Math.round((stuckMs / 3_600_000) * 10) / 10;
  const text = `The container has been "${status || "queued"}" for ${hours} h without a change; it was left as it is.`;
  return new ItemError("E-STUCK", text, { origin: "xnat" });
}

/** Of a wrapper and an object, however the server spells its address. */
function keyOf(wrapperId: string, target: string | undefined): string {
  return `${wrapperId} ${(target ?? "").replace(/^\/(data|archive)(?=\/)/, "")}`;
}

/** Whether a container was launched with the values of a wish, spelled out or left to their defaults. */
function sameValues(
  sent: ReadonlyMap<string, string>,
  { wrapper, values, defaults }: LaunchWish,
): boolean {
  const wanted = { ...defaults, ...values };
  const names = new Set([...sent.keys(), ...Object.keys(values)]);
  names.delete(wrapper.root);
  return [...names].every((name) => {
    // Choices among candidates that a container leaves out, or spells out, are the only ones there are.
    if (!Object.hasOwn(defaults, name)) {
      return !Object.hasOwn(values, name) || sent.get(name) === values[name];
    }
    return (sent.get(name) || (defaults[name] ?? "")) === wanted[name];
  });
}
