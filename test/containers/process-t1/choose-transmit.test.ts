import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { chooseTransmit } from "#containers/process-t1/choose-transmit.ts";
import { openPool } from "#shared/parallel/pool.ts";
import { readInput } from "#shared/program/read-input.ts";
import type { SeriesVolume } from "#shared/volume/series-volume.ts";
import { fillFolder } from "#test/acceptance/launch.ts";
import { type ScanFiles, scanFiles } from "#test/acceptance/small-scan.ts";
import { encodeNiftiBytes } from "#test/phantom/nifti-bytes.ts";
import { columns, recoveryFiles, recoveryNifti, rows, slices, trueB1 } from "./recovery-scan.ts";

const base = mkdtempSync(join(tmpdir(), "transmit-"));
afterAll(() => rmSync(base, { recursive: true, force: true }));
const pool = openPool(1, "");
const everywhere = new Uint8Array(columns * rows * slices).fill(1);
let folders = 0;

function folderWith(files: ScanFiles): string {
  folders += 1;
  return fillFolder(join(base, String(folders)), files);
}

const readScan = (method: "vfa" | "sr"): Promise<SeriesVolume> =>
  readInput(
    folderWith(recoveryFiles(method)),
    { contrast: method === "vfa" ? "FlipAngle" : "RepetitionTime", atLeast: 2 },
    pool,
  );

/** The B1 of the scan as DICOM images, in tenths of a percent with a slope of 0.1. */
const b1Images = (changes: Readonly<Record<string, readonly ["DS", string]>> = {}) =>
  scanFiles({
    ...{ columns, rows, slices, echoTimesMs: [2] },
    value: (_, j) => Math.max(0, Math.round(1000 * trueB1(j))),
    changes: () => ({ "00281053": ["DS", "0.1"], "00281052": ["DS", "0"], ...changes }),
  });

describe("a folder of DICOM images", () => {
  test("is a B1 map in percent on the voxels of the scan", async () => {
    const path = folderWith(b1Images());
    const { samples, source, warnings } = await chooseTransmit(
      { path },
      base,
      await readScan("vfa"),
      everywhere,
      pool,
    );
    expect(warnings).toEqual([]);
    expect(source).toMatch(/^DICOM folder \d+ \(percent, interpolated/);
    for (const j of [2, 7, 15]) {
      expect(samples![3 + columns * (j + rows)]).toBeCloseTo(trueB1(j), 6);
    }
  });

  test("in an unknown unit is refused", async () => {
    const path = folderWith(b1Images({ "00281053": ["DS", "10"] }));
    await expect(
      chooseTransmit({ path }, base, await readScan("vfa"), everywhere, pool),
    ).rejects.toThrow(expect.objectContaining({ code: "E-B1-UNIT" }));
  });

  test("of another place is refused with both counts", async () => {
    const path = folderWith(
      scanFiles({
        ...{ columns: 4, rows: 4, slices, echoTimesMs: [2] },
        value: () => 100,
      }),
    );
    await expect(
      chooseTransmit({ path }, base, await readScan("vfa"), everywhere, pool),
    ).rejects.toThrow(/E-B1-GRID|covers 32 of the 768 voxels/);
  });
});

describe("a map beside the images", () => {
  const map = () =>
    encodeNiftiBytes({
      shape: [columns, rows, slices],
      type: "float32",
      value: (_, j) => 100 * trueB1(j),
    });

  test("is found by the name BIDS gives it", async () => {
    const input = folderWith(recoveryNifti("vfa"));
    mkdirSync(join(input, "fmap"));
    writeFileSync(join(input, "fmap/sub-01_TB1map.nii"), map());
    writeFileSync(join(input, "fmap/sub-01_TB1map.json"), '{ "Units": "percent" }');
    writeFileSync(join(input, "sub-01_T2map.nii"), map());
    const series = await readInput(input, { contrast: "FlipAngle", atLeast: 2 }, pool);
    const { source, samples, warnings } = await chooseTransmit(
      "auto",
      input,
      series,
      everywhere,
      pool,
    );
    expect(source).toContain("sub-01_TB1map.nii");
    expect(warnings).toEqual([]);
    expect(samples![3 + columns * 7]).toBeCloseTo(trueB1(7), 5);
    const none = await chooseTransmit("none", input, series, everywhere, pool);
    expect(none.warnings.map(({ code }) => code)).toEqual(["W-NO-B1"]);
    expect(
      (await chooseTransmit("auto", input, await readScan("sr"), everywhere, pool)).source,
    ).toBe("");
  });

  test("is not guessed among several", async () => {
    const input = folderWith({});
    for (const name of ["TB1map.nii", "run-2_TB1map.nii"]) writeFileSync(join(input, name), map());
    await expect(
      chooseTransmit("auto", input, await readScan("vfa"), everywhere, pool),
    ).rejects.toThrow(expect.objectContaining({ code: "E-B1-SEVERAL" }));
  });
});

describe("without a map", () => {
  test("flip angles are taken as nominal, with a warning", async () => {
    const { samples, warnings } = await chooseTransmit(
      "none",
      base,
      await readScan("vfa"),
      everywhere,
      pool,
    );
    expect(samples).toBeUndefined();
    expect(warnings.map(({ code }) => code)).toEqual(["W-NO-B1"]);
  });

  test("the field is named where it is high", async () => {
    const scan = await readScan("vfa");
    const field = { keyword: "MagneticFieldStrength", value: 7, unit: undefined, source: "test" };
    const series = { ...scan, acquisition: [...scan.acquisition, field] };
    const { warnings } = await chooseTransmit("none", base, series, everywhere, pool);
    expect(warnings[0]?.text).toContain("at 7 T");
  });

  test("other methods need none", async () => {
    expect(
      (await chooseTransmit("none", base, await readScan("sr"), everywhere, pool)).warnings,
    ).toEqual([]);
  });
});

test("a map for a method that does not depend on it is passed over with a remark", async () => {
  const { samples, warnings } = await chooseTransmit(
    { path: "b1.nii" },
    base,
    await readScan("sr"),
    everywhere,
    pool,
  );
  expect(samples).toBeUndefined();
  expect(warnings.map(({ code }) => code)).toEqual(["W-B1-UNUSED"]);
});
