import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { FitToWrite } from "#shared/derivatives/fit-to-write.ts";
import { warnWithoutDicom, writeDicom } from "#shared/derivatives/write-dicom.ts";
import { readDicomSeries } from "#shared/dicom/read-series.ts";
import { listFiles } from "#shared/files/list-files.ts";
import { openPool } from "#shared/parallel/pool.ts";
import { fillFolder } from "#test/acceptance/launch.ts";
import { scanFiles } from "#test/acceptance/small-scan.ts";
import { exampleFit, memoryContext } from "./example-fit.ts";

const base = mkdtempSync(join(tmpdir(), "write-dicom-"));
let work: FitToWrite;
beforeAll(async () => {
  // The fit of the example, on the grid and in the study of a DICOM scan of the same shape.
  const [columns, rows, slices] = [8, 6, 2];
  const folder = fillFolder(base, scanFiles({ columns, rows, slices }));
  const files = await listFiles(folder);
  const request = { contrast: "EchoTime", atLeast: 2 } as const;
  const series = await readDicomSeries(folder, files, request, openPool(1, ""));
  work = { ...(await exampleFit()), series };
});
afterAll(() => rmSync(base, { recursive: true, force: true }));

const derived = ["maps/dicom/T2map-0001.dcm", "maps/dicom/T2map-0002.dcm"];
const written = async (changes: Partial<FitToWrite>) => {
  const context = memoryContext();
  const roundings = await writeDicom({ ...work, ...changes }, context);
  return { roundings, files: context.written };
};

describe("--dicom", () => {
  test("derived: a file for each slice, and how much 16 bits rounded", async () => {
    const { files, roundings } = await written({ dicom: "derived" });
    expect([...files.keys()]).toEqual(derived);
    // 65,534 steps from about 20 to 70 ms.
    expect(roundings["T2"]).toMatchObject({ unit: "ms" });
    expect(roundings["T2"]!.largestRounding).toBeLessThan(0.001);
    expect(roundings["T2"]!.largestRounding).toBeGreaterThan(0);
  });

  test("pm: one object with floating-point pixels, nothing rounded", async () => {
    const { files, roundings } = await written({ dicom: "pm" });
    expect(files.size).toBe(1);
    expect(roundings).toEqual({});
  });

  test("both: both", async () => {
    const { files } = await written({ dicom: "both" });
    expect(files.size).toBe(3);
    expect([...files.keys()]).toEqual(expect.arrayContaining(derived));
  });

  test("none: nothing, and nothing to say", async () => {
    const { files } = await written({ dicom: "none" });
    expect(files.size).toBe(0);
    expect(warnWithoutDicom({ ...(await exampleFit()), dicom: "none" })).toEqual([]);
  });
});

test("NIfTI names no study: a remark instead of files", async () => {
  const work = { ...(await exampleFit()), dicom: "both" } as const;
  const { files } = await written(work);
  expect(files.size).toBe(0);
  expect(warnWithoutDicom(work).map(({ code }) => code)).toEqual(["W-NO-DICOM"]);
});

describe("stored pixels", () => {
  /** Pixels are the last element of a file: 8 x 6 unsigned 16-bit numbers; 0 is padding. */
  const paddings = async (changes: Partial<FitToWrite>) => {
    const { files } = await written({ dicom: "derived", ...changes });
    return [...files.values()].reduce((sum, bytes) => {
      const pixels = Buffer.from(bytes).subarray(-96);
      return (
        sum +
        Array.from({ length: 48 }, (_, p) => pixels.readUInt16LE(2 * p)).filter((v) => v === 0)
          .length
      );
    }, 0);
  };
  const { policy } = { policy: { outside: "nan", flagged: "value" } as const };

  test("are padding where there is no value, whatever NIfTI files hold there", async () => {
    const empty = 96 - work.fit.tally.ok;
    expect(await paddings({ policy })).toBe(empty);
    expect(await paddings({ policy: { ...policy, outside: "zero" } })).toBe(empty);
  });

  test("of flagged voxels go as the user wants", async () => {
    const status = work.fit.status.map((code, voxel) => (code === 1 && voxel % 2 === 0 ? 6 : code));
    const flagged = status.filter((code) => code === 6).length;
    const fit = { ...work.fit, status };
    const empty = 96 - work.fit.tally.ok;
    expect(flagged).toBeGreaterThan(10);
    expect(await paddings({ fit, policy })).toBe(empty);
    expect(await paddings({ fit, policy: { ...policy, flagged: "nan" } })).toBe(empty + flagged);
  });
});
