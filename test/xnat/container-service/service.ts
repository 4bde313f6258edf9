import type { Site } from "../site.ts";
import type { Backend, RunHandle } from "./backend.ts";
import type { WrapperConfiguration } from "./resolve/resolution.ts";

// What the Container Service keeps beside the records of the site.

/** How containers are run. */
export interface ContainerOptions {
  readonly backend: Backend;
  /** Address containers reach the site by, such as the gateway of Docker's bridge. Without it they get the site's own. */
  readonly host?: string;
  /** Launches that are worked on at once; default 4. */
  readonly workers?: number;
  /** ms a launch waits in the queue; default 0. */
  readonly queueDelay?: number;
  /** `uid:gid` of the server setting container-user. */
  readonly containerUser?: string;
}

/**
 * What goes wrong with a container: its launch stays in the queue; it ends and nobody notices (`_Waiting`); it vanishes
 * while it runs; its logs are empty.
 */
export type ContainerFaultName = "queueStuck" | "statusLost" | "containerLost" | "logsEmpty";

export interface ContainerFault {
  readonly name: ContainerFaultName;
  /** Only launches of this wrapper. */
  readonly wrapper?: string;
  /** Only the nth launch that fits, from 1. */
  readonly nth?: number;
  /** At most so many. */
  readonly times?: number;
}

export interface Service {
  readonly options: ContainerOptions | undefined;
  /** By wrapper id for the site, by `<project>:<wrapper id>` for a project. */
  readonly configurations: Map<string, WrapperConfiguration>;
  /** Running containers by their number. */
  readonly running: Map<number, RunHandle>;
  /** Alias of the token each container was given. */
  readonly tokens: Map<number, string>;
  readonly killed: Set<number>;
  readonly faults: (ContainerFault & { seen: number; done: number })[];
  /** Work under way and waiting. */
  readonly queue: (() => Promise<void>)[];
  readonly active: Set<Promise<void>>;
  stopped: boolean;
}

const services = new WeakMap<Site, Service>();

const open = (options: ContainerOptions | undefined): Service => ({
  options,
  configurations: new Map(),
  running: new Map(),
  tokens: new Map(),
  killed: new Set(),
  faults: [],
  queue: [],
  active: new Set(),
  stopped: false,
});

/** The service of a site; without a back end nothing can be launched. */
export function serviceOf(site: Site): Service {
  const found = services.get(site) ?? open(undefined);
  services.set(site, found);
  return found;
}

export function openService(site: Site, options: ContainerOptions | undefined): void {
  services.set(site, open(options));
}

/** From now on launches that fit meet this fault. */
export function addContainerFault(site: Site, fault: ContainerFault): void {
  serviceOf(site).faults.push({ ...fault, seen: 0, done: 0 });
}

/** Faults a launch of a wrapper meets; each launch asks once. */
export function drawFaults(site: Site, wrapper: string): ReadonlySet<ContainerFaultName> {
  const drawn = new Set<ContainerFaultName>();
  for (const fault of serviceOf(site).faults) {
    if (fault.wrapper !== undefined && fault.wrapper !== wrapper) continue;
    fault.seen += 1;
    if (fault.nth !== undefined && fault.nth !== fault.seen) continue;
    if (fault.done >= (fault.times ?? Number.POSITIVE_INFINITY)) continue;
    fault.done += 1;
    drawn.add(fault.name);
  }
  return drawn;
}

/** Configuration of a wrapper: the project's over the site's, input by input. */
export function configurationOf(
  site: Site,
  wrapper: number,
  project: string | undefined,
): WrapperConfiguration {
  const { configurations } = serviceOf(site);
  const general = configurations.get(String(wrapper)) ?? {};
  const own = project === undefined ? undefined : configurations.get(`${project}:${wrapper}`);
  return {
    inputs: { ...general.inputs, ...own?.inputs },
    outputs: { ...general.outputs, ...own?.outputs },
  };
}

/** Puts work into the queue; workers take it in order. */
export function enqueue(site: Site, work: () => Promise<void>): void {
  const service = serviceOf(site);
  service.queue.push(work);
  pump(service);
}

function pump(service: Service): void {
  while (!service.stopped && service.active.size < (service.options?.workers ?? 4)) {
    const next = service.queue.shift();
    if (next === undefined) return;
    const running: Promise<void> = next().finally(() => {
      service.active.delete(running);
      pump(service);
    });
    service.active.add(running);
  }
}

/** Resolves when nothing waits or runs. */
export async function settle(site: Site): Promise<void> {
  const service = serviceOf(site);
  while (service.active.size > 0) await Promise.race(service.active);
}

/** Ends what runs; nothing new begins. */
export async function closeService(site: Site): Promise<void> {
  const service = serviceOf(site);
  service.stopped = true;
  service.queue.length = 0;
  for (const handle of service.running.values()) await handle.kill();
  await settle(site);
}
