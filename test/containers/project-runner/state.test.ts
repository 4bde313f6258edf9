import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { plainOutcome } from "#containers/project-runner/failed-outcome.ts";
import { lockWork } from "#containers/project-runner/lock-work.ts";
import { type ItemLine, openState } from "#containers/project-runner/state.ts";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "state-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const line = (key: string, at: string): ItemLine => ({
  ...{ line: "item", at, identity: "i", program: "process-t2", version: "1", options: "o" },
  outcome: plainOutcome(key, "done", { code: "", reason: at }),
});

describe("the state of a run", () => {
  test("survives a line that broke off, lines of other versions, and what is no text of ours", () => {
    const path = join(folder, "state.jsonl");
    const first = openState(path);
    first.add(line("A", "1"));
    first.add(line("B", "1"));
    first.close();
    appendFileSync(path, '{"line":"later"}\nnull\n{"line":"item","at":"2","ide');
    const second = openState(path);
    second.add(line("C", "2"));
    second.close();
    const third = openState(path);
    expect([...third.items.keys()]).toEqual(["A", "B", "C"]);
    third.close();
    expect(readFileSync(path, "utf8")).toContain('"ide\n{"line":"item"');
  });

  test("the younger of two copies counts, and what the server has is not sent again", () => {
    const state = openState(join(folder, "other.jsonl"));
    state.add(line("A", "2"));
    state.add(line("B", "2"));
    state.merge([line("A", "2"), line("B", "3")]);
    expect(state.items.get("B")?.at).toBe("3");
    expect(
      state.takeNew().map(({ at, ...rest }) => [at, JSON.stringify(rest).includes('"B"')]),
    ).toEqual([["2", true]]);
    expect(state.takeNew()).toEqual([]);
    state.close();
  });
});

describe("the lock of a work folder", () => {
  test("refuses a second run, and is taken over from a process that is gone", () => {
    const work = join(folder, "work");
    const unlock = lockWork(work);
    expect(() => lockWork(work)).toThrow(/Another run \(process \d+/);
    unlock();
    lockWork(work)();
    writeFileSync(join(work, "lock.json"), '{"pid": 4194303, "host": "gone"}');
    lockWork(work)();
    writeFileSync(join(work, "lock.json"), '{"pi');
    lockWork(work)();
  });
});
