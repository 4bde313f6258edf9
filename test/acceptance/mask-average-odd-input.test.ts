import { copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  affineOf,
  columns,
  drawnForms,
  drawnImage,
  drawnImages,
  drawnMaps,
  drawnRtstruct,
  placeOf,
  rows,
  slices,
  trueT2,
} from "#test/containers/mask-average/drawn-scan.ts";
import { rowsOf, runInMemory } from "#test/containers/mask-average/run-in-memory.ts";
import { encodeDicom } from "#test/phantom/dicom-bytes.ts";
import { encodeNiftiBytes } from "#test/phantom/nifti-bytes.ts";
import { fillFolder } from "./launch.ts";

// Sound inputs of forms that are rare: they are measured, and the same as in the usual form where they hold the same.

const base = mkdtempSync(join(tmpdir(), "mask-average-odd-"));
const adc = join(base, "maps/sub-1_ADC.nii");

beforeAll(() => {
  fillFolder(join(base, "scan"), drawnImages());
  fillFolder(join(base, "forms"), drawnForms());
  fillFolder(join(base, "maps"), drawnMaps());
});
afterAll(() => rmSync(base, { recursive: true, force: true }));

let places = 0;
const put = (files: Readonly<Record<string, Uint8Array>>) =>
  fillFolder(join(base, `place-${++places}`), files);

function run(form: string, map: string, ...more: string[]) {
  const words = ["--roi", join(base, "forms", form), "--map", map, "--dicom=none", "--rates=none"];
  return runInMemory("--reference", join(base, "scan"), ...words, ...more);
}

const compared = ["status", "n_voxels", "n_valid", "mean", "sd", "volume_mm3"];
async function numbers(form: string, map: string): Promise<unknown> {
  const rounded = (value: unknown) =>
    typeof value === "number" ? Number(value.toPrecision(6)) : value;
  return rowsOf(await run(form, map)).map((row) => compared.map((name) => rounded(row[name])));
}

/** The map with its voxels stored along other axes: axis n of the file is axis `order[n]` of the scan, reversed or not. */
function storedAlong(order: readonly number[], signs: readonly number[]): Buffer {
  const size = [columns, rows, slices];
  const affine = affineOf();
  const turned = new Array<number>(12).fill(0);
  for (const r of [0, 1, 2]) {
    let start = affine[4 * r + 3]!;
    order.forEach((from, to) => {
      turned[4 * r + to] = signs[to]! * affine[4 * r + from]!;
      if (signs[to]! < 0) start += (size[from]! - 1) * affine[4 * r + from]!;
    });
    turned[4 * r + 3] = start;
  }
  const value = (...at: number[]) => {
    const place = [0, 0, 0];
    order.forEach((from, to) => {
      place[from] = signs[to]! > 0 ? at[to]! : size[from]! - 1 - at[to]!;
    });
    return trueT2(place[0]!, place[1]!, place[2]!) / 1000;
  };
  const shape = order.map((from) => size[from]!);
  return encodeNiftiBytes({
    shape,
    type: "float32",
    affine: turned,
    value: (i, j, k) => value(i, j, k),
  });
}

describe.each(["aim", "rtstruct", "seg", "nifti"])("on regions in the form %s", (form) => {
  test.each([
    ["sagittal", [2, 0, 1], [1, 1, 1]],
    ["coronal and reversed", [0, 2, 1], [1, -1, 1]],
    ["reversed slices first", [2, 1, 0], [-1, 1, 1]],
    ["left-handed", [0, 1, 2], [-1, 1, 1]],
    ["rows as columns", [1, 0, 2], [1, -1, -1]],
  ])("a map in storage order %s has the same numbers", async (_, order, signs) => {
    const usual = put({ "sub-1_T2map.nii": storedAlong([0, 1, 2], [1, 1, 1]) });
    const turned = put({ "sub-1_T2map.nii": storedAlong(order, signs) });
    expect(await numbers(form, turned)).toEqual(await numbers(form, usual));
  });

  test("a map of whole numbers with a slope has those of the map of floats", async () => {
    const value = (i: number, j: number, k: number) => 2 * trueT2(i, j, k);
    const whole = put({ "sub-1_T2map.nii": drawnImage("int16", value, { scaling: [0.5, 0] }) });
    const floats = put({ "sub-1_T2map.nii": drawnImage("float32", trueT2) });
    expect(await numbers(form, whole)).toEqual(await numbers(form, floats));
  });

  test("slices twice as thick: a region that is lost says why", async () => {
    const affine = affineOf(0.75, [1, 1, 2]);
    const shape = [columns, rows, 2];
    const thick = encodeNiftiBytes({ shape, type: "float32", affine, value: () => 0.05 });
    const found = await run(form, put({ "sub-1_T2map.nii": thick }));
    expect(rowsOf(found)[2]).toMatchObject({ roi_name: "liver", n_voxels: 228 });
    expect(found.partial.join("\n")).toContain('"ring"');
    expect(found.partial.join("\n")).not.toContain("too small for this grid");
  });
});

