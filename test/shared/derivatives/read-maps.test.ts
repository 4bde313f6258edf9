import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { type MapOptions, readMaps } from "#shared/derivatives/read-maps.ts";
import { compressGzip } from "#shared/nifti/gzip.ts";
import { openPool } from "#shared/parallel/pool.ts";
import type { Grid } from "#shared/volume/grid.ts";
import { planesOfGrid } from "#shared/volume/plane-stack.ts";
import { encodeDicom } from "#test/phantom/dicom-bytes.ts";
import { classicImage } from "#test/phantom/dicom-images.ts";
import { encodeNiftiBytes, type NiftiImage } from "#test/phantom/nifti-bytes.ts";

const pool = openPool(1, "");
afterAll(() => pool.close());
const options: MapOptions = { volume: 1, assumeSameFov: false, reference: undefined };
const shape = [4, 3, 2] as const;

function newFolder(): string {
  const folder = join(mkdtempSync(join(tmpdir(), "maps-")), "maps");
  mkdirSync(folder);
  return folder;
}

/** Files of a folder: NIfTI images by value or by what is special of them, sidecars. */
function writeFolder(
  files: Record<string, number | Partial<NiftiImage> | Buffer | object>,
): string {
  const folder = newFolder();
  for (const [name, content] of Object.entries(files)) {
    const path = join(folder, name);
    mkdirSync(join(path, ".."), { recursive: true });
    if (name.endsWith(".json")) writeFileSync(path, JSON.stringify(content));
    else if (Buffer.isBuffer(content)) writeFileSync(path, content);
    else {
      const image = typeof content === "number" ? { value: () => content } : content;
      const bytes = encodeNiftiBytes({ shape, type: "float32", value: () => 0, ...image });
      writeFileSync(path, name.endsWith(".gz") ? compressGzip(bytes) : bytes);
    }
  }
  return folder;
}

/** The same bytes without sform and qform. */
function unoriented(image: Partial<NiftiImage> = {}): Buffer {
  const bytes = encodeNiftiBytes({ shape, type: "float32", value: () => 0, ...image });
  bytes.writeInt16LE(0, 254);
  return bytes;
}

