import { expect, test } from "vitest";
import { plainOutcome } from "#containers/project-runner/failed-outcome.ts";
import type { ItemOutcome } from "#containers/project-runner/item.ts";
import { recallItems } from "#containers/project-runner/recall-items.ts";
import { rememberItem } from "#containers/project-runner/remember-items.ts";
import type { ItemLine } from "#containers/project-runner/state.ts";
import { listedItem, outcome } from "./project-example.ts";

const engine = { programs: new Map(), options: new Map(), existing: "keep" } as const;
const nothing = { items: new Map(), programs: new Set<string>(), attributes: new Map() };

/** What a later run takes over of an outcome of this one. */
function recall(before: ItemOutcome, how = { recheck: false, retryFailed: false }) {
  const item = listedItem(1);
  const line = rememberItem(engine, nothing, item, before, new Date("2026-11-20"));
  const items = new Map<string, ItemLine>([[item.key, line]]);
  return recallItems(engine, { ...nothing, items }, [item], how).recalled[0]?.outcome;
}

const failed = (code: string) => plainOutcome(listedItem(1).key, "failed", { code, reason: "No." });

test("what was done is not looked at again, and says no more than is known", () => {
  const known = recall(outcome(1));
  expect(known).toMatchObject({ status: "current", measures: outcome(1).measures });
  expect(known?.reason).not.toContain("images");
  expect(recall(outcome(1), { recheck: true, retryFailed: false })).toBeUndefined();
});

test("what failed for its images would fail again", () => {
  expect(recall(failed("E-TE-CONSTANT"))).toMatchObject({
    ...{ status: "failed", reason: "Failed before (2026-11-20): No." },
  });
  expect(recall(failed("E-TE-CONSTANT"), { recheck: false, retryFailed: true })).toBeUndefined();
});

test.each([
  ...["E-XNAT-FORBIDDEN", "E-XNAT-PROTOCOL", "E-MAX-DISK", "E-OUT-OF-MEMORY", "E-STUCK"],
  ...["E-CHANGED-MEANWHILE", "E-CONTAINER", "E-COPY-IN-THE-WAY"],
])("what failed with %s is looked at again: another user, limit or day may help", (code) => {
  expect(recall(failed(code))).toBeUndefined();
});
