import type { Log } from "#shared/program/log.ts";
import type { Item, ItemOutcome } from "./item.ts";

/** How the loop works; nothing of it changes results. */
export interface LoopOptions {
  /** Items under way at once, among them those that only load or store. */
  readonly atOnce: number;
  readonly log: Log;
  /** Ends the run: what is under way is stopped, the rest is not started. */
  readonly signal: AbortSignal;
  /** Pauses before the first, second ... repeat of the items whose failure may pass, ms; their number is the number of repeats. */
  readonly pausesMs?: readonly number[];
  /** True when XNAT answers and the user still has access: asked when items fail one after the other. */
  readonly stillThere: () => Promise<boolean>;
  /** Told of each outcome as it is known, in the order of ending. An item that is tried again is told once, at its end. */
  readonly onOutcome: (item: Item, outcome: ItemOutcome) => Promise<void>;
}

/** The end of the loop. */
export interface LoopEnd {
  /** One for each item, in the order of the items. */
  readonly outcomes: readonly ItemOutcome[];
  /** Why it ended before its time, with a stable code; undefined when every item had its turn. */
  readonly stopped: { readonly code: string; readonly reason: string } | undefined;
}

/**
 * Runs items side by side to the end of the list: goes on past failures, repeats at the end what may be repeated, and stops early
 * only where going on is pointless (XNAT gone, the token ended, the disk full for good, the first three failing alike).
 *
 * @param items - items that wait for others (mask-average for the maps of its session) come after them
 * @param run - never throws for what is the item's own; XnatError and ProgramError are outcomes too
 */
export async function runItems(
  _items: readonly Item[],
  _run: (item: Item, signal: AbortSignal) => Promise<ItemOutcome>,
  _options: LoopOptions,
): Promise<LoopEnd> {
  throw new Error("not written yet");
}
