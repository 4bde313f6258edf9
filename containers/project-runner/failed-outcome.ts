import type { ItemOutcome, ItemStatus } from "./item.ts";
import type { Failure } from "./judge-failure.ts";

/** An outcome without a result. */
export function plainOutcome(
  key: string,
  status: ItemStatus,
  facts: { readonly code: string; readonly reason: string } & Partial<ItemOutcome>,
): ItemOutcome {
  const nothing = { repeatable: false, seconds: 0, fingerprint: "", measures: [] };
  return { key, status, ...nothing, ...facts };
}

/** The outcome of an item that failed. */
export function failedOutcome(
  key: string,
  { code, reason, repeatable }: Failure,
  facts: Partial<ItemOutcome> = {},
): ItemOutcome {
  return plainOutcome(key, "failed", { ...facts, code, reason, repeatable });
}
