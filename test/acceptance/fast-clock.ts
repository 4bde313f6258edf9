import { syncBuiltinESMExports } from "node:module";
import timers from "node:timers";
import promises from "node:timers/promises";

// Loaded into a runner by --import: its waiting is over so many times sooner, so that tests need not sit through pauses, time-outs and
// looks at containers of half a minute. Nothing else of the program is changed, and the time of day is not.

const faster = Number(process.env["FAST_CLOCK"] ?? 1);
/** Waits below this, ms, are no waits for a server. */
const shortest = 300;
const scaled = (ms: unknown): number | undefined =>
  typeof ms === "number" && ms >= shortest ? ms / faster : (ms as number | undefined);

const later = globalThis.setTimeout;
const again = globalThis.setInterval;
const wait = promises.setTimeout;
const quick = Object.assign(
  (call: () => void, ms?: number, ...rest: []) => later(call, scaled(ms), ...rest),
  later,
);
const quickAgain = (call: () => void, ms?: number, ...rest: []) => again(call, scaled(ms), ...rest);
Object.assign(globalThis, { setTimeout: quick, setInterval: quickAgain });
Object.assign(timers, { setTimeout: quick, setInterval: quickAgain });
Object.assign(promises, {
  setTimeout: (ms?: number, ...rest: []) => wait(scaled(ms), ...rest),
});
syncBuiltinESMExports();
