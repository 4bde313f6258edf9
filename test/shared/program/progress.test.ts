import { expect, test } from "vitest";
import type { Log } from "#shared/program/log.ts";
import { startProgress } from "#shared/program/progress.ts";

function listen() {
  const lines: string[] = [];
  const say = (_: object, message: string) => lines.push(message);
  const log: Log = { info: say, warn: say, error: say };
  let drawn = "";
  const terminal = {
    write: (text: string) => {
      drawn += text;
      return true;
    },
  } as unknown as NodeJS.WriteStream;
  return { lines, log, terminal, drawn: () => drawn };
}

test("a log gets a line for every ten per cent, each once", () => {
  const { lines, log } = listen();
  const progress = startProgress("reading", log, undefined);
  for (let done = 0; done <= 320; done++) progress(done, 320);
  expect(lines).toEqual(Array.from({ length: 11 }, (_, n) => `reading ${10 * n} %`));
});

test("coarse steps leave lines out and never repeat or go back", () => {
  const { lines, log } = listen();
  const progress = startProgress("fitting", log, undefined);
  for (const done of [1, 2, 2, 1, 3]) progress(done, 3);
  expect(lines).toEqual(["fitting 30 %", "fitting 60 %", "fitting 100 %"]);
});

test("a terminal gets a bar that grows in place and ends its line", () => {
  const { lines, log, terminal, drawn } = listen();
  const progress = startProgress("reading", log, terminal);
  for (let done = 0; done <= 1000; done++) progress(done, 1000);
  const states = drawn().split("\r").slice(1);
  expect(states).toHaveLength(101);
  expect(states[0]).toContain("░".repeat(30));
  expect(states[50]).toContain(`${"█".repeat(15)}${"░".repeat(15)}  50 %`);
  expect(states.at(-1)).toBe(`reading            ${"█".repeat(30)} 100 %\n`);
  expect(drawn().match(/\n/g)).toHaveLength(1);
  expect(lines).toEqual([]);
});

test("a stage without work is done at once", () => {
  const { lines, log } = listen();
  startProgress("fitting", log, undefined)(0, 0);
  expect(lines).toEqual(["fitting 100 %"]);
});