describe("a folder of this project's maps", () => {
  const ours = {
    "sub-1_run-5_T2map.nii.gz": { value: (i: number) => 0.03 + 0.01 * i },
    "sub-1_run-5_T2map.json": {
      Units: "s",
      Model: "mono-exponential-decay",
      FixedParameters: { noiseSigma: 3 },
      EchoTime: [0.011, 0.022],
      Options: { outside: "nan" },
    },
    "sub-1_run-5_R2map.nii.gz": 30,
    "sub-1_run-5_R2map.json": { Units: "1/s" },
    "sub-1_run-5_desc-stderr_T2map.nii.gz": 0.002,
    "sub-1_run-5_desc-stderr_T2map.json": { Units: "s" },
    "sub-1_run-5_desc-rsquared_T2map.nii.gz": 0.9,
    "sub-1_run-5_desc-status_dseg.nii.gz": { value: (i: number) => (i === 0 ? 6 : 1) },
    "sub-1_run-5_desc-status_dseg.json": { Labels: { "1": "ok", "6": "upper-bound" } },
    "sub-1_run-5_desc-fit_mask.nii.gz": 1,
    "legacy/5_T2_map.nii": 30,
  };

  test("gives the quantities with unit, standard error, status and model, and one word on the rest", async () => {
    const { maps, diagnostics } = await readMaps([writeFolder(ours)], options, pool);
    expect(maps.map(({ name, quantity, unit, path }) => [name, quantity, unit, path])).toEqual([
      ["R2map", "R2", "1/s", "maps/sub-1_run-5_R2map.nii.gz"],
      ["T2map", "T2", "s", "maps/sub-1_run-5_T2map.nii.gz"],
    ]);
    const [, map] = maps;
    expect(map!.samples).toEqual(
      Float32Array.from({ length: 24 }, (_, v) => 0.03 + 0.01 * (v % 4)),
    );
    expect(map!.standardErrors).toEqual(new Float32Array(24).fill(0.002));
    expect(map!.status!.codes.subarray(0, 5)).toEqual(Uint8Array.of(6, 1, 1, 1, 6));
    expect(map!.status!.names).toEqual({ 1: "ok", 6: "upper-bound" });
    expect(map!.model).toEqual({
      name: "mono-exponential-decay",
      fixed: { noiseSigma: 3 },
      contrast: "EchoTime",
    });
    expect(map!.zeroMeansNoValue).toBe(false);
    expect(map!.sha256).toMatch(/^[0-9a-f]{64}$/);
    expect(maps[0]!.standardErrors).toBeUndefined();
    expect(diagnostics).toHaveLength(1);
    expect(diagnostics[0]).toMatchObject({ code: "SKIPPED_FILE", severity: "info" });
    for (const kind of ["standard error", "status", "mask", "quality of fit", "XNAT-PIC"]) {
      expect(diagnostics[0]!.text).toContain(kind);
    }
  });

  test("a file that is named is measured, whatever it is", async () => {
    const path = join(writeFolder(ours), "sub-1_run-5_desc-stderr_T2map.nii.gz");
    const { maps } = await readMaps([path], options, pool);
    expect(maps.map(({ name, quantity, unit }) => [name, quantity, unit])).toEqual([
      ["desc-stderr_T2map", "stderr", "s"],
    ]);
  });

  test("standard errors in another unit are converted, those on other voxels passed over", async () => {
    const converted = await readMaps(
      [writeFolder({ ...ours, "sub-1_run-5_desc-stderr_T2map.json": { Units: "ms" } })],
      options,
      pool,
    );
    expect(converted.maps[1]!.standardErrors![0]).toBeCloseTo(2e-6, 12);
    const elsewhere = { shape: [4, 3, 1], value: () => 1 };
    const other = await readMaps(
      [writeFolder({ ...ours, "sub-1_run-5_desc-stderr_T2map.nii.gz": elsewhere })],
      options,
      pool,
    );
    expect(other.maps[1]!.standardErrors).toBeUndefined();
    expect(other.diagnostics.map(({ code }) => code)).toContain("GRID_DIFFERS");
  });

  test("--outside zero of the program that wrote it makes 0 no value", async () => {
    const sidecar = { Units: "s", Options: { outside: "zero" } };
    const folder = writeFolder({ "T2map.nii": 0.05, "T2map.json": sidecar });
    expect((await readMaps([folder], options, pool)).maps[0]!.zeroMeansNoValue).toBe(true);
  });
});

