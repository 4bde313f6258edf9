import { existsSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { listFiles } from "#shared/files/list-files.ts";
import { looksLikeNifti, readNiftiSeries } from "#shared/nifti/read-series.ts";
import { openPool } from "#shared/parallel/pool.ts";
import { lpsToRas, voxelCount } from "#shared/volume/grid.ts";
import { hasNibabel, readWithNibabel } from "./debian-tools.ts";
import { affineLps, fourD, readFolder, shape, threeD } from "./nifti-folder.ts";

const first = (series: { stored: ArrayLike<number> }, volumes: number): number[] =>
  Array.from({ length: volumes }, (_, n) => series.stored[24 * n]!);

describe("a 4D file", () => {
  test("takes its echo times in seconds from the sidecar, in ms on the axis", async () => {
    const sidecar = {
      EchoTime: [0.0128, 0.0256, 0.0384],
      RepetitionTime: 3,
      SeriesInstanceUID: "1.2.3",
      SeriesNumber: 7,
      SeriesDescription: "MSME",
      Manufacturer: "Bruker",
      MagneticFieldStrength: 7,
      MRAcquisitionType: "2D",
    };
    const series = await readFolder({
      "m.nii.gz": gzipSync(fourD(3)),
      "m.json": sidecar,
      "note.txt": "x",
    });
    expect(series.axis).toEqual({
      keyword: "EchoTime",
      values: [12.8, 25.6, 38.4],
      unit: "ms",
      source: "sidecar:EchoTime",
    });
    expect(series.grid).toMatchObject({ shape, origin: "nifti" });
    series.grid.affineLps.forEach((value, n) => {
      expect(value).toBeCloseTo(affineLps[n]!, 6);
    });
    expect(series.stored).toBeInstanceOf(Int16Array);
    expect(series.stored.buffer).toBeInstanceOf(SharedArrayBuffer);
    expect(first(series, 3)).toEqual([0, 1000, 2000]);
    expect([...series.slope]).toEqual(new Array(6).fill(1));
    expect(series.identity).toMatchObject({
      kind: "nifti",
      modality: "MR",
      seriesInstanceUID: "1.2.3",
      seriesNumber: 7,
      seriesDescription: "MSME",
      sliceSources: [[], []],
    });
    expect(series.identity.files[0]).toMatchObject({
      path: "m.nii.gz",
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    expect(series.acquisition).toContainEqual({
      keyword: "RepetitionTime",
      value: 3000,
      unit: "ms",
      source: "sidecar:RepetitionTime",
    });
    expect(series.acquisition.map(({ keyword }) => keyword)).not.toContain("EchoTime");
  });

  test("with times out of order is sorted by them", async () => {
    const series = await readFolder({
      "m.nii": fourD(3),
      "m.json": { EchoTime: [0.03, 0.01, 0.02] },
    });
    expect(series.axis.values).toEqual([10, 20, 30]);
    expect(first(series, 3)).toEqual([1000, 2000, 0]);
  });

  test("without times is refused, unless the user gives them", async () => {
    await expect(readFolder({ "m.nii": fourD(3) })).rejects.toMatchObject({
      code: "E-MISSING-TE",
      message: expect.stringMatching(/m\.nii.*EchoTime, in seconds.*m\.json.*--te/s),
    });
    const series = await readFolder({ "m.nii": fourD(3) }, { values: [5, 10, 15] });
    expect(series.axis).toMatchObject({ values: [5, 10, 15], source: "user" });
  });

  test("takes b-values and directions from bval and bvec files", async () => {
    const files = {
      "d.nii": fourD(3),
      "d.bval": "1000 0 500\n",
      "d.bvec": "1 0 0\n0 0 1\n0 0 0\n",
    };
    const series = await readFolder(files, { contrast: "DiffusionBValue" });
    expect(series.axis).toMatchObject({ values: [0, 500, 1000], unit: "s/mm2", source: "bval" });
    expect(first(series, 3)).toEqual([1000, 2000, 0]);
    // Axes towards L, P, S: FSL's x runs against the first of these right-handed axes.
    expect(series.diffusion).toEqual({
      bValues: [0, 500, 1000],
      directions: [undefined, [0, 1, 0], [-1, 0, 0]],
      directionSource: "bvec",
      acquisitionOrder: [1, 2, 0],
    });
  });
});

describe("several 3D files", () => {
  const echoes = (names: readonly string[]) =>
    Object.fromEntries(
      names.flatMap((name, n) => [
        [`${name}.nii`, threeD(100 * (n + 1))],
        [`${name}.json`, { EchoTime: 0.01 * (n + 1) }],
      ]),
    );

  test.each([
    ["BIDS", ["s_echo-1_MESE", "s_echo-2_MESE"]],
    ["dcm2niix", ["x_e1", "x_e2", "x_e3"]],
    ["one scan per echo", ["a/te", "b/te", "c/te"]],
  ])("named as %s does are one series", async (_, names) => {
    const series = await readFolder(echoes(names));
    expect(series.axis.values).toEqual(names.map((__, n) => 10 * (n + 1)));
    expect(first(series, names.length)).toEqual(names.map((__, n) => 100 * (n + 1)));
    expect(series.identity.files).toHaveLength(names.length);
  });

  test("are ordered by their times, never by their names", async () => {
    const series = await readFolder({
      "x_e1.nii": threeD(1),
      "x_e1.json": { EchoTime: 0.03 },
      "x_e2.nii": threeD(2),
      "x_e2.json": { EchoTime: 0.01 },
    });
    expect(first(series, 2)).toEqual([2, 1]);
  });

  test("of different types are joined without loss", async () => {
    const mixed = { ...echoes(["x_e1", "x_e2"]), "x_e2.nii": threeD(60000, { type: "uint16" }) };
    const series = await readFolder(mixed);
    expect(series.stored).toBeInstanceOf(Int32Array);
    expect(first(series, 2)).toEqual([100, 60000]);
    const floats = { ...echoes(["x_e1", "x_e2"]), "x_e2.nii": threeD(0.5, { type: "float32" }) };
    expect((await readFolder(floats)).stored).toBeInstanceOf(Float64Array);
  });

  test("without sidecars are dealt the user's times by their numbers; without numbers they are refused", async () => {
    const numbered = { "x_e2.nii": threeD(2), "x_e10.nii": threeD(10), "x_e9.nii": threeD(9) };
    await expect(readFolder(numbered, { values: [1, 2, 3] })).rejects.toMatchObject({
      code: "E-RECTANGLE",
    });
    const complete = { "x_e2.nii": threeD(2), "x_e1.nii": threeD(1), "x_e3.nii": threeD(3) };
    expect(first(await readFolder(complete, { values: [5, 6, 7] }), 3)).toEqual([1, 2, 3]);
    const unnumbered = { "a.nii": threeD(2), "b.nii": threeD(1) };
    await expect(readFolder(unnumbered, { values: [5, 6] })).rejects.toMatchObject({
      code: "E-MISSING-TE",
    });
  });

  test("on different voxels are refused with both geometries", async () => {
    const shifted = [...affineLps];
    shifted[3] = -1.05;
    const files = { ...echoes(["x_e1", "x_e2"]), "x_e2.nii": threeD(2, { affine: shifted }) };
    await expect(readFolder(files)).rejects.toMatchObject({
      code: "E-GRID",
      message: expect.stringMatching(/x_e1\.nii.*x_e2\.nii.*-1\.05/s),
    });
  });

  test("with one missing in the middle are refused", async () => {
    const { "x_e2.nii": _gone, ...rest } = echoes(["x_e1", "x_e2", "x_e3"]);
    await expect(readFolder(rest)).rejects.toMatchObject({
      code: "E-RECTANGLE",
      message: expect.stringContaining("Image 2 of x"),
    });
  });

  test("one without a time is named", async () => {
    const files = { ...echoes(["x_e1", "x_e2", "x_e3"]), "x_e2.json": { RepetitionTime: 2 } };
    await expect(readFolder(files)).rejects.toMatchObject({
      code: "E-MISSING-TE",
      message: expect.stringContaining("1 of 3 images of x (first: x_e2.nii)"),
    });
  });
});

describe("refusals", () => {
  const m = (EchoTime: unknown, more: object = {}) => ({
    "m.nii": fourD(3),
    "m.json": { EchoTime, ...more },
  });

  test.each<[string, string, Parameters<typeof readFolder>, RegExp]>([
    [
      "all times the same",
      "E-TE-CONSTANT",
      [m(0.01, { RepetitionTime: [1, 2, 3] })],
      /TE 10 ms.*What varies is RepetitionTime \(3 values\)\. Did you mean process-t1/,
    ],
    ["a time twice", "E-DUPLICATE", [m([0.01, 0.02, 0.02])], /TE 20 ms.*volume 2.*volume 3/],
    ["times that do not match the volumes", "E-TE-COUNT", [m([0.01, 0.02])], /3 volumes, but 2/],
    ["times in milliseconds by mistake", "E-SIDECAR-UNIT", [m([10, 20, 30])], /up to 30/],
    [
      "user's times that disagree",
      "E-TE-MISMATCH",
      [m([0.01, 0.02, 0.03]), { values: [10, 20.3, 30] }],
      /TE 20 ms.*20\.3 ms/,
    ],
    [
      "too many times of the user",
      "E-TE-COUNT",
      [m([0.01, 0.02, 0.03]), { values: [10, 20] }],
      /gives 2.*holds 3/,
    ],
    ["too few images", "E-FEW", [m([0.01, 0.02, 0.03]), { atLeast: 4 }], /at least 4/],
    ["a sidecar that is no JSON", "E-SIDECAR", [{ "m.nii": fourD(3), "m.json": "{" }], /m\.json/],
    ["CT", "E-MODALITY", [m([0.01, 0.02, 0.03], { Modality: "CT" })], /CT/],
    ["a .hdr/.img pair", "E-NIFTI-PAIR", [{ "a.hdr": "x", "a.img": "y" }], /a\.hdr/],
    ["an unknown series", "E-SERIES", [m([0.01, 0.02, 0.03]), { series: "q" }], /q/],
    [
      "b-values that are missing",
      "E-NO-BVALUE",
      [m(0.01), { contrast: "DiffusionBValue" }],
      /m\.bval/,
    ],
    ["a bval file of words", "E-BVAL", [{ "m.nii": fourD(3), "m.bval": "a b c" }], /m\.bval/],
  ])("%s: %s", async (_, code, [files, want], message) => {
    await expect(readFolder(files, want)).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message),
    });
  });

  test("the user's times win with --override, and within 1 % without", async () => {
    const near = await readFolder(m([0.01, 0.02, 0.03]), { values: [10.05, 20, 30] });
    expect(near.axis).toMatchObject({ values: [10.05, 20, 30], source: "user" });
    const forced = await readFolder(m([0.01, 0.02, 0.03]), { values: [7, 14, 21], override: true });
    expect(forced.axis.values).toEqual([7, 14, 21]);
  });

  test("several candidates make a question that --series answers", async () => {
    const files = {
      ...m([0.01, 0.02, 0.03]),
      "n.nii": fourD(4),
      "n.json": { EchoTime: [0.01, 0.02, 0.03, 0.04], SeriesNumber: 9 },
      "anatomy.nii": threeD(1),
      "anatomy.json": { EchoTime: 0.05 },
    };
    await expect(readFolder(files)).rejects.toMatchObject({
      code: "E-MIXED-SERIES",
      message: expect.stringMatching(/m \(3 echo times\), n \(4 echo times\).*--series m/s),
    });
    for (const series of ["n", "n.nii", "9"]) {
      expect((await readFolder(files, { series })).axis.values).toHaveLength(4);
    }
  });

  test("maps, masks and phase images beside the series are left out with a remark", async () => {
    const files = {
      ...m([0.01, 0.02, 0.03]),
      "sub_T2map.nii": threeD(1),
      "sub_desc-fit_mask.nii": threeD(1),
      "other.nii": fourD(3),
      "other.json": { EchoTime: [0.01, 0.02, 0.03], ImageType: ["ORIGINAL", "PRIMARY", "P"] },
    };
    const { warnings, identity } = await readFolder(files);
    expect(identity.files.map(({ path }) => path)).toEqual(["m.nii"]);
    expect(warnings.map(({ code }) => code)).toEqual(new Array(3).fill("W-NIFTI-IGNORED"));
  });
});

