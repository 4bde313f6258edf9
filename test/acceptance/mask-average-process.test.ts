import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readContent } from "#test/bundle/folder-content.ts";
import {
  drawnAim,
  drawnForms,
  drawnImages,
  drawnMaps,
  rectangle,
  usualRegions,
} from "#test/containers/mask-average/drawn-scan.ts";
import {
  type Ended,
  expectRefusal,
  expectSuccess,
  fillFolder,
  fingerprint,
  isRoot,
  type LaunchOptions,
  launchWords,
  newFolder,
} from "./launch.ts";

// mask-average as a process: what a user sees, and what a run leaves behind.

const base = newFolder("mask-average-");
const words = (roi: string, ...more: string[]) => [
  ...["--reference", join(base, "scan"), "--roi", join(base, roi)],
  ...["--map", join(base, "maps"), ...more],
];

beforeAll(() => {
  chmodSync(base, 0o755);
  fillFolder(join(base, "scan"), drawnImages());
  fillFolder(join(base, "maps"), drawnMaps());
  fillFolder(join(base, "forms"), drawnForms());
  const far = { name: "far", outlines: [{ slice: 1, points: rectangle(80, 80, 90, 90) }] };
  fillFolder(join(base, "partial"), {
    "drawn.xml": drawnAim([...usualRegions, far]),
    "broken.xml": drawnAim().subarray(0, 700),
  });
});
afterAll(() => rmSync(base, { recursive: true, force: true }));

let runs = 0;
async function launch(given: readonly string[], more: LaunchOptions = {}): Promise<Ended> {
  const before = fingerprint(base);
  const output = join(newFolder(), `out-${++runs}`);
  const run = await launchWords("mask-average", given, { output, ...more });
  expect(fingerprint(base)).toBe(before);
  return run;
}

const lastLine = ({ stdout }: Ended) => stdout.trimEnd().split("\n").at(-1) ?? "";

describe("a run", () => {
  test.concurrent("gives the same bytes with other threads and another output folder, and touches no input", async () => {
    const given = words("forms", "--series", join(base, "scan"));
    const [one, other] = [await launch(given), await launch(given, { workers: 3 })];
    expectSuccess(one);
    expectSuccess(other);
    expect(readdirSync(one.output).sort()).toEqual(["report", "stats"]);
    expect(readContent(other.output)).toEqual(readContent(one.output));
    expect(lastLine(one)).toMatch(/done: results in/);
  });

  test.concurrent("lists every file it leaves in its manifest", async () => {
    const run = await launch(words("forms", "--legacy-outputs"));
    const manifest = JSON.parse(readFileSync(join(run.output, "report/manifest.json"), "utf8"));
    const listed = (manifest.files as { path: string }[]).map(({ path }) => path);
    expect([...listed, "report/manifest.json"].sort()).toEqual(
      Object.keys(readContent(run.output)),
    );
  });
});

describe("what could not be measured", () => {
  test.concurrent("is named by status.json and in the last line of the log; the rest is there", async () => {
    const run = await launch(words("partial"));
    expectSuccess(run);
    expect(lastLine(run)).toMatch(/partial: .*broken\.xml.*"far"/);
    const status = JSON.parse(readFileSync(join(run.output, "report/status.json"), "utf8"));
    expect(status).toMatchObject({ state: "partial" });
    expect(status.partial.join(" ")).toMatch(/broken\.xml.*far/);
  });

  test.concurrent("ends a run with --strict by exit code 1, with nothing written", async () => {
    const run = await launch(words("partial", "--strict"));
    expect(run.exitCode).toBe(1);
    expect(run.stderr).toMatch(/^E-PARTIAL: .*broken\.xml.*far.*--strict.*\n$/);
    expect(existsSync(run.output)).toBe(false);
  });

  test.concurrent("is no matter for --strict where there is nothing of it", async () => {
    expectSuccess(await launch(words("forms", "--strict", "--dicom=none")));
  });
});

describe("an output folder", () => {
  test.concurrent.each(["scan", "partial", "maps"])(
    "inside the input %s is refused",
    async (name) => {
      const output = join(base, name, "results");
      const run = await launch(words("partial"), { output });
      expectRefusal(run, { exitCode: 2, code: "E-OUTPUT-IN-INPUT", says: /elsewhere/ });
    },
  );

  test.concurrent("keeps earlier results when a run with --overwrite fails", async () => {
    const output = fillFolder(join(newFolder(), "out"), { "stats/a.csv": Buffer.from("earlier") });
    const run = await launch(words("absent", "--overwrite"), { output });
    expect(run).toMatchObject({ exitCode: 2, stderr: expect.stringMatching(/^E-ROI-PATH: .*\n$/) });
    expect(readFileSync(join(output, "stats/a.csv"), "utf8")).toBe("earlier");
  });
});

describe("an input that is missing is refused by name:", () => {
  test.concurrent.each([
    ["--reference", "E-INPUT-FOLDER"],
    ["--roi", "E-ROI-PATH"],
    ["--map", "E-MAP-FILE"],
    ["--series", "E-INPUT-FOLDER"],
  ] as const)("%s", async (option, code) => {
    const given = words("forms");
    const at = given.indexOf(option);
    const named = at < 0 ? given : given.toSpliced(at, 2);
    const run = await launch([...named, option, join(base, "absent")]);
    expectRefusal(run, { exitCode: 2, code, says: /absent/ });
  });
});

test.skipIf(!isRoot)(
  "as a user without name and home (needs root): results that everybody can read",
  async () => {
    const home = newFolder();
    mkdirSync(join(home, "out"));
    chmodSync(home, 0o755);
    chmodSync(join(home, "out"), 0o777);
    const run = await launch(words("forms"), { output: join(home, "out"), uid: 12345 });
    expectSuccess(run);
    expect(readdirSync(run.output).sort()).toEqual(["report", "stats"]);
  },
);
