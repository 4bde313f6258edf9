import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openPool } from "#shared/parallel/pool.ts";
import { readInput, type SeriesRequest } from "#shared/program/read-input.ts";
import { fillFolder } from "#test/acceptance/launch.ts";
import { niftiFiles, scanFiles } from "#test/acceptance/small-scan.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "read-input-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const request: SeriesRequest = { contrast: "EchoTime", atLeast: 2 };
const read = (wish: Partial<SeriesRequest> = {}) =>
  readInput(folder, { ...request, ...wish }, openPool(1, ""));

describe("a folder", () => {
  test("with DICOM is read as DICOM, with other files beside it", async () => {
    fillFolder(folder, { ...scanFiles(), "scan_catalog.xml": Buffer.from("<x/>") });
    expect((await read()).identity.kind).toBe("dicom");
  });

  test("with NIfTI and sidecars is read as NIfTI", async () => {
    fillFolder(folder, niftiFiles());
    const series = await read();
    expect(series.identity.kind).toBe("nifti");
    expect(series.axis.values).toEqual([10, 20, 30, 40]);
  });

  test("with both is read as DICOM", async () => {
    fillFolder(folder, { ...niftiFiles(), ...scanFiles() });
    expect((await read()).identity.kind).toBe("dicom");
  });

  test("that is missing is refused by its name", async () => {
    rmSync(folder, { recursive: true });
    await expect(read()).rejects.toMatchObject({ code: "E-INPUT-FOLDER", exitCode: 2 });
    mkdirSync(folder);
  });

  test("that is empty points at the path translation of XNAT", async () => {
    await expect(read()).rejects.toMatchObject({
      ...{ code: "E-NO-DICOM", exitCode: 3 },
      message: expect.stringMatching(/is empty\..*path translation/),
    });
  });

  test("with anything else says what it found", async () => {
    for (const name of ["a.txt", "b.txt", "c.csv", "d", "e.m", "f.x", "g.y"]) {
      writeFileSync(join(folder, name), "text");
    }
    await expect(read()).rejects.toMatchObject({
      code: "E-NO-DICOM",
      message: expect.stringMatching(
        /Found 7 files \(2 × \.txt, 1 × \.csv, 1 × no ending, .*\.\.\.\)/,
      ),
    });
  });
});

test("wishes that were not made do not hide the reader's own defaults", async () => {
  fillFolder(folder, scanFiles());
  const wish = { values: undefined, series: undefined, override: undefined };
  expect((await read(wish)).axis.values).toHaveLength(8);
});

test("the user's echo times are read against those of the images", async () => {
  fillFolder(folder, scanFiles());
  const values = [5, 10, 15, 20, 25, 30, 35, 40];
  await expect(read({ values })).rejects.toMatchObject({ code: "E-TE-MISMATCH" });
  expect((await read({ values, override: true })).axis).toMatchObject({ values, unit: "ms" });
});

test("progress ends at the number of images", async () => {
  fillFolder(folder, scanFiles());
  const seen: [number, number][] = [];
  await readInput(folder, request, openPool(1, ""), (done, total) => seen.push([done, total]));
  const [done, total] = seen.at(-1)!;
  expect(done).toBe(total);
  expect(total).toBeGreaterThanOrEqual(24);
});
