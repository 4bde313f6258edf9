import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { executeProgram } from "#containers/project-runner/execute-program.ts";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "execute-program-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const run = (source: string, signal = new AbortController().signal, timeOutMs = 20_000) => {
  const main = join(folder, "main.mjs");
  writeFileSync(main, source);
  const environment = { PATH: process.env["PATH"] ?? "", SOURCE_SCAN: "3" };
  return executeProgram({ main, argv: ["--a=1"], environment, folder, timeOutMs }, signal);
};

describe("a program that ends", () => {
  test("well says nothing, and has the given words and environment only", async () => {
    process.env["XNAT_PASS"] = "secret";
    const check = `if (process.env.XNAT_PASS || process.env.SOURCE_SCAN !== "3") process.exit(9);
      if (process.argv[2] !== "--a=1") process.exit(8);`;
    await expect(run(check)).resolves.toBeUndefined();
    delete process.env["XNAT_PASS"];
  });

  test.each([
    ["3", "E-ECHOES: Too few echoes.", "E-ECHOES", false],
    ["2", "E-OPTION: --a must be 2.", "E-OPTION", false],
    ["137", "", "E-KILLED", true],
    ["143", "Stopped by SIGTERM", "E-KILLED", true],
    ["70", "Error: oops\\n  at x.ts", "E-PROGRAM-ENDED", false],
  ])("with %s and %j is %s", async (code, text, expected, repeatable) => {
    const source = `console.error("first line"); console.error("${text}"); process.exit(${code});`;
    await expect(run(source)).rejects.toMatchObject({ code: expected, repeatable });
  });

  test("by a signal may be tried again", async () => {
    await expect(run('process.kill(process.pid, "SIGKILL")')).rejects.toMatchObject({
      code: "E-KILLED",
      repeatable: true,
    });
  });
});

const forever = "setInterval(() => {}, 1000)";

test("what takes too long is killed and named", async () => {
  await expect(run(forever, undefined, 300)).rejects.toMatchObject({ code: "E-TIME-OUT" });
});

test("a program dies with the run", async () => {
  const stop = new AbortController();
  const running = run(forever, stop.signal);
  setTimeout(() => stop.abort(), 200);
  await expect(running).rejects.toThrow(/abort/);
});