test("a folder looks like NIfTI by its names", () => {
  const looks = (...paths: string[]) =>
    looksLikeNifti(paths.map((path) => ({ path, absolutePath: `/${path}` })));
  expect(looks("a/b.NII.gz")).toBe(true);
  expect(looks("b.nii", "x.txt")).toBe(true);
  expect(looks("b.hdr", "b.img")).toBe(true);
  expect(looks("b.hdr", "c.img", "nii", "a.nii.json")).toBe(false);
  expect(looks()).toBe(false);
});

const data = join(process.env["XNAT_PIC_DATA"] ?? "../shared/data", "qmri");

describe.skipIf(!existsSync(data) || !hasNibabel)("reference data", () => {
  test.each([
    ["qmri-uq-phantom", "EchoTime", "t2_sese", 17, 10, 250],
    ["qmri-uq-phantom", "InversionTime", "t1_seir", 11, 40, 4000],
    ["qmrust-playground", "EchoTime", "mono_t2", 30, 12.8, 384],
    ["t2map-prostate", "EchoTime", "prostate_t2", 10, 26.4, 145.2],
    ["synthetic-phantom-dicom", "EchoTime", "t2star", 10, 2.5, 40],
    ["synthetic-phantom-dicom", "DiffusionBValue", "adc", 8, 0, 1000],
  ] as const)(
    "%s by %s is %s as nibabel reads it",
    async (set, contrast, stem, count, from, to) => {
      const folder = join(data, set, "nifti");
      const files = await listFiles(folder);
      const request = { contrast, atLeast: 2, series: stem };
      const series = await readNiftiSeries(folder, files, request, openPool(1, ""));
      expect(series.axis.values).toHaveLength(count);
      expect([series.axis.values[0], series.axis.values.at(-1)]).toEqual([from, to]);
      const [their] = readWithNibabel(join(folder, `${stem}.nii.gz`));
      expect([...series.grid.shape, count]).toEqual(their!.shape);
      expect([...series.stored]).toEqual(their!.values);
      expect(series.stored).toHaveLength(voxelCount(series.grid) * count);
      lpsToRas(series.grid.affineLps).forEach((value, entry) => {
        expect(value).toBeCloseTo(their!.affine[entry]!, 10);
      });
    },
  );
});
