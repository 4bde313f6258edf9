import { spawnSync } from "node:child_process";
import { describe, expect, test } from "vitest";

// The log writes to standard output itself, so each case runs in a process of its own.
const room = new URL("../../../shared/program/log.ts", import.meta.url).href;

function say(format: "text" | "json", terminal: boolean): string {
  const script = `
    import { openLog } from "${room}";
    const log = openLog("${format}", ${terminal});
    log.info({ shape: [2, 3], token: "s3cret", user: { PatientID: "M1" } }, "echo train read");
    log.warn({ code: "W-STIM" }, "careful");`;
  const run = spawnSync(process.execPath, ["--input-type=module", "-e", script], {
    encoding: "utf8",
  });
  expect([run.status, run.stderr]).toEqual([0, ""]);
  return run.stdout;
}

describe("a log", () => {
  test("for people is a line with time, level, message and numbers", () => {
    const [first, second] = say("text", false).trimEnd().split("\n");
    expect(first).toMatch(/^\[\d\d:\d\d:\d\d\] INFO: echo train read \{"shape":\[2,3\]/);
    expect(second).toMatch(/WARN: careful \{"code":"W-STIM"\}$/);
  });

  test("for programs is an object a line", () => {
    const lines = say("json", false)
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(lines).toMatchObject([
      { msg: "echo train read", shape: [2, 3] },
      { msg: "careful", code: "W-STIM" },
    ]);
  });

  test.each(["text", "json"] as const)(
    "as %s names no secret and no patient, at the top or within",
    (format) => {
      const text = say(format, false);
      expect(text).not.toMatch(/s3cret|M1/);
      expect(text.match(/\[removed\]/g)).toHaveLength(2);
    },
  );

  test("is coloured on a terminal only", () => {
    expect(say("text", true)).toContain("\u001b[");
    expect(say("text", false)).not.toContain("\u001b[");
    expect(say("json", true)).not.toContain("\u001b[");
  });
});
