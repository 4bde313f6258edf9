import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { DerivedRequest } from "#shared/dicom/derived-object.ts";
import { type DerivedSeries, encodeDerivedSeries } from "#shared/dicom/derived-series.ts";
import { encodeParametricMap } from "#shared/dicom/encode-parametric-map.ts";
import { type Quantity, quantities } from "#shared/dicom/quantity.ts";
import { readDicomSeries } from "#shared/dicom/read-series.ts";
import { listFiles } from "#shared/files/list-files.ts";
import { modelConcepts } from "#shared/models/model-concepts.ts";
import { openPool } from "#shared/parallel/pool.ts";
import { lpsToRas, voxelCount } from "#shared/volume/grid.ts";
import {
  hasDcm2niix,
  hasNibabel,
  hasPydicom,
  inFolder,
  readWithNibabel,
} from "#test/shared/nifti/debian-tools.ts";
import { hasDciodvfy, judge, readWithPydicom } from "./dicom-tools.ts";
import {
  exampleGrid,
  exampleIdentity,
  exampleRequest,
  exampleSamples,
  exampleTemplate,
} from "./example-map.ts";

const data = join(process.env["XNAT_PIC_DATA"] ?? "../shared/data", "qmri");

function encode(change: Partial<DerivedRequest> = {}): DerivedSeries {
  const series = encodeDerivedSeries({ ...exampleRequest, ...change });
  if (series === undefined) throw new Error("no series");
  return series;
}

const adc: Partial<DerivedRequest> = {
  map: { grid: exampleGrid, samples: exampleSamples.map((v) => v * 1e-5), unit: "mm2/s" },
  quantity: "ADC",
  derivation: "standard error",
  model: modelConcepts.monoExponentialDiffusion,
  bValues: [0, 100, 500],
  name: "ADC",
};

describe("a map as a derived MR series", () => {
  test("one file for each slice, the same bytes each time", () => {
    const first = encode();
    expect(first.files.map((file) => file.fileName)).toEqual([
      "T2map-0001.dcm",
      "T2map-0002.dcm",
      "T2map-0003.dcm",
    ]);
    expect(encode()).toEqual(first);
  });

  test("other values, options, versions and maps get another SeriesInstanceUID", () => {
    const changed = exampleSamples.with(5, 1);
    const series = [
      encode(),
      encode({ map: { ...exampleRequest.map, samples: changed } }),
      encode({ options: '{"model":"3par"}' }),
      encode({ tool: { name: "process-t2", version: "0.2.0" } }),
      encode({ name: "M0map" }),
    ];
    expect(new Set(series.map((one) => one.seriesInstanceUID)).size).toBe(series.length);
  });

  test("a source without a DICOM identity gives no series", () => {
    const identity = { ...exampleIdentity, template: undefined };
    const source = { ...exampleRequest.source, identity };
    expect(encodeDerivedSeries({ ...exampleRequest, source })).toBeUndefined();
  });
});

describe.skipIf(!hasDciodvfy)("judged by dciodvfy (Debian package dicom3tools)", () => {
  const rescaleOnly = [
    /RescaleSlope and RescaleIntercept.*<RescaleIntercept>/,
    /RescaleSlope and RescaleIntercept.*<RescaleSlope>/,
    /not present in standard DICOM IOD - \(0x0028,0x1052\)/,
    /not present in standard DICOM IOD - \(0x0028,0x1053\)/,
    /this is a Standard Extended SOP Class/,
  ];

  test.each([
    ["T2 in ms", {}],
    ["standard error of the ADC in mm2/s", adc],
    ["a single slice", { map: oneSlice() }],
    ["a map without any value", { map: { ...exampleRequest.map, samples: allMissing() } }],
  ])("%s: no error, and no warning but those about the rescale", async (_, change) => {
    for (const { bytes } of encode(change).files) {
      const { errors, warnings } = await judge(bytes);
      expect(errors).toEqual([]);
      expect(warnings.filter((line) => !rescaleOnly.some((known) => known.test(line)))).toEqual([]);
    }
  });

  test("a source with nothing but its UIDs still gives images without errors", async () => {
    const identity = { ...exampleIdentity, template: {}, frameOfReferenceUID: "" };
    const [first] = encode({ source: { ...exampleRequest.source, identity } }).files;
    expect((await judge(first!.bytes)).errors).toEqual([]);
  });
});

