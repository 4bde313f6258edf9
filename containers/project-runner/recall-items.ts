import type { Engine } from "./engine.ts";
import type { Item, ItemOutcome } from "./item.ts";
import { recallItem } from "./remember-items.ts";
import type { Known } from "./state.ts";

/**
 * Parts the items into those that earlier runs settled, for which XNAT is not asked, and those to look at. What is measured on maps is
 * looked at again when a map of its session is.
 */
export function recallItems(
  engine: Pick<Engine, "programs" | "options" | "existing">,
  known: Known,
  items: readonly Item[],
  how: { readonly recheck: boolean; readonly retryFailed: boolean },
): {
  readonly recalled: readonly { readonly item: Item; readonly outcome: ItemOutcome }[];
  readonly open: readonly Item[];
} {
  const recalled: { item: Item; outcome: ItemOutcome }[] = [];
  const open: Item[] = [];
  const busy = new Set<string>();
  // Maps come before what is measured on them.
  for (const item of items) {
    const { sessionId } = item.scan;
    const stale = item.assessorId !== "" && busy.has(sessionId);
    const outcome = stale ? undefined : recallItem(engine, known, item, how);
    if (outcome !== undefined) {
      recalled.push({ item, outcome });
      continue;
    }
    open.push(item);
    if (item.assessorId === "") busy.add(sessionId);
  }
  return { recalled, open };
}
