import { spawn, spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

const program = fileURLToPath(new URL("./tiny-program.ts", import.meta.url));
let base: string;
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), "hallway-"));
  mkdirSync(join(base, "in"));
});
afterEach(() => rmSync(base, { recursive: true, force: true }));

const places = () => ["--input", join(base, "in"), "--output", join(base, "out")];
const run = (...words: string[]) =>
  spawnSync(process.execPath, [program, ...words], { encoding: "utf8", timeout: 30_000 });
const word = () => join(base, "out/results/word.txt");

test("--help explains every option on standard output, and nothing runs", () => {
  const { status, stdout, stderr } = run("--help");
  expect([status, stderr]).toEqual([0, ""]);
  for (const name of ["--input", "--end", "--log-format", "--strict"])
    expect(stdout).toContain(name);
});

test("--version is name, version and commit in one line", () => {
  const { version } = JSON.parse(
    readFileSync(new URL("../../../package.json", import.meta.url), "utf8"),
  );
  const { status, stdout } = run("--version");
  expect(status).toBe(0);
  expect(stdout).toMatch(
    new RegExp(`^tiny ${version.replaceAll(".", "\\.")} \\(([0-9a-f]{7,}(-dirty)?|unknown)\\)\n$`),
  );
});

describe("exit codes:", () => {
  test("0, results in place, readable for everybody, nothing on standard error", () => {
    const { status, stderr, stdout } = run(...places());
    expect([status, stderr]).toEqual([0, ""]);
    expect(readFileSync(word(), "utf8")).toBe("word");
    expect(statSync(word()).mode & 0o444).toBe(0o444);
    expect(stdout).toContain("done: results in");
    expect(readdirSync(join(base, "out"))).toEqual(["results"]);
  });

  test.each([
    ["usage", 2],
    ["input", 3],
    ["unsupported", 4],
  ])("%s error is %d: one line with its code, no results, no stack", (end, code) => {
    const { status, stderr } = run(...places(), "--end", end);
    expect(status).toBe(code);
    expect(stderr).toMatch(/^E-TINY: [^\n]+\n$/);
    expect(existsSync(join(base, "out"))).toBe(false);
  });

  test.each([
    ["bug", /TypeError: x is not a function\n\s+at .*tiny-program\.ts/],
    ["thrown-text", /only text/],
  ])("%s is 70, called a bug, with what is known of it, no results", (end, says) => {
    const { status, stderr } = run(...places(), "--end", end);
    expect(status).toBe(70);
    expect(stderr).toContain("This is a bug in the program, not in your images.");
    expect(stderr).toMatch(says);
    expect(existsSync(join(base, "out"))).toBe(false);
  });

  test("an unknown option is 2, before anything is made", () => {
    const { status, stderr } = run(...places(), "--ende", "done");
    expect(status).toBe(2);
    expect(stderr).toMatch(/^E-OPTION-UNKNOWN: .*--end/);
    expect(existsSync(join(base, "out"))).toBe(false);
  });
});

describe("partly done", () => {
  test("is 0 with the results, and the last line of the log names what is missing", () => {
    const { status, stdout } = run(...places(), "--end", "partial");
    expect(status).toBe(0);
    expect(existsSync(word())).toBe(true);
    expect(stdout.trimEnd().split("\n").at(-1)).toContain(
      "partial: the second word; the third word",
    );
  });

  test("is 1 without results under --strict", () => {
    const { status, stderr } = run(...places(), "--end", "partial", "--strict");
    expect(status).toBe(1);
    expect(stderr).toMatch(/^E-PARTIAL: .*the second word; the third word.*without --strict/);
    expect(existsSync(join(base, "out"))).toBe(false);
  });

  test("--strict changes nothing for a run that is whole", () => {
    expect(run(...places(), "--strict").status).toBe(0);
    expect(existsSync(word())).toBe(true);
  });
});

describe("the output folder", () => {
  test("that holds files is refused without --overwrite, replaced with it", () => {
    mkdirSync(join(base, "out/results"), { recursive: true });
    writeFileSync(join(base, "out/results/old.txt"), "old");
    expect(run(...places()).status).toBe(2);
    expect(existsSync(join(base, "out/results/old.txt"))).toBe(true);
    expect(run(...places(), "--overwrite").status).toBe(0);
    expect(readdirSync(join(base, "out/results"))).toEqual(["word.txt"]);
  });

  test("lies in none of the folders that are read, whichever option names them", () => {
    mkdirSync(join(base, "maps"));
    const { status, stderr } = run(
      ...["--input", join(base, "in"), "--output", join(base, "maps/out")],
      ...["--map", join(base, "in"), "--map", join(base, "maps")],
    );
    expect(status).toBe(2);
    expect(stderr).toContain(`E-OUTPUT-IN-INPUT: The output folder ${join(base, "maps/out")}`);
    expect(readdirSync(join(base, "maps"))).toEqual([]);
  });

  test("keeps its earlier results when the new run fails", () => {
    mkdirSync(join(base, "out/results"), { recursive: true });
    writeFileSync(join(base, "out/results/old.txt"), "old");
    expect(run(...places(), "--overwrite", "--end", "input").status).toBe(3);
    expect(readdirSync(join(base, "out/results"))).toEqual(["old.txt"]);
  });
});