describe.skipIf(!hasPydicom)("read by pydicom", () => {
  test.each([
    ["T2", {}],
    ["ADC", adc],
  ])("%s reads back within the stated error, and a missing value as padding", async (_, change) => {
    const series = encode(change);
    const objects = await readWithPydicom(series.files.map((file) => file.bytes));
    const expected = { ...exampleRequest, ...change }.map.samples;
    const read = objects.flatMap(({ json, pixels }) => {
      const number = (tag: string) => Number(json[tag]?.Value?.[0]);
      const [padding, slope, intercept] = ["00280120", "00281053", "00281052"].map(number);
      return pixels.map((v) => (v === padding ? Number.NaN : v! * slope! + intercept!));
    });
    const errors = read.map((value, i) => Math.abs(value - expected[i]!));
    expect(read.map(Number.isNaN)).toEqual(Array.from(expected, Number.isNaN));
    const largest = Math.max(...errors.filter((error) => !Number.isNaN(error)));
    expect(largest).toBeLessThanOrEqual(series.maximumError * (1 + 1e-9));
    const range = Math.max(...Array.from(expected).filter((v) => !Number.isNaN(v)));
    expect(series.maximumError).toBeLessThanOrEqual((range / 65535 / 2) * (1 + 1e-6));
  });

  test("the real-world value mapping says unit, quantity, model, method and b-values", async () => {
    const [object] = await readWithPydicom([encode(adc).files[0]!.bytes]);
    type Item = Record<string, { Value: Item[] & string[] & number[] }>;
    const item = object!.json["00409096"]!.Value![0] as Item;
    const code = (sequence: Item[]) => sequence[0]!["00080100"]!.Value[0];
    expect(code(item["004008EA"]!.Value)).toBe("mm2/s");
    const definition = item["00409220"]!.Value.map((entry: Item) => [
      code(entry["0040A043"]!.Value),
      entry["0040A168"] === undefined ? entry["0040A30A"]!.Value[0] : code(entry["0040A168"].Value),
    ]);
    expect(definition).toEqual([
      ["246205007", "113041"],
      ["121401", "386136009"],
      ["370129005", "113250"],
      ["113241", "113261"],
      ["113240", 0],
      ["113240", 100],
      ["113240", 500],
    ]);
    expect(item["00409225"]!.Value[0]).toBe(Number(object!.json["00281053"]!.Value![0]));
  });

  test("a value that the source has too long for its VR is repeated, not cut and not refused", async () => {
    const long = "X".repeat(80);
    const template = { ...exampleTemplate, "00100020": { vr: "LO", Value: [long] } };
    const identity = { ...exampleIdentity, template };
    const [file] = encode({ source: { ...exampleRequest.source, identity } }).files;
    const [object] = await readWithPydicom([file!.bytes]);
    expect(object!.json["00100020"]!.Value).toEqual([long]);
  });

  test("patient and study are the source's, the varied echo time is empty, nothing is made up", async () => {
    const [object] = await readWithPydicom([encode().files[1]!.bytes]);
    const value = (tag: string) => object!.json[tag]?.Value;
    expect(value("00100010")).toEqual([{ Alphabetic: "Mäuse^Überprüft" }]);
    expect(value("0020000D")).toEqual(["1.2.3"]);
    expect(value("00200052")).toEqual(["1.2.3.5"]);
    expect(value("00200011")).toEqual([501]);
    expect(value("0008103E")).toEqual(["T2 map [ms], 2-parameter"]);
    expect(value("00080008")).toEqual(["DERIVED", "PRIMARY", "T2 MAP", "T2"]);
    expect(value("00180080")).toEqual([2500]);
    for (const empty of ["00180081", "00100030", "00080050"]) {
      expect(object!.json[empty]).toEqual({ vr: expect.any(String) });
    }
    type Reference = Record<string, { Value: string[] }>;
    const sources = value("00082112") as Reference[];
    expect(sources.map((item) => item["00081155"]!.Value[0])).toEqual([
      "1.2.3.4.2.1",
      "1.2.3.4.2.2",
    ]);
  });
});

