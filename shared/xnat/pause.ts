import { setTimeout as wait } from "node:timers/promises";

/** Waits before a transfer is tried again; `tried` counts the tries so far. */
export type Pause = (tried: number) => Promise<void>;

/** Any pause up to a limit that doubles, 1 s first and 32 s at most: those who wait together must not come back together. */
export const pause: Pause = (tried) =>
  wait(Math.random() * Math.min(32_000, 1_000 * 2 ** (tried - 1)));
