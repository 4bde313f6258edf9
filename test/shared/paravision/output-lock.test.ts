import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { lockOutput } from "#shared/paravision/output-lock.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "lock-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const hold = (content: object) => writeFileSync(join(folder, "lock"), JSON.stringify(content));

describe("the lock of an output", () => {
  test("is held by one run at a time, and free when it ends", () => {
    const lock = lockOutput(folder, "out");
    expect(() => lockOutput(folder, "out")).toThrow("Another run is writing into out");
    lock.release();
    expect(existsSync(join(folder, "lock"))).toBe(false);
    lockOutput(folder, "out").release();
  });

  test("of a killed run is taken over", async () => {
    const child = spawn("sleep", ["60"]);
    const { pid } = child;
    hold({ host: hostname(), pid });
    expect(() => lockOutput(folder, "out")).toThrow("Another run");
    const ended = new Promise((resolve) => child.on("exit", resolve));
    child.kill("SIGKILL");
    await ended;
    lockOutput(folder, "out").release();
  });

  test("of a process whose number another has now is taken over", () => {
    hold({ host: hostname(), pid: process.ppid, born: "1" });
    lockOutput(folder, "out").release();
  });

  test("of another machine is respected until it has been silent for long", () => {
    hold({ host: "elsewhere", pid: 1 });
    expect(() => lockOutput(folder, "out")).toThrow("Another run");
    const long = new Date(Date.now() - 3_600_000);
    utimesSync(join(folder, "lock"), long, long);
    lockOutput(folder, "out").release();
  });

  test("that another run took meanwhile is not removed by us", () => {
    const lock = lockOutput(folder, "out");
    hold({ host: "elsewhere", pid: 1 });
    lock.release();
    expect(existsSync(join(folder, "lock"))).toBe(true);
  });
});