test.skipIf(!hasDcm2niix || !hasNibabel)("dcm2niix finds one volume on the grid of the map", () =>
  inFolder((folder) => {
    const { files } = encode();
    // File names in another order than the slices.
    files.forEach(({ bytes }, k) => {
      writeFileSync(join(folder, `${(k + 2) % 3}.dcm`), bytes);
    });
    spawnSync("dcm2niix", ["-z", "n", "-f", "map", folder]);
    const images = readdirSync(folder).filter((name) => name.endsWith(".nii"));
    expect(images).toEqual(["map.nii"]);
    const [image] = readWithNibabel(join(folder, "map.nii"));
    expect(image!.shape).toEqual([12, 10, 3]);
    // dcm2niix writes the last row first.
    const ras = lpsToRas(exampleGrid.affineLps);
    const flipped = [0, 1, 2].flatMap((r) => [
      ras[4 * r]!,
      -ras[4 * r + 1]!,
      ras[4 * r + 2]!,
      ras[4 * r + 3]! + 9 * ras[4 * r + 1]!,
    ]);
    image!.affine.slice(0, 12).forEach((value, i) => {
      expect(value).toBeCloseTo(flipped[i]!, 5);
    });
    expect(image!.values[1 + 12 * 9]).toBeCloseTo(exampleSamples[1]!, 2);
  }),
);

describe.skipIf(!hasDciodvfy)("every quantity", () => {
  const cases = (Object.keys(quantities) as Quantity[]).map((quantity) => {
    const unit = /^(T1|T2|T2star)$/.test(quantity)
      ? "ms"
      : /^R\d/.test(quantity)
        ? "1/s"
        : /^(FA|MK|AK|RK|KFA|AKC|perfusionFraction|rsquared)$/.test(quantity)
          ? "1"
          : /^(M0|S0|offset)$/.test(quantity)
            ? "arbitrary"
            : "mm2/s";
    return [quantity, unit] as const;
  });

  test.each(cases)("%s in %s makes sound objects, below 0 as well", async (quantity, unit) => {
    const scale = unit === "mm2/s" ? 1e-3 : 1;
    const samples = exampleSamples.map((value) => scale * (0.01 * value - 0.4));
    const map = { grid: exampleGrid, samples, unit } as const;
    const request = { ...exampleRequest, quantity, name: quantity, map };
    const { files, maximumError } = encodeDerivedSeries(request)!;
    expect((await judge(files[0]!.bytes)).errors).toEqual([]);
    expect((await judge(encodeParametricMap(request)!.bytes)).errors).toEqual([]);
    const values = [...samples].filter(Number.isFinite);
    const span = Math.max(...values) - Math.min(...values);
    // 65,534 steps over the range, and half of one is the largest error.
    expect(maximumError).toBeLessThan((0.51 * span) / 65_534);
  });
});

function oneSlice(): DerivedRequest["map"] {
  const grid = { ...exampleGrid, shape: [12, 10, 1] as const };
  return { grid, samples: exampleSamples.slice(0, 120), unit: "ms" };
}

function allMissing(): Float32Array {
  return new Float32Array(360).fill(Number.NaN);
}

describe.skipIf(!existsSync(data) || !hasDciodvfy)("made from real scanners' files", () => {
  test.each([
    ["classic, Philips", "dwi-dicom-philips-classic/dicom"],
    ["Enhanced, Canon", "dwi-dicom-canon-enhanced/dicom"],
    ["classic, converted from Enhanced", "dipy-dwi/dicom/small_64D_classic"],
    ["Enhanced", "dipy-dwi/dicom/small_64D_enhanced"],
  ])("%s: the derived series and the Parametric Map have no errors", async (_, folder) => {
    const path = join(data, folder);
    const want = { contrast: "DiffusionBValue", atLeast: 2 } as const;
    const found = await listFiles(path);
    const source = await readDicomSeries(path, found, want, openPool(1, import.meta.url));
    const samples = new Float32Array(voxelCount(source.grid)).map(
      (_, i) => 1e-3 + 1e-6 * (i % 997),
    );
    const map = { grid: source.grid, samples, unit: "mm2/s" } as const;
    const request = { ...exampleRequest, ...adc, map, source };
    const first = encodeDerivedSeries(request)!.files[0]!;
    expect((await judge(first.bytes)).errors).toEqual([]);
    expect((await judge(encodeParametricMap(request)!.bytes)).errors).toEqual([]);
  });
});
