import type { Engine } from "./engine.ts";
import type { Item, ItemOutcome } from "./item.ts";
import { runItemHere } from "./run-item-here.ts";
import { settleItem } from "./settle-item.ts";

/** Mode here: looks at what is stored for an item, and works it off where something is to be done. For runItems. */
export async function processHere(
  engine: Engine,
  item: Item,
  signal: AbortSignal,
): Promise<ItemOutcome> {
  signal.throwIfAborted();
  const settled = await settleItem(engine, item);
  return settled.kind === "settled" ? settled.outcome : runItemHere(engine, settled.task, signal);
}
