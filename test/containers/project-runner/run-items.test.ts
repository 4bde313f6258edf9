import { describe, expect, test } from "vitest";
import { plainOutcome } from "#containers/project-runner/failed-outcome.ts";
import type { Item, ItemOutcome } from "#containers/project-runner/item.ts";
import { ItemError } from "#containers/project-runner/judge-failure.ts";
import { type LoopOptions, runItems } from "#containers/project-runner/run-items.ts";
import { XnatError, type XnatErrorKind } from "#shared/xnat/xnat-error.ts";
import { scanOf } from "./project-run.ts";

const item = (session: string, assessorId = ""): Item => ({
  key: `${session}${assessorId}`,
  pipeline: assessorId === "" ? "process-t2" : "mask-average",
  scan: scanOf(session, "3"),
  assessorId,
});
const items = ["A", "B", "C", "D", "E", "F"].map((name) => item(name));
const done = ({ key }: Item) => plainOutcome(key, "done", { code: "", reason: "" });
const xnat = (kind: XnatErrorKind) => new XnatError(kind, { method: "GET", path: "/data" });

async function loop(
  list: readonly Item[],
  run: (item: Item, signal: AbortSignal) => Promise<ItemOutcome>,
  changes: Partial<LoopOptions> = {},
) {
  const told: string[] = [];
  const log = { info: () => {}, warn: () => {}, error: () => {} };
  const end = await runItems(list, run, {
    ...{ atOnce: 2, log, signal: new AbortController().signal, pausesMs: [0, 0] },
    stillThere: async () => true,
    onOutcome: async ({ key }) => {
      told.push(key);
    },
    ...changes,
  });
  return { ...end, told, statuses: end.outcomes.map(({ status }) => status).join(" ") };
}

describe("a run", () => {
  test("goes on past failures of single scans, however many", async () => {
    const { statuses, stopped } = await loop(items, async (one) => {
      if (one.key !== "F") throw new ItemError("E-ECHOES", "Too few echoes.");
      return done(one);
    });
    expect(statuses).toBe("failed failed failed failed failed done");
    expect(stopped).toBeUndefined();
  });

  test("repeats at the end what may be repeated, and tells each item once", async () => {
    const tries = new Map<string, number>();
    const { statuses, told } = await loop(items, async (one) => {
      const tried = (tries.get(one.key) ?? 0) + 1;
      tries.set(one.key, tried);
      if (one.key === "B" && tried < 3) throw xnat("transient");
      if (one.key === "D") throw xnat("locked");
      return done(one);
    });
    expect(statuses).toBe("done done done failed done done");
    expect(tries.get("D")).toBe(3);
    expect(told.toSorted()).toEqual(["A", "B", "C", "D", "E", "F"]);
  });

  test("measures regions after the maps of their session, repeats of these included", async () => {
    const order: string[] = [];
    let failed = false;
    await loop([item("A"), item("A", "_ROI"), item("B"), item("B", "_ROI")], async (one) => {
      if (one.key === "A" && !failed) {
        failed = true;
        throw xnat("transient");
      }
      order.push(one.key);
      return done(one);
    });
    expect(order).toEqual(["B", "B_ROI", "A", "A_ROI"]);
  });

  test("ends when the token has ended; the rest was not started and may be tried again", async () => {
    const { statuses, stopped, outcomes } = await loop(
      items,
      async (one) => {
        if (one.key === "A") return done(one);
        throw xnat("token-ended");
      },
      { atOnce: 1 },
    );
    expect(statuses).toBe("done not-started not-started not-started not-started not-started");
    expect(stopped?.code).toBe("E-XNAT-TOKEN-ENDED");
    expect(outcomes[3]).toMatchObject({ repeatable: true, code: "E-XNAT-TOKEN-ENDED" });
  });

  test("ends when XNAT is gone, in the middle of the list", async () => {
    const away = async (one: Item) => {
      if (one.key < "B") return done(one);
      throw xnat("transient");
    };
    const { stopped } = await loop(items, away, { atOnce: 1, stillThere: async () => false });
    expect(stopped).toMatchObject({ code: "E-XNAT-TRANSIENT" });
    expect(stopped?.reason).toContain("no longer answers");
  });

  test("ends when the first three fail alike for a reason that is not theirs", async () => {
    let tried = 0;
    const { stopped, statuses } = await loop(
      items,
      async () => {
        tried += 1;
        throw new ItemError("E-PROGRAM-ENDED", "The program ended with exit code 70.");
      },
      { atOnce: 1 },
    );
    expect(stopped?.code).toBe("E-FIRST-ALIKE");
    expect(tried).toBe(3);
    expect(statuses).toContain("not-started");
  });

  test("ends when the disk stays full", async () => {
    const full = () => Promise.reject(Object.assign(new Error("ENOSPC"), { code: "ENOSPC" }));
    const { stopped } = await loop(items, (one) =>
      one.key === "A" ? Promise.resolve(done(one)) : full(),
    );
    expect(stopped?.code).toBe("E-DISK-FULL");
  });

  test("stops at once when it is told to", async () => {
    const stop = new AbortController();
    const { statuses, stopped } = await loop(
      items,
      async (one, signal) => {
        if (one.key === "A") return done(one);
        stop.abort();
        signal.throwIfAborted();
        return done(one);
      },
      { signal: stop.signal, atOnce: 1 },
    );
    expect(statuses).toBe("done not-started not-started not-started not-started not-started");
    expect(stopped?.code).toBe("E-INTERRUPTED");
  });
});