test("a reference with one slice measures what was drawn on it, and says what was not", async () => {
  const one = Object.entries(drawnImages()).filter(([name]) => name.startsWith("4-2-"));
  const words = ["--roi", join(base, "forms/rtstruct"), "--map", adc, "--dicom=none"];
  const found = await runInMemory("--reference", put(Object.fromEntries(one)), ...words);
  expect(rowsOf(found).map(({ status, n_voxels }) => [status, n_voxels])).toEqual([
    ["partial", 57],
    ["ok", 47],
    ["partial", 114],
  ]);
});

test("a map of one voxel between the regions is refused", async () => {
  const affine = affineOf(0, [columns, rows, slices]);
  const voxel = encodeNiftiBytes({ shape: [1, 1, 1], type: "float32", affine, value: () => 1 });
  const found = run("aim", put({ "sub-1_T2map.nii": voxel }));
  await expect(found).rejects.toMatchObject({ code: "E-NO-REGION" });
});

test("an isotropic map along the scanner under an oblique scan gives the volume of the outlines", async () => {
  const centre = placeOf(columns / 2, rows / 2, 1.5);
  const mm = 0.4;
  const start = centre.map((value, axis) => value - [25, 30, 20][axis]! * mm);
  const affine = [-mm, 0, 0, -start[0]!, 0, -mm, 0, -start[1]!, 0, 0, mm, start[2]!];
  const shape = [50, 60, 40];
  const map = encodeNiftiBytes({ shape, type: "float32", affine, value: () => 0.05 });
  const measured = rowsOf(await run("aim", put({ "sub-1_T2map.nii": map })));
  // The outlines of the ring are summed up as a viewer does, its hole too.
  for (const row of measured.filter(({ roi_name }) => roi_name !== "ring")) {
    const ratio = Number(row["volume_mm3"]) / Number(row["contour_volume_mm3"]);
    expect(Math.abs(ratio - 1)).toBeLessThan(0.05);
  }
});

test("one map under two names is two maps; under two paths it is one", async () => {
  const folder = put(drawnMaps());
  copyFileSync(join(folder, "sub-1_T2map.nii"), join(folder, "sub-2_T2map.nii"));
  const names = rowsOf(await run("seg", folder)).map(({ map }) => map);
  expect([...new Set(names)]).toEqual(["ADC", "sub-1_T2map", "sub-2_T2map"]);
  const again = await run("seg", join(base, "maps"), "--map", adc, "--map", adc);
  expect(rowsOf(again)).toHaveLength(6);
});

test("an outline of 100,000 points is measured in seconds", async () => {
  const points = Array.from({ length: 100_000 }, (_, n) => {
    const angle = (2 * Math.PI * n) / 100_000;
    return [8 + 6.2 * Math.cos(angle), 8 + 6.2 * Math.sin(angle)] as const;
  });
  const circle = drawnRtstruct([{ name: "circle", outlines: [{ slice: 1, points }] }]);
  const roi = put({ "a.dcm": encodeDicom(circle, { writing: "implicit" }) });
  const words = ["--reference", join(base, "scan"), "--roi", roi, "--map", adc, "--dicom=none"];
  const [row] = rowsOf(await runInMemory(...words));
  expect(row).toMatchObject({ status: "ok", n_voxels: 121 });
  // Radius 6.2 pixels of 0.5 x 0.75 mm.
  expect(row!["contour_area_mm2"]).toBeCloseTo(Math.PI * 6.2 ** 2 * 0.375, 3);
}, 30_000);
