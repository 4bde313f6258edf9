import { threadId } from "node:worker_threads";
import { InputError } from "#shared/errors.ts";
import { defineTask, serveTasks } from "#shared/parallel/pool.ts";

export const double = defineTask("double", (n: number) => 2 * n);

export const failByData = defineTask("fail-by-data", (file: string): number => {
  throw new InputError("E-TRUNCATED", `${file} is cut short.`, "Send it again.");
});

export const failByBug = defineTask("fail-by-bug", (_: null): number => {
  throw new RangeError("no such voxel");
});

/** Keeps its thread busy for some ms and says which it was. */
export const occupy = defineTask("occupy", (ms: number) => {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
  return threadId;
});

serveTasks();
