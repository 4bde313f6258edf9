import { setTimeout as wait } from "node:timers/promises";

/** Time, so that tests need not wait. */
export interface Clock {
  /** ms since 1970. */
  now(): number;
  /** Ends early, without error, when the signal is aborted. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
  /** Calls later, without keeping the process alive; returns how to call it off. */
  later(ms: number, call: () => void): () => void;
}

/** The computer's own clock. */
export const realClock: Clock = {
  now: () => Date.now(),
  async sleep(ms, signal) {
    try {
      await wait(ms, undefined, { signal });
    } catch {
      // Aborted: whoever sleeps looks at the signal next.
    }
  },
  later(ms, call) {
    const timer = setTimeout(call, ms);
    timer.unref();
    return () => clearTimeout(timer);
  },
};
