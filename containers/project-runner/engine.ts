import type { Log } from "#shared/program/log.ts";
import type { Execute } from "./execute-program.ts";
import type { Limits } from "./limits.ts";
import type { ProgramOptions } from "./program-options.ts";
import type { Program } from "./programs.ts";
import type { ProjectServer } from "./project-server.ts";

/** What every item of a run works with. */
export interface Engine {
  readonly server: ProjectServer;
  /** By pipeline. */
  readonly programs: ReadonlyMap<string, Program>;
  readonly options: ReadonlyMap<string, ProgramOptions>;
  readonly runId: string;
  readonly existing: "keep" | "replace";
  /** Work folder, locked by this run. */
  readonly work: string;
  readonly limits: Limits;
  /** Longest time of one program, ms. */
  readonly timeOutMs: number;
  /** executeProgram, but for tests. */
  readonly execute: Execute;
  readonly log: Log;
}
