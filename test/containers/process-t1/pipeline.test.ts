import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { fillFolder } from "#test/acceptance/launch.ts";
import type { ScanFiles } from "#test/acceptance/small-scan.ts";
import { encodeNiftiBytes } from "#test/phantom/nifti-bytes.ts";
import { medianError, readReport, readSamples, warningsOf } from "./read-result.ts";
import {
  columns,
  type Method,
  recoveryFiles,
  recoveryNifti,
  rows,
  slices,
  trueB1,
} from "./recovery-scan.ts";
import { runInMemory } from "./run-in-memory.ts";

// The whole program on small scans of each method: noise of SNR 100 to 300, T1 from 300 to 2400 ms.

const base = mkdtempSync(join(tmpdir(), "process-t1-"));
afterAll(() => rmSync(base, { recursive: true, force: true }));
let folders = 0;

/** A run on a folder with these files. */
function runOn(files: ScanFiles, ...words: string[]) {
  folders += 1;
  return runInMemory(fillFolder(join(base, String(folders)), files), "--dicom=none", ...words);
}

/** The relative B1 of the scan as a NIfTI file on the grid of the NIfTI scans. */
function b1File(unit: string, factor: number): string {
  folders += 1;
  const path = join(base, `b1-${folders}.nii`);
  const shape = [columns, rows, slices];
  const value = (_: number, j: number) => factor * trueB1(j);
  writeFileSync(path, encodeNiftiBytes({ shape, type: "float32", value }));
  writeFileSync(path.replace(/nii$/, "json"), JSON.stringify({ Units: unit }));
  return path;
}

const modelOf = (files: ReadonlyMap<string, Uint8Array>) =>
  readReport(files, "summary.json")["model"] as { name: string; variant: string; reason: string };

describe("the method is read from what varies, and T1 is that of the scan:", () => {
  test.each([
    ["sr", "saturation recovery, 3-parameter, expected Rician"],
    ["ir", "inversion recovery, magnitude, expected Rician"],
  ] as const)("%s in DICOM and NIfTI", async (method, variant) => {
    const dicom = await runOn(recoveryFiles(method));
    expect(modelOf(dicom).variant).toBe(variant);
    expect(medianError(dicom)).toBeLessThan(0.02);
    const nifti = await runOn(recoveryNifti(method));
    expect(modelOf(nifti).variant).toBe(variant);
    expect(medianError(nifti)).toBeLessThan(0.02);
    expect(warningsOf(dicom)).toEqual([]);
    expect(readReport(dicom, "status.json")["verdict"]).toBe("ok");
  });

  test("flip angles with a B1 map, relative or in percent", async () => {
    for (const [unit, factor] of [
      ["1", 1],
      ["percent", 100],
    ] as const) {
      const files = await runOn(recoveryNifti("vfa"), `--b1-map=${b1File(unit, factor)}`);
      expect(modelOf(files).variant).toBe("variable flip angle");
      expect(medianError(files)).toBeLessThan(0.02);
      expect(warningsOf(files)).toEqual([]);
    }
  });

  test("flip angles without one, with a warning and another T1", async () => {
    const files = await runOn(recoveryFiles("vfa"));
    expect(warningsOf(files)).toEqual(["W-NO-B1"]);
    expect(medianError(files)).toBeGreaterThan(0.05);
  });
});

