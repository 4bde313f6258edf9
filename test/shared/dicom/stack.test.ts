import { describe, expect, test } from "vitest";
import type { ContrastKeyword } from "#shared/volume/series-volume.ts";
import { encodeDicom } from "#test/phantom/dicom-bytes.ts";
import {
  type Changes,
  classicImage,
  columns,
  enhancedImage,
  rows,
} from "#test/phantom/dicom-images.ts";
import { classicFolder, readContent, refusal } from "./dicom-folder.ts";

/** A folder of classic images, each changed by what `changes` says of it. */
function changed(slices: number, changes: (k: number, e: number) => Changes) {
  return classicFolder(slices, {}, (k, e, _, writing) =>
    classicImage(k, e, changes(k, e), writing),
  );
}

const pixelCount = columns * rows;

describe("order", () => {
  test("is by place and echo time: names and instance numbers are never asked", async () => {
    const series = await readContent(
      changed(3, (k, e) => ({ "00200013": ["IS", String((k * 5 + e * 8) % 13)] })),
    );
    expect(series.axis.values).toEqual([8, 16, 24]);
    const firsts = Array.from({ length: 9 }, (_, f) => series.stored[f * pixelCount]);
    expect(firsts).toEqual([1000, 1100, 1200, 2000, 2100, 2200, 3000, 3100, 3200]);
  });

  test("echo times are sorted as numbers", async () => {
    const series = await readContent(
      changed(1, (_, e) => ({ "00180081": ["DS", ["100", "9.5", "20"][e]!] })),
    );
    expect(series.axis.values).toEqual([9.5, 20, 100]);
    expect(series.stored[0]).toBe(2000);
  });

  test("values that differ by rounding are one echo", async () => {
    const series = await readContent(
      changed(2, (k, e) => ({ "00180081": ["DS", String(8 * (e + 1) + k * 1e-4)] })),
    );
    expect(series.axis.values).toEqual([8, 16, 24]);
  });

  test.each<[ContrastKeyword, string, string]>([
    ["RepetitionTime", "00180080", "dicom:0018,0080"],
    ["InversionTime", "00180082", "dicom:0018,0082"],
    ["FlipAngle", "00181314", "dicom:0018,1314"],
  ])("a series may vary in %s as well", async (contrast, tag, source) => {
    const content = changed(2, (_, e) => ({
      [tag]: ["DS", String(100 * (e + 1))],
      "00180081": ["DS", "8"],
    }));
    const series = await readContent(content, { contrast });
    expect(series.axis).toMatchObject({ keyword: contrast, values: [100, 200, 300], source });
  });
});

describe("complete rectangle", () => {
  test("a missing image is named by slice and echo time", async () => {
    const content = classicFolder(3);
    const missing = Object.keys(content).find((name) => name.endsWith("-1-2.dcm"))!;
    delete content[missing];
    const error = await refusal(content);
    expect(error).toMatchObject({ tag: "input", code: "E-RECTANGLE" });
    expect(error.message).toMatch(/slice 2 of 3 .* has 2 of 3 echo times \(missing TE 24 ms\)/);
  });

  test("two images of one slice and echo are refused, both named", async () => {
    const again = encodeDicom(classicImage(1, 1, { "00080018": ["UI", "1.2.3.99"] }));
    const error = await refusal({ ...classicFolder(2), "again.dcm": again });
    expect(error).toMatchObject({ tag: "input", code: "E-DUPLICATE" });
    expect(error.message).toMatch(/Slice 2 of 2, TE 16 ms .*again\.dcm/);
  });

  test("measurements repeated as a whole stand side by side in the order of acquisition", async () => {
    const first = changed(2, () => ({ "00200012": ["IS", "2"] }));
    const second = classicFolder(2, {}, (k, e) =>
      classicImage(k, e, {
        "00200012": ["IS", "1"],
        "00080018": ["UI", `1.2.9.${k + 1}.${e + 1}`],
      }),
    );
    const renamed = Object.fromEntries(
      Object.entries(second).map(([name, bytes]) => [`b${name}`, bytes]),
    );
    const series = await readContent({ ...first, ...renamed });
    expect(series.axis.values).toEqual([8, 8, 16, 16, 24, 24]);
    expect(series.identity.sliceSources[0]?.[0]?.sopInstanceUID).toBe("1.2.9.1.1");
  });
});