describe("the log", () => {
  test("in json is one object a line, with the numbers as fields", () => {
    const { stdout } = run(...places(), "--log-format", "json", "--workers", "3");
    const lines = stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    const written = lines.find(({ msg }) => msg === "written");
    expect(written).toMatchObject({ pool: 3, given: ["input", "output", "workers", "log-format"] });
    expect(lines.at(-1)).toMatchObject({ files: 1 });
  });

  test("never says a password or a patient's name", () => {
    for (const format of ["text", "json"]) {
      const { stdout } = run(...places(), "--overwrite", "--log-format", format);
      expect(stdout).toContain("[removed]");
      expect(stdout).not.toMatch(/hunter2|Doe/);
    }
  });

  test("has no colours and no bar where no terminal reads it", () => {
    const { stdout, stderr } = run(...places());
    expect(stdout + stderr).not.toContain("\u001b");
    expect(stdout).toMatch(/counting 50 %/);
    expect(stderr).toBe("");
  });
});

const script = spawnSync("script", ["--version"]).error === undefined;
const onTerminal = "a terminal gets a bar instead of lines, and the results all the same";
test.skipIf(!script)(script ? onTerminal : `${onTerminal} (skipped: no script)`, () => {
  const words = [process.execPath, program, ...places()].map((part) => `'${part}'`).join(" ");
  const { status, stdout } = spawnSync("script", ["-qec", words, "/dev/null"], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
  });
  expect(status).toBe(0);
  expect(stdout).toMatch(/\rcounting +█{15}░{15} +50 %/);
  expect(stdout).not.toContain("counting 50 %");
  expect(existsSync(word())).toBe(true);
});

describe.each([
  ["SIGTERM", 143],
  ["SIGINT", 130],
  ["SIGHUP", 129],
] as const)("%s", (signal, code) => {
  test(`ends a run with ${code}, one line, and nothing in the output folder`, async () => {
    const child = spawn(process.execPath, [program, ...places(), "--end", "hang"], {
      stdio: ["ignore", "pipe", "pipe"],
    });
    let stderr = "";
    child.stderr.on("data", (text: Buffer) => {
      stderr += text;
    });
    child.stdout.on("data", (text: Buffer) => {
      if (text.includes("hanging")) child.kill(signal);
    });
    const ended = await new Promise<number | null>((resolve) => child.on("close", resolve));
    expect(ended).toBe(code);
    expect(stderr).toBe(`Stopped by ${signal}; nothing was written.\n`);
    expect(existsSync(join(base, "out"))).toBe(false);
  });
});

test.each([[[]], [["--log-format", "json"]], [["--help"]]])(
  "a reader of the log that goes away costs nothing (%j)",
  async (words) => {
    const stdio = ["ignore", "pipe", "inherit"] as const;
    const child = spawn(process.execPath, [program, ...places(), ...words], { stdio: [...stdio] });
    child.stdout!.destroy();
    const ended = await new Promise<number | null>((resolve) => child.on("close", resolve));
    expect(ended).toBe(0);
    expect(existsSync(word())).toBe(!words.includes("--help"));
  },
);

describe("a program that prints, or goes on with its earlier results", () => {
  const printer = fileURLToPath(new URL("./tiny-printer.ts", import.meta.url));
  const call = (...words: string[]) =>
    spawnSync(process.execPath, [printer, ...words], { encoding: "utf8", timeout: 30_000 });
  const out = () => join(base, "out");

  test("has its result alone on standard output, the log on standard error, and makes no folder", () => {
    const { status, stdout, stderr } = call("list", join(base, "in"), "--output", out());
    expect([status, stdout]).toEqual([0, "one\ttwo\n"]);
    expect(stderr).toContain("listed");
    expect(stderr).toMatch(/INFO: done \{"files":0\}\n$/);
    expect(existsSync(out())).toBe(false);
  });

  test("prints whatever the output folder holds, and ends with its own exit code", () => {
    mkdirSync(out());
    writeFileSync(join(out(), "foreign"), "");
    const { status, stdout } = call("list", "--output", out(), "--exit", "1");
    expect([status, stdout]).toEqual([1, "one\ttwo\n"]);
    expect(readdirSync(out())).toEqual(["foreign"]);
  });

  test("logs to standard output when it writes files", () => {
    const { stdout, stderr } = call("add", join(base, "in"), "--output", out());
    expect(stdout).toContain("new");
    expect(stdout).toContain("done: results in");
    expect(stderr).toBe("");
  });

  test("finds its earlier results, needs no --overwrite, and replaces what it wrote by the hallway", () => {
    expect(call("--output", out()).status).toBe(0);
    writeFileSync(join(out(), "own/later"), "kept");
    const again = call("--output", out(), "--exit", "1");
    expect(again.status).toBe(1);
    expect(again.stdout).toContain("going on");
    expect(readdirSync(out()).sort()).toEqual(["own", "report"]);
    expect(readFileSync(join(out(), "report/page"), "utf8")).toBe("exit 1");
    expect(readFileSync(join(out(), "own/later"), "utf8")).toBe("kept");
  });

  test("does not write into the folder it reads, however that is named", () => {
    const { status, stderr } = call("add", join(base, "in"), "--output", join(base, "in/out"));
    expect(status).toBe(2);
    expect(stderr).toContain("E-OUTPUT-IN-INPUT");
    expect(readdirSync(join(base, "in"))).toEqual([]);
  });
});
