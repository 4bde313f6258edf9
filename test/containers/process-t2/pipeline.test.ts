import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Ended, expectSuccess, fillFolder, launchProcessT2 } from "#test/acceptance/launch.ts";
import { scanFiles } from "#test/acceptance/small-scan.ts";
import { listPaths, readContent } from "#test/bundle/folder-content.ts";
import { onOneState } from "#test/bundle/sample-scan.ts";
import { noisyScan } from "./noisy-scan.ts";

// The whole program as a user runs it, on a small scan: what repeats, what the files say of each other.

const base = mkdtempSync(join(tmpdir(), "pipeline-"));
const scan = join(base, "scan");
let runs: readonly Ended[] = [];

beforeAll(async () => {
  fillFolder(scan, scanFiles(noisyScan()));
  const options = ["--legacy-outputs", "--dicom=both", "--flagged=nan", "--max-t2=120"];
  runs = await onOneState("process-t2", async () => {
    const made = [];
    for (const [index, workers] of [1, 1, 3].entries()) {
      const output = join(mkdtempSync(join(base, "run-")), `out-${index}`);
      made.push(await launchProcessT2(scan, options, { output, workers }));
    }
    return made;
  });
  for (const run of runs) expectSuccess(run);
});
afterAll(() => rmSync(base, { recursive: true, force: true }));

const readRun = (name: string, index = 0) =>
  JSON.parse(readFileSync(join(runs[index]!.output, name), "utf8")) as Record<string, never>;

describe("the same input and options", () => {
  test("give the same bytes of every file; of provenance.json all but its block `run`", () => {
    const [first, second] = runs.map(({ output }) => readContent(output));
    expect(Object.keys(first!).length).toBeGreaterThan(30);
    expect(second).toEqual(first);
  });

  test("give the same bytes with three workers", () => {
    const [first, , third] = runs.map(({ output }) => readContent(output));
    expect(third).toEqual(first);
  });

  test("leave times and facts of the host in that block alone", () => {
    const [one, two] = [readRun("report/provenance.json"), readRun("report/provenance.json", 2)];
    expect(one["run"]).toMatchObject({ workers: 1, startedAt: expect.stringMatching(/^\d{4}-/) });
    expect(two["run"]).toMatchObject({ workers: 3 });
    expect(one["options"]).not.toHaveProperty("workers");
  });
});

test("no result names a folder of this machine", () => {
  for (const path of listPaths(runs[0]!.output)) {
    const bytes = readFileSync(join(runs[0]!.output, path));
    const text = path.endsWith(".gz") ? gunzipSync(bytes) : bytes;
    if (!path.endsWith("provenance.json")) expect(text.includes(base), path).toBe(false);
  }
});

test("the manifest lists every file of the run with size and digest, and no other", () => {
  const { files } = readRun("report/manifest.json") as unknown as {
    files: { path: string; size?: number; sha256?: string }[];
  };
  const { output } = runs[0]!;
  const paths = files.map(({ path }) => path);
  expect([...paths, "report/manifest.json"].sort()).toEqual(listPaths(output));
  expect(paths).toEqual(paths.toSorted());
  for (const { path, size, sha256 } of files) {
    if (path === "report/provenance.json") continue;
    const bytes = readFileSync(join(output, path));
    expect(size, path).toBe(bytes.length);
    const digest = spawnSync("sha256sum", [join(output, path)], { encoding: "utf8" }).stdout;
    expect(digest.startsWith(sha256!), path).toBe(true);
  }
});

test("provenance names every input file with its digest and UID", () => {
  const { input } = readRun("report/provenance.json") as unknown as {
    input: { files: { path: string; sha256: string; sopInstanceUID: string }[] };
  };
  expect(input.files.map(({ path }) => path).sort()).toEqual(readdirSync(scan).sort());
  for (const { path, sha256, sopInstanceUID } of input.files) {
    const digest = spawnSync("sha256sum", [join(scan, path)], { encoding: "utf8" }).stdout;
    expect(digest.startsWith(sha256)).toBe(true);
    expect(sopInstanceUID).toMatch(/^1\.2\.3\.4\./);
  }
});

test("provenance marks what the user gave and what is a default", () => {
  const { options } = readRun("report/provenance.json") as unknown as {
    options: Record<string, { value: unknown; given: boolean }>;
  };
  expect(options["max-t2"]).toEqual({ value: 120, given: true });
  expect(options["model"]).toEqual({ value: "auto", given: false });
  expect(options["min-t2"]).toEqual({ value: null, given: false });
});

describe("every floating-point map", () => {
  test("has a sidecar that says its unit and what it was made of", () => {
    const { output } = runs[0]!;
    const maps = readdirSync(join(output, "maps")).filter((name) => name.endsWith(".nii.gz"));
    for (const name of maps) {
      const sidecar = readRun(`maps/${name.replace(/nii\.gz$/, "json")}`);
      expect(sidecar["SeriesInstanceUID"], name).toBe("1.2.3.5");
      expect(sidecar["EchoTime"], name).toBeDefined();
      if (!/_(dseg|mask)\./.test(name))
        expect(sidecar["Units"], name).toMatch(/^(s|1\/s|1|arbitrary)$/);
    }
    expect(maps.length).toBe(9);
  });
});

describe("maps under the names of XNAT-PIC", () => {
  const legacy = (name: string) => readFileSync(join(runs[0]!.output, "maps/legacy", name));

  test("are uncompressed, in ms and 1/s, NaN where there is no value", () => {
    expect(readdirSync(join(runs[0]!.output, "maps/legacy"))).toEqual([
      "4_R2_map.nii",
      "4_T2_map.nii",
      "4_log_file.txt",
    ]);
    const [t2, r2] = ["4_T2_map.nii", "4_R2_map.nii"].map((name) => {
      const bytes = legacy(name);
      const start = bytes.readFloatLE(108);
      const count = (bytes.length - start) / 4;
      return Array.from({ length: count }, (_, v) => bytes.readFloatLE(start + 4 * v));
    });
    const fitted = t2!.flatMap((value, v) => (Number.isNaN(value) ? [] : [v]));
    expect(fitted.length).toBeGreaterThan(50);
    for (const v of fitted) {
      expect(t2![v]!).toBeGreaterThanOrEqual(1);
      expect(t2![v]! * r2![v]!).toBeCloseTo(1000, 2);
    }
    expect(t2!.some(Number.isNaN)).toBe(true);
  });

  test("come with a log of what was done", () => {
    const text = legacy("4_log_file.txt").toString("utf8");
    expect(text).toContain("EchoTime [ms]: 10, 20, 30");
    expect(text).toContain("ok: ");
    expect(text).toContain("T2 map, scan 4, by process-t2");
  });
});
