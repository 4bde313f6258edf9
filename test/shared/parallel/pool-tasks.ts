import { InputError } from "#shared/errors.ts";
import { defineTask, serveTasks } from "#shared/parallel/pool.ts";

export const double = defineTask("double", (n: number) => 2 * n);

export const failByData = defineTask("fail-by-data", (file: string): number => {
  throw new InputError("E-TRUNCATED", `${file} is cut short.`, "Send it again.");
});

export const failByBug = defineTask("fail-by-bug", (_: null): number => {
  throw new RangeError("no such voxel");
});

serveTasks();