describe("complex inversion recovery", () => {
  const together = (parts: readonly ("M" | "P" | "R" | "I")[]) =>
    Object.assign({}, ...parts.map((part) => recoveryFiles("ir", part))) as ScanFiles;

  test.each([
    ["real and imaginary", ["R", "I"]],
    ["magnitude and phase", ["M", "P"]],
  ] as const)("of %s images is found and fitted", async (_, parts) => {
    const files = await runOn(together(parts));
    expect(modelOf(files)).toMatchObject({
      variant: "inversion recovery, complex",
      reason: expect.stringContaining("both parts are there"),
    });
    expect(medianError(files)).toBeLessThan(0.01);
    // The noise is that of the channels: 20.
    const { noise } = readReport(files, "summary.json") as { noise: { sigma: number } };
    expect(noise.sigma / 20).toBeCloseTo(1, 1);
  });

  test("in BIDS files is found and fitted", async () => {
    const files = await runOn({
      ...recoveryNifti("ir", { part: "R", name: "s_part-real_IRT1" }),
      ...recoveryNifti("ir", { part: "I", name: "s_part-imag_IRT1" }),
    });
    expect(modelOf(files).variant).toBe("inversion recovery, complex");
    expect(medianError(files)).toBeLessThan(0.01);
  });

  test("gives way to the magnitudes when these are named", async () => {
    const files = await runOn(together(["M", "P"]), "--model=ir-magnitude");
    expect(modelOf(files).variant).toContain("magnitude");
    expect(warningsOf(files)).toEqual(["W-PARTS"]);
    expect(medianError(files)).toBeLessThan(0.02);
  });
});

describe("signed inversion recovery", () => {
  /** Real images whose phase was taken out before. */
  const signed = recoveryFiles("ir", "R", {
    value: (i, j, _, n) => {
      const t1 = 300 * 8 ** ((i - 6) / 11);
      const inside = i >= 6 && i < 18 && j >= 4 && j < 12;
      const time = [50, 150, 300, 600, 1000, 1500, 2500, 4000][n]!;
      return inside ? Math.round(5000 * (1 - 1.9 * Math.exp(-time / t1))) & 0xffff : 3;
    },
  });

  test("of real images is found", async () => {
    const files = await runOn(signed);
    expect(modelOf(files)).toMatchObject({
      variant: "inversion recovery, signed",
      reason: expect.stringContaining("real parts"),
    });
    expect(medianError(files)).toBeLessThan(1e-3);
    const { noise } = readReport(files, "summary.json") as { noise: { source: string } };
    expect(noise.source).toContain("real images without imaginary");
  });

  test("of magnitudes is doubted", async () => {
    const files = await runOn(recoveryFiles("ir"), "--model=ir-real");
    expect(warningsOf(files)).toContain("W-NO-NEGATIVE");
  });
});

test("the sidecar names the contrast, the repetition time and the B1 map", async () => {
  const files = await runOn(recoveryNifti("vfa"), `--b1-map=${b1File("1", 1)}`);
  const path = [...files.keys()].find(
    (name) => name.endsWith("_T1map.json") && !name.includes("_desc-"),
  )!;
  const sidecar = JSON.parse(Buffer.from(files.get(path)!).toString("utf8")) as Record<
    string,
    unknown
  >;
  expect(sidecar).toMatchObject({
    Units: "s",
    Model: "variable-flip-angle",
    FixedParameters: { repetitionTimeMs: 15, b1Map: expect.stringMatching(/^file b1-\d+\.nii/) },
  });
});

test("voxels without B1 get no T1, and the run says how many", async () => {
  const path = b1File("1", 1);
  const value = (i: number, j: number) => (i === 10 ? 0 : trueB1(j));
  writeFileSync(path, encodeNiftiBytes({ shape: [columns, rows, slices], type: "float32", value }));
  const files = await runOn(recoveryNifti("vfa"), `--b1-map=${path}`, "--mask=none");
  expect(warningsOf(files)).toContain("W-B1-COVER");
  const t1 = readSamples(files, "T1map");
  expect(t1[10 + columns * 7]).toBeNaN();
  expect(t1[11 + columns * 7]).toBeGreaterThan(0.1);
});