describe("maps of others", () => {
  test("two of one name keep apart, and a file below two paths is read once", async () => {
    const folder = writeFolder({
      "a/T2map.nii": 0.05,
      "b/T2map.nii": 0.06,
      "b/run-2_T2map.nii": 0.07,
    });
    const { maps } = await readMaps([folder, join(folder, "a/T2map.nii")], options, pool);
    expect(maps.map(({ name }) => name)).toEqual(["maps/a/T2map", "maps/b/T2map", "run-2_T2map"]);
  });

  test("scaled integers keep every digit of slope times value", async () => {
    const bytes = encodeNiftiBytes({ shape, type: "int16", value: (i) => i });
    bytes.writeFloatLE(0.05, 112);
    bytes.writeFloatLE(7, 116);
    const { maps } = await readMaps([writeFolder({ "x.nii": bytes })], options, pool);
    const slope = Math.fround(0.05);
    expect(maps[0]!.samples.subarray(0, 4)).toEqual(
      Float64Array.of(7, slope + 7, 2 * slope + 7, 3 * slope + 7),
    );
  });

  test("without a unit name and values suggest one, and an impossible unit is doubted", async () => {
    const said = async (files: Parameters<typeof writeFolder>[0]) => {
      const { maps, diagnostics } = await readMaps([writeFolder(files)], options, pool);
      return [maps[0]!.unit, diagnostics.map(({ code, severity }) => `${severity} ${code}`)];
    };
    expect(await said({ "7_T2_map.nii": 65 })).toEqual(["ms", ["info UNKNOWN_UNIT"]]);
    expect(await said({ "values.nii": 65 })).toEqual(["unknown", ["info UNKNOWN_UNIT"]]);
    expect(await said({ "T2map.nii": 0.05, "T2map.json": { Units: "ms" } })).toEqual([
      "ms",
      ["warning DOUBTFUL_UNIT"],
    ]);
    expect(await said({ "T2map.nii": 65, "T2map.json": { Units: "furlong" } })).toEqual([
      "ms",
      ["info UNKNOWN_UNIT"],
    ]);
  });

  test("of several volumes the first is used with a warning, another or all on request", async () => {
    const value = (_i: number, _j: number, _k: number, t: number) => 10 * (t + 1);
    const folder = writeFolder({ "4d.nii.gz": { shape: [4, 3, 2, 3], value } });
    const first = await readMaps([folder], options, pool);
    expect([first.maps[0]!.samples[5], first.maps[0]!.volume]).toEqual([10, 1]);
    const remark = first.diagnostics.find(({ code }) => code === "VOLUME_CHOSEN");
    expect(remark?.severity).toBe("warning");
    expect(remark?.text).toContain("has 3 volumes; the first is used");
    const second = await readMaps([folder], { ...options, volume: 2 }, pool);
    expect([second.maps[0]!.samples[5], second.maps[0]!.volume]).toEqual([20, 2]);
    const all = await readMaps([folder], { ...options, volume: "all" }, pool);
    expect(all.maps.map(({ name, samples }) => [name, samples[5]])).toEqual([
      ["4d_vol-1", 10],
      ["4d_vol-2", 20],
      ["4d_vol-3", 30],
    ]);
    await expect(readMaps([folder], { ...options, volume: 4 }, pool)).rejects.toMatchObject({
      code: "E-VOLUME",
      message: expect.stringContaining("3 volumes"),
    });
  });

  test("a damaged map costs itself only; the only one is an error", async () => {
    const cut = encodeNiftiBytes({ shape, type: "float32", value: () => 1 }).subarray(0, 400);
    const { maps, diagnostics } = await readMaps(
      [writeFolder({ "T1map.nii": cut, "T2map.nii": 0.05 })],
      options,
      pool,
    );
    expect(maps.map(({ name }) => name)).toEqual(["T2map"]);
    expect(diagnostics[0]).toMatchObject({ code: "SKIPPED_FILE", severity: "error" });
    expect(diagnostics[0]!.text).toMatch(/T1map.nii.*400/);
    await expect(
      readMaps([writeFolder({ "T1map.nii": cut })], options, pool),
    ).rejects.toMatchObject({ code: "E-TRUNCATED" });
  });

  test("a damaged sidecar costs the unit only", async () => {
    const folder = writeFolder({ "T2map.nii": 0.05 });
    writeFileSync(join(folder, "T2map.json"), "{ no json");
    const { maps, diagnostics } = await readMaps([folder], options, pool);
    expect(maps[0]!.unit).toBe("s");
    expect(diagnostics.map(({ code }) => code)).toEqual(["SKIPPED_FILE", "UNKNOWN_UNIT"]);
  });

  test("a folder without maps says what it holds", async () => {
    const masks = writeFolder({ "a_mask.nii": 1, "notes.txt": Buffer.from("x") });
    await expect(readMaps([masks], options, pool)).rejects.toMatchObject({
      code: "E-NO-MAPS",
      message: expect.stringMatching(/1 × mask or labels, 1 other file/),
    });
    await expect(readMaps([newFolder()], options, pool)).rejects.toThrow(/path translation/);
    await expect(readMaps([join(masks, "x.nii")], options, pool)).rejects.toMatchObject({
      code: "E-MAP-FILE",
    });
  });
});