describe("the contrast must be there and vary", () => {
  test("missing echo times are counted, the first file named", async () => {
    const content = changed(2, (k) => (k === 1 ? { "00180081": undefined } : {}));
    const error = await refusal(content);
    expect(error).toMatchObject({ tag: "input", code: "E-MISSING-TE" });
    expect(error.message).toMatch(
      /EchoTime \(0018,0081\) is missing .*in 3 of 6 images \(first: .*dcm\)/,
    );
    expect(error.message).toContain("--te");
  });

  test.each(["", "0", "abc", "12,8", "-8"])("an echo time of %o is a missing one", async (text) => {
    const content = changed(1, () => ({ "00180081": ["DS", text] }));
    expect(await refusal(content)).toMatchObject({ code: "E-MISSING-TE" });
  });

  test("one echo time only: what varies instead is said", async () => {
    const content = changed(1, (_, e) => ({
      "00180081": ["DS", "8"],
      "00180080": ["DS", String(500 * (e + 1))],
    }));
    const error = await refusal(content);
    expect(error).toMatchObject({ tag: "input", code: "E-TE-CONSTANT" });
    expect(error.message).toMatch(/All 3 images have TE 8 ms.*RepetitionTime \(3 values\)/);
  });

  test("fewer echoes than the fit needs are counted", async () => {
    const error = await refusal(classicFolder(1), { atLeast: 4 });
    expect(error).toMatchObject({ tag: "input", code: "E-FEW" });
    expect(error.message).toMatch(/3 echo times \(8, 16, 24 ms\).*at least 4/);
  });
});

describe("values given by the user", () => {
  test("that agree with the header are used", async () => {
    const series = await readContent(classicFolder(1), { values: [8.05, 16, 24] });
    expect(series.axis).toMatchObject({ values: [8.05, 16, 24], source: "user" });
  });

  test("that disagree are refused, both values named", async () => {
    const error = await refusal(classicFolder(1), { values: [8, 17, 24] });
    expect(error).toMatchObject({ tag: "input", code: "E-TE-MISMATCH" });
    expect(error.message).toMatch(/TE 17 ms where the images say 16 ms.*--override te/);
  });

  test("that disagree are used when forced", async () => {
    const series = await readContent(classicFolder(1), { values: [8, 17, 24], override: true });
    expect(series.axis.values).toEqual([8, 17, 24]);
  });

  test("of another number are refused", async () => {
    expect(await refusal(classicFolder(1), { values: [8, 16] })).toMatchObject({
      tag: "usage",
      code: "E-TE-COUNT",
    });
  });

  test("out of order are a wrong use", async () => {
    expect(await refusal(classicFolder(1), { values: [16, 8, 24] })).toMatchObject({
      tag: "usage",
      code: "E-TE-VALUES",
    });
  });

  test("fill a gap where the echoes are numbered", async () => {
    const content = changed(2, (_, e) => ({
      "00180081": undefined,
      "00180086": ["IS", String(e + 1)],
    }));
    const series = await readContent(content, { values: [5, 10, 15] });
    expect(series.axis).toMatchObject({ values: [5, 10, 15], source: "user" });
    expect(series.stored[2 * pixelCount]).toBe(2000);
  });

  test("cannot say which image is which", async () => {
    const content = changed(1, () => ({ "00180081": undefined }));
    expect(await refusal(content, { values: [5, 10, 15] })).toMatchObject({
      code: "E-MISSING-TE",
    });
  });
});

describe("images that do not belong together", () => {
  test("several orientations are a localizer", async () => {
    const content = changed(1, (_, e) =>
      e === 1 ? { "00200037": ["DS", "1\\0\\0\\0\\0\\-1"] } : {},
    );
    expect(await refusal(content)).toMatchObject({ tag: "input", code: "E-ORIENTATION" });
  });

  test("several matrices are refused", async () => {
    const content = changed(1, (_, e) =>
      e === 1 ? { "00280010": ["US", columns], "00280011": ["US", rows] } : {},
    );
    expect(await refusal(content)).toMatchObject({ tag: "input", code: "E-MATRIX" });
  });

  test("several pixel sizes are refused", async () => {
    const content = changed(1, (_, e) => (e === 1 ? { "00280030": ["DS", "0.75\\0.6"] } : {}));
    expect(await refusal(content)).toMatchObject({ tag: "input", code: "E-MATRIX" });
  });

  test.each([
    ["00200032", "ImagePositionPatient"],
    ["00200037", "ImageOrientationPatient"],
    ["00280030", "PixelSpacing"],
  ])("without %s (%s) nobody knows where they are", async (tag, keyword) => {
    const error = await refusal(changed(1, () => ({ [tag]: undefined })));
    expect(error).toMatchObject({ tag: "input", code: "E-GEOMETRY" });
    expect(error.message).toContain(keyword);
  });

  test("several frames of reference are refused", async () => {
    const content = changed(1, (_, e) => ({ "00200052": ["UI", `1.2.${e < 2 ? 1 : 2}`] }));
    expect(await refusal(content)).toMatchObject({ code: "E-FRAME-OF-REFERENCE" });
  });

  test("an enhanced object may hold its echoes in any order", async () => {
    const series = await readContent({ IM: encodeDicom(enhancedImage(2)) });
    expect(series.identity.sliceSources[0]?.[0]?.frameNumbers).toEqual([1, 2, 3]);
  });
});
