import { createHash } from "node:crypto";
import { mkdirSync, statfsSync } from "node:fs";
import { join } from "node:path";
import type { Log } from "#shared/program/log.ts";
import type { Engine } from "./engine.ts";
import { executeProgram } from "./execute-program.ts";
import { openLimits } from "./limits.ts";
import { lockWork } from "./lock-work.ts";
import type { ProjectServer } from "./project-server.ts";
import type { Order, RunnerOptions } from "./read-order.ts";
import { type SharedState, shareState } from "./share-state.ts";
import { openState, type State } from "./state.ts";
import { stopLeftovers } from "./stop-leftovers.ts";

/** The work folder of a run and what it needs to work. */
export interface Work {
  readonly engine: Engine;
  readonly state: State;
  readonly shared: SharedState;
  close(): void;
}

const mebi = 1024 * 1024;
/** No map of ours takes an hour; after half a day a program hangs. */
const longestProgramMs = 12 * 3_600_000;

/**
 * Opens the work folder of a project: locked against other runs, cleared of what a killed run left, with what earlier runs found out,
 * here or anywhere.
 *
 * @throws UsageError E-WORK, E-WORK-LOCKED; XnatError
 */
export async function openWork(
  server: ProjectServer,
  order: Order,
  options: RunnerOptions,
  runId: string,
  log: Log,
): Promise<Work> {
  // One folder may serve several projects and servers.
  const work = join(options.work, nameOfPlace(server.url, order.project));
  const unlock = lockWork(work);
  try {
    stopLeftovers(work);
    mkdirSync(join(work, "items"), { recursive: true });
    const state = openState(join(work, "state.jsonl"));
    const shared = await shareState(server, state, {
      ...{ work, runId, log, readOnly: options["dry-run"] },
    });
    const engine: Engine = {
      ...{ server, work, runId, log, existing: options.existing, timeOutMs: longestProgramMs },
      ...{ programs: order.programs, options: order.options, execute: executeProgram },
      limits: openLimits({
        jobs: options.jobs,
        memoryMiB: options["max-memory"] ?? Math.floor(process.availableMemory() / mebi),
        diskMiB: options["max-disk"] ?? freeDisk(work),
      }),
    };
    const close = () => {
      state.close();
      unlock();
    };
    return { engine, state, shared, close };
  } catch (error) {
    unlock();
    throw error;
  }
}

/** A folder name for a project of a site: the port and the path tell sites of one host apart, whose ids are alike. */
export function nameOfPlace(url: string, project: string): string {
  const { host, pathname } = new URL(url);
  const readable = `${host}${pathname === "/" ? "" : pathname}_${project}`.replace(/[^\w.-]/g, "_");
  const digest = createHash("sha256").update(`${url}\n${project}`).digest("hex");
  return `${readable.slice(0, 100)}_${digest.slice(0, 8)}`;
}

function freeDisk(folder: string): number {
  const { bavail, bsize } = statfsSync(folder);
  return Math.floor((bavail * bsize) / mebi);
}