describe("refused with what to do:", () => {
  const code = (value: string, exitCode: number) =>
    expect.objectContaining({ code: value, exitCode });
  const ti = (time: (n: number) => number) => ({
    changes: (_: number, n: number) => ({ "00180080": ["DS", String(time(n))] }) as const,
  });

  test("TR and TI both varying, unless the method is named and TR does no harm", async () => {
    const steady = recoveryFiles(
      "ir",
      "M",
      ti((n) => 9000 + [50, 150, 300, 600, 1000, 1500, 2500, 4000][n]!),
    );
    await expect(runOn(steady)).rejects.toThrow(code("E-SEVERAL-CONTRASTS", 3));
    const files = await runOn(steady, "--model=ir-magnitude");
    expect(warningsOf(files)).toEqual(["W-TR-VARIES"]);
    expect(medianError(files)).toBeLessThan(0.02);
    await expect(runOn(steady, "--model=sr3par")).rejects.toThrow(code("E-TI-VARIES", 3));
    const wild = recoveryFiles(
      "ir",
      "M",
      ti((n) => 5000 - 100 * n),
    );
    await expect(runOn(wild, "--model=ir-magnitude")).rejects.toThrow(code("E-TR-VARIES", 3));
  });

  const without = (tag: string, method: Method) =>
    recoveryFiles(method, "M", { changes: () => ({ [tag]: undefined }) });

  test("flip angles that nothing states", async () => {
    await expect(runOn(without("00181314", "vfa"), "--model=vfa")).rejects.toThrow(
      code("E-MISSING-FA", 3),
    );
    await expect(runOn(without("00181314", "vfa"))).rejects.toThrow(
      /flip angle is not stated.*--fa/,
    );
    const silent = recoveryNifti("vfa", { sidecar: { RepetitionTime: 0.015 } });
    await expect(runOn(silent, "--model=vfa")).rejects.toThrow(code("E-MISSING-FA", 3));
    const files = await runOn(silent, "--fa=2,4,8,12,18,25", `--b1-map=${b1File("1", 1)}`);
    expect(medianError(files)).toBeLessThan(0.02);
  });

  test("flip angles without repetition time, unless it is given", async () => {
    const silent = recoveryNifti("vfa", { sidecar: { FlipAngle: [2, 4, 8, 12, 18, 25] } });
    await expect(runOn(silent)).rejects.toThrow(code("E-MISSING-TR", 3));
    const files = await runOn(silent, "--tr=15", `--b1-map=${b1File("1", 1)}`);
    expect(medianError(files)).toBeLessThan(0.02);
  });

  test("a repetition time that the images contradict", async () => {
    await expect(runOn(recoveryFiles("vfa"), "--tr=8")).rejects.toThrow(code("E-TR-MISMATCH", 3));
    const files = await runOn(recoveryFiles("vfa"), "--tr=8", "--override=tr");
    expect(modelOf(files)).toMatchObject({ fixed: { repetitionTimeMs: 8 } });
  });

  test("a B1 map in the wrong unit, and one of another place", async () => {
    const scan = recoveryNifti("vfa");
    await expect(runOn(scan, `--b1-map=${b1File("percent", 1)}`)).rejects.toThrow(
      code("E-B1-UNIT", 3),
    );
    await expect(runOn(scan, `--b1-map=${b1File("1", 40)}`)).rejects.toThrow(code("E-B1-UNIT", 3));
    const path = b1File("1", 1);
    const small = { shape: [2, 2, 2], type: "float32", value: () => 1 } as const;
    writeFileSync(path, encodeNiftiBytes(small));
    await expect(runOn(scan, `--b1-map=${path}`)).rejects.toThrow(/covers 0 of the/);
  });

  test("a multi-echo scan, with the program that fits it", async () => {
    const echoes = recoveryFiles("sr", "M", {
      changes: (_, n) => ({ "00180080": ["DS", "2000"], "00180081": ["DS", String(8 + 8 * n)] }),
    });
    await expect(runOn(echoes)).rejects.toThrow(/EchoTime \(7 values\).*process-t2/);
  });

  test("three inversion times of magnitudes", async () => {
    await expect(runOn(recoveryFiles("ir"), "--images=1-3")).rejects.toThrow(code("E-FEW", 3));
  });

  test("real images alone for a complex fit", async () => {
    await expect(runOn(recoveryFiles("ir", "R"), "--model=ir-complex")).rejects.toThrow(
      code("E-COMPLEX", 3),
    );
  });
});