describe("a map without orientation", () => {
  const grid: Grid = {
    shape: [8, 6, 2],
    affineLps: [1, 0, 0, 5, 0, 0, 1, 6, 0, -1, 0, 7, 0, 0, 0, 1],
    origin: "dicom",
  };
  const reference = planesOfGrid(grid);
  const folder = writeFolder({ "8_T2_map.nii": unoriented({ value: (i) => (i === 0 ? -1 : 40) }) });

  test("is refused, with the way out", async () => {
    await expect(readMaps([folder], { ...options, reference }, pool)).rejects.toMatchObject({
      code: "E-MAP-ORIENTATION",
      message: expect.stringMatching(/no orientation.*--assume-same-fov/),
    });
    await expect(readMaps([folder], { ...options, assumeSameFov: true }, pool)).rejects.toThrow(
      /--reference/,
    );
  });

  test("lies on the field of view of the reference where the user says so; failed fits of the original are no values", async () => {
    const assumed = { ...options, assumeSameFov: true, reference };
    const { maps, diagnostics } = await readMaps([folder], assumed, pool);
    const { planes, samples, zeroMeansNoValue, unit } = maps[0]!;
    expect(planes.shape).toEqual([4, 3, 2]);
    expect(planes.rowStep).toEqual([2, 0, 0]);
    expect(planes.columnStep).toEqual([0, 0, -2]);
    expect(planes.origins).toEqual([
      [5.5, 6, 6.5],
      [5.5, 7, 6.5],
    ]);
    expect(Array.from(samples.subarray(0, 3))).toEqual([Number.NaN, 40, 40]);
    expect([zeroMeansNoValue, unit]).toEqual([true, "ms"]);
    expect(diagnostics.map(({ code, severity }) => [code, severity])).toEqual([
      ["NO_ORIENTATION", "warning"],
      ["NO_VALUE", "info"],
      ["UNKNOWN_UNIT", "info"],
    ]);
    // Its voxels of 0.5 x 0.75 mm make another field of view.
    expect(diagnostics[0]!.text).toMatch(/makes 2 x 2.25 mm, the reference 8 x 6 mm/);
  });

  test("needs as many slices as the reference", async () => {
    const other = planesOfGrid({ ...grid, shape: [8, 6, 5] });
    await expect(
      readMaps([folder], { ...options, assumeSameFov: true, reference: other }, pool),
    ).rejects.toThrow(/2 slices, the reference 5/);
  });
});

test("a map stored with its slices along another axis is turned to the slices of the reference", async () => {
  const value = (i: number, j: number, k: number) => 100 * i + 10 * j + k;
  const folder = writeFolder({ "T2map.nii": { value } });
  // Slices of the reference along the second axis of the file.
  const reference = planesOfGrid({
    shape: [4, 4, 4],
    affineLps: [1, 0, 0, 0, 0, 0, 1, 0, 0, -1, 0, 0, 0, 0, 0, 1],
    origin: "dicom",
  });
  const { planes, samples } = (await readMaps([folder], { ...options, reference }, pool)).maps[0]!;
  expect(planes.shape).toEqual([4, 2, 3]);
  // Voxel (i, j, k) of the planes is voxel (i, k, j) of the file; steps 0.5, 0.75 and 1.5 mm in R, A, S.
  expect(samples[1 + 4 * (1 + 2 * 2)]).toBe(value(1, 2, 1));
  expect(planes.rowStep.map((x) => x + 0)).toEqual([-0.5, 0, 0]);
  expect(planes.columnStep.map((x) => x + 0)).toEqual([0, 0, 1.5]);
  expect(planes.origins.map(([, y]) => y + 0)).toEqual([0, -0.75, -1.5]);
});

test("DICOM beside NIfTI maps is not read, alone it is", async () => {
  const folder = writeFolder({ "T2map.nii": 0.05 });
  writeFileSync(join(folder, "a.dcm"), encodeDicom(classicImage(0, 0)));
  expect((await readMaps([folder], options, pool)).maps).toHaveLength(1);
  const { maps } = await readMaps([join(folder, "a.dcm")], options, pool);
  expect(maps.map(({ path, unit }) => [path, unit])).toEqual([["a.dcm", "arbitrary"]]);
});
