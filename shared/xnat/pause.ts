import { setTimeout as wait } from "node:timers/promises";
import { anyPause } from "./retry.ts";
import { isRepeatable } from "./xnat-error.ts";

/** Waits before a transfer is tried again; `tried` counts the tries so far. */
export type Pause = (tried: number) => Promise<void>;

/** Any pause up to a limit that doubles, 1 s first and 32 s at most. */
export const pause: Pause = (tried) =>
  wait(anyPause(tried, { baseMs: 1_000, capMs: 32_000 }, Math.random));

/** Does `work` again after what may pass, `tries` times in all: the connection does not repeat a body that breaks off. */
export async function tryAgain<T>(tries: number, pause: Pause, work: () => Promise<T>): Promise<T> {
  for (let tried = 1; ; tried += 1) {
    try {
      return await work();
    } catch (error) {
      if (tried >= tries || !isRepeatable(error)) throw error;
      await pause(tried);
    }
  }
}
