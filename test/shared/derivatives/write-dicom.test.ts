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
import { hasDciodvfy, judge, readWithPydicom } from "#test/shared/dicom/dicom-tools.ts";
import { hasPydicom } from "#test/shared/nifti/debian-tools.ts";
import { exampleFit, memoryContext } from "./example-fit.ts";
import { exampleTensorFit, tensorSeries, tensorShape } from "./example-tensor-fit.ts";

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

describe("several main maps", () => {
  /** The tensor example in the study of a DICOM scan of its shape. */
  const tensorWork = async (): Promise<FitToWrite> => {
    const [columns, rows, slices] = tensorShape;
    const folder = fillFolder(base, scanFiles({ columns, rows, slices }));
    const files = await listFiles(folder);
    const request = { contrast: "EchoTime", atLeast: 2 } as const;
    const scan = await readDicomSeries(folder, files, request, openPool(1, ""));
    const { axis, diffusion } = tensorSeries();
    return exampleTensorFit({ ...tensorSeries(), ...scan, axis, diffusion: diffusion! });
  };

  test.skipIf(!hasPydicom)(
    "are a series each, with its own number, description and identifier",
    async () => {
      const context = memoryContext();
      const roundings = await writeDicom({ ...(await tensorWork()), dicom: "both" }, context);
      expect(Object.keys(roundings)).toEqual(["MD", "FA"]);
      expect(roundings["FA"]).toMatchObject({ unit: "1" });
      // 0 to 0.89 on 65,535 steps.
      expect(roundings["FA"]!.largestRounding).toBeLessThan(7e-6);
      expect(roundings["MD"]!.largestRounding).toBeLessThan(6e-9);
      expect([...context.written.keys()].sort()).toEqual([
        ...["FA-0001", "FA-0002", "FA-0003", "FA-pm"].map((name) => `maps/dicom/${name}.dcm`),
        ...["MD-0001", "MD-0002", "MD-0003", "MD-pm"].map((name) => `maps/dicom/${name}.dcm`),
      ]);
      const objects = await readWithPydicom(
        ["MD-0001", "MD-pm", "FA-0001", "FA-pm"].map(
          (name) => context.written.get(`maps/dicom/${name}.dcm`)!,
        ),
      );
      const values = (tag: string) => objects.map(({ json }) => json[tag]?.Value?.[0]);
      expect(new Set(values("0020000E")).size).toBe(4);
      const [number] = values("00200011") as [number];
      expect(values("00200011")).toEqual([number, number + 1, number + 2, number + 3]);
      expect(values("0008103E")).toEqual([
        ...["MD map [mm2/s], weighted", "MD map [mm2/s], weighted"],
        ...["FA map, weighted", "FA map, weighted"],
      ]);
    },
  );

  test.skipIf(!hasPydicom)("say model, fit and source b-values in codes", async () => {
    const context = memoryContext();
    await writeDicom({ ...(await tensorWork()), dicom: "derived" }, context);
    const [object] = await readWithPydicom([context.written.get("maps/dicom/FA-0001.dcm")!]);
    const text = JSON.stringify(object!.json["00409096"]);
    for (const code of ["110808", "113231", "113261", "113240"]) expect(text).toContain(code);
    const items = text.match(/"113240"/g);
    // b = 0 and the shell of 990 to 1010.
    expect(items).toHaveLength(2);
    expect(text).toContain("1001");
  });

  test.skipIf(!hasDciodvfy)("are sound objects", async () => {
    const context = memoryContext();
    await writeDicom({ ...(await tensorWork()), dicom: "both" }, context);
    for (const name of ["MD-0001", "MD-pm", "FA-0001", "FA-pm"]) {
      const { errors } = await judge(context.written.get(`maps/dicom/${name}.dcm`)!);
      expect(errors, name).toEqual([]);
    }
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
