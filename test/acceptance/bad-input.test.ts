import { rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { badImages, seriesChanges, together } from "./bad-images.ts";
import { readRecord } from "./dataset.ts";
import {
  expectRefusal,
  expectSuccess,
  fillFolder,
  launchOn,
  launchProgram,
  newFolder,
} from "./launch.ts";
import {
  backgroundNoise,
  describeScan,
  isObject,
  niftiFiles,
  type ScanFiles,
  type SmallScan,
  scanFiles,
} from "./small-scan.ts";
import { soundScans } from "./sound-scans.ts";

// Images no map can be made of, each through each program as a user runs it: exit code, one clear line, nothing left.

const base = newFolder();
afterAll(() => rmSync(base, { recursive: true, force: true }));

describe.each(soundScans)("$program", (scan) => {
  const { program, title } = scan;
  const make = (wish?: Partial<SmallScan>): ScanFiles => scanFiles(scan.describe(wish));
  const runOn = (files: ScanFiles, ...options: readonly string[]) =>
    launchOn(program, files, "--dicom=none", ...options);
  const all = `${title}: 100.0 % of 180 voxels`;

  test.concurrent.each(Object.entries(badImages(scan)))(
    "refuses %s",
    async (_, { files, options = [], ...refusal }) => {
      expectRefusal(await runOn(files(), ...options), refusal);
    },
  );

  test.concurrent("answers the question which of two series is meant by number or UID", async () => {
    const files = together({ a: make(), b: make({ changes: seriesChanges(9, "once more") }) });
    for (const series of ["9", "1.2.3.5"]) {
      const run = await runOn(files, "--series", series);
      expectSuccess(run);
      expect(run.stdout).toContain(all);
    }
    const run = await runOn(files, "--series", "7");
    expectRefusal(run, {
      ...{ exitCode: 2, code: "E-SERIES", says: /no such series.*series 4.*series 9/ },
    });
  });

  test.concurrent("says what is wrong in worker threads in the same one line", async () => {
    const home = join(base, program);
    const input = fillFolder(
      join(home, "in"),
      badImages(scan)["fragments that are no JPEG"]!.files(),
    );
    const run = await launchProgram(program, input, [], { output: join(home, "out"), workers: 2 });
    expectRefusal(run, { exitCode: 3, code: "E-DECODE", says: /JPEG/ });
  });

  test.concurrent("fits clipped values, says so, and wants to be checked", async () => {
    const { value } = scan.describe({ s0: 8000 });
    const run = await runOn(make({ value: (...at) => Math.min(value(...at), 4095) }));
    expectSuccess(run);
    expect(run.stdout).toContain("W-SATURATED");
    expect(readRecord(run, "status.json")).toMatchObject({
      verdict: "check",
      warnings: expect.arrayContaining([
        { code: "W-SATURATED", text: expect.stringContaining("4095") },
      ]),
    });
  });

  test.concurrent("fits the magnitude when phase images lie among its images", async () => {
    const phase = make({
      value: (i, j) => 100 * i + j,
      name: (k, e) => `phase-${k}-${e}.dcm`,
      changes: (k, e) => ({
        "00080008": ["CS", "ORIGINAL\\PRIMARY\\P"],
        "00080018": ["UI", `1.2.3.4.77.${k + 1}.${e + 1}`],
      }),
    });
    const run = await runOn({ ...make(), ...phase });
    expectSuccess(run);
    expect(run.stdout).toMatch(/W-PARTS/);
    expect(run.stdout).toContain(all);
  });

  test.concurrent("leaves copies of files out, and says so", async () => {
    const files = make();
    const copies = Object.entries(files).slice(0, 4);
    const run = await runOn({
      ...files,
      ...Object.fromEntries(copies.map(([name, bytes]) => [`copy of ${name}`, bytes])),
    });
    expectSuccess(run);
    expect(run.stdout).toMatch(/4 files are copies of others.*W-COPIES/);
    expect(readRecord(run, "status.json")["verdict"]).toBe("ok");
  });
});

describe("process-t2 makes the best of a flaw:", () => {
  const runOn = (files: ScanFiles, ...options: readonly string[]) =>
    launchOn("process-t2", files, ...options);

  test.concurrent("signals that do not decay: no T2 is invented, the verdict is check", async () => {
    const noise = describeScan({ value: backgroundNoise });
    const run = await runOn(
      scanFiles({
        value: (i, j, k, e) => (isObject(i, j, 20, 12) ? 500 : 0) + noise.value(i, j, k, e),
      }),
    );
    expectSuccess(run);
    expect(readRecord(run, "status.json")["verdict"]).toBe("check");
    expect(run.stdout).toContain("only 0.0 % of 180 voxels in the mask are valid");
  });

  test.concurrent("NaN in some voxels of a NIfTI file: those have a status, the others a T2", async () => {
    const scan = describeScan();
    const run = await runOn(
      niftiFiles(undefined, (i, j, k, t) =>
        i === 8 && j === 6 ? Number.NaN : scan.value(i, j, k, t),
      ),
      ...["--te", "10,20,30,40", "--mask", "none"],
    );
    expectSuccess(run);
    expect(readRecord(run, "provenance.json")["voxelCounts"]).toMatchObject({ "invalid-input": 3 });
  });
});
