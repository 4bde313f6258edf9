import { describe, expect, test } from "vitest";
import { encodeDicom } from "#test/phantom/dicom-bytes.ts";
import {
  type Changes,
  classicImage,
  echoTimes,
  enhancedImage,
  frameGroup,
} from "#test/phantom/dicom-images.ts";
import { classicFolder, readContent, refusal } from "./dicom-folder.ts";

const withChanges = (changes: Changes) =>
  classicFolder(1, {}, (k, e) => classicImage(k, e, changes));

/** Phase, real or imaginary images of the same slice and echoes. */
function part(letter: string, changes: Changes = {}) {
  return Object.fromEntries(
    echoTimes.map((_, e) => [
      `${letter}${e}.dcm`,
      encodeDicom(
        classicImage(0, e, {
          "00080008": ["CS", `ORIGINAL\\PRIMARY\\${letter}`],
          "00080018": ["UI", `1.2.6.${letter.charCodeAt(0)}.${e}`],
          ...changes,
        }),
      ),
    ]),
  );
}

describe("parts of the complex signal", () => {
  test.each([
    ["P", "3 phase"],
    ["PHASE MAP", "3 phase"],
    ["P_SE", "3 phase"],
    ["REAL", "3 real"],
    ["I", "3 imaginary"],
  ])("%s images beside magnitude are left out and counted", async (letter, counted) => {
    const series = await readContent({ ...classicFolder(1), ...part(letter) });
    expect(series.stored[0]).toBe(1000);
    expect(series.warnings).toMatchObject([{ code: "W-PARTS" }]);
    expect(series.warnings[0]!.text).toContain(counted);
  });

  test("GE tells them by a private code, whatever its block", async () => {
    const coded = part("OTHER", {
      "00430011": ["LO", "GEMS_PARM_01"],
      "0043112F": ["SS", 1],
    });
    const series = await readContent({ ...classicFolder(1), ...coded });
    expect(series.warnings[0]!.text).toContain("3 phase");
  });

  test("enhanced frames by ComplexImageComponent", async () => {
    const groups = [0, 1, 2].flatMap((e) => [
      frameGroup(0, e),
      frameGroup(0, e).map((element) =>
        element[0] === "00189226"
          ? ([
              "00189226",
              "SQ",
              [
                [
                  ["00089007", "CS", "ORIGINAL\\PRIMARY\\X\\NONE"],
                  ["00089208", "CS", "PHASE"],
                ],
              ],
            ] as const)
          : element,
      ),
    ]);
    const elements = enhancedImage(2, { "52009230": ["SQ", groups] });
    const series = await readContent({ IM: encodeDicom(elements) });
    expect(series.warnings[0]!.text).toContain("3 phase");
    expect(series.identity.sliceSources[0]?.[0]?.frameNumbers).toEqual([1, 3, 5]);
  });

  test("real and imaginary without magnitude are refused", async () => {
    const error = await refusal({ ...part("R"), ...part("I") });
    expect(error).toMatchObject({ tag: "input", code: "E-COMPLEX" });
    expect(error.message).toMatch(/3 imaginary, 3 real|3 real, 3 imaginary/);
  });
});

describe("maps are no input", () => {
  const units = (code: string): Changes => ({
    "00409096": ["SQ", [[["004008EA", "SQ", [[["00080100", "SH", code]]]]]]],
  });

  test.each<[string, Changes]>([
    ["a map by its ImageType", { "00080008": ["CS", "DERIVED\\PRIMARY\\T2 MAP\\T2"] }],
    ["an ADC map", { "00080008": ["CS", "DERIVED\\PRIMARY\\DIFFUSION\\ADC"] }],
    ["real-world values in ms", units("ms")],
    ["a Parametric Map", { "00080016": ["UI", "1.2.840.10008.5.1.4.1.1.30"] }],
  ])("%s is refused", async (_name, changes) => {
    expect(await refusal(withChanges(changes))).toMatchObject({ tag: "input", code: "E-DERIVED" });
  });

  test("real-world values without a unit are a signal", async () => {
    expect((await readContent(withChanges(units("1")))).warnings).toEqual([]);
  });

  test("a plain DERIVED is taken, with a remark", async () => {
    const series = await readContent(
      withChanges({ "00080008": ["CS", "DERIVED\\PRIMARY\\OTHER"] }),
    );
    expect(series.warnings).toMatchObject([{ code: "W-DERIVED" }]);
  });

  test("T2 as the flavour of an original image is no map", async () => {
    const series = await readContent(
      withChanges({ "00080008": ["CS", "ORIGINAL\\PRIMARY\\T2\\NONE"] }),
    );
    expect(series.warnings).toEqual([]);
  });

  test("maps among measured images are left out and counted", async () => {
    const maps = part("T2 MAP", { "00080008": ["CS", "DERIVED\\PRIMARY\\T2 MAP"] });
    const series = await readContent({ ...classicFolder(1), ...maps });
    expect(series.warnings).toMatchObject([{ code: "W-MAPS" }]);
    expect(series.stored[0]).toBe(1000);
  });
});

describe("values and what they mean", () => {
  test("Philips scale slope gives the scanner's values, with a remark", async () => {
    const series = await readContent(
      withChanges({
        "00281052": ["DS", "10"],
        "00281053": ["DS", "2"],
        "20050010": ["LO", "Philips MR Imaging DD 001"],
        "2005100E": ["FL", 0.25],
      }),
    );
    // (stored x 2 + 10) / (2 x 0.25)
    expect([series.slope[0], series.intercept[0]]).toEqual([4, 20]);
    expect(series.warnings).toMatchObject([{ code: "W-PHILIPS-SCALE" }]);
  });

  test("the same element of another owner is nobody's scale", async () => {
    const series = await readContent(
      withChanges({ "20050010": ["LO", "SOMEBODY ELSE"], "2005100E": ["FL", 0.25] }),
    );
    expect(series.slope[0]).toBe(1);
  });

  test.each(["0", "abc"])("a slope of %o is refused", async (slope) => {
    const error = await refusal(withChanges({ "00281053": ["DS", slope] }));
    expect(error).toMatchObject({ tag: "input", code: "E-RESCALE" });
  });

  test("a mosaic is refused, not misread", async () => {
    const changes: Changes = { "00080008": ["CS", "ORIGINAL\\PRIMARY\\M\\MOSAIC"] };
    expect(await refusal(withChanges(changes))).toMatchObject({
      tag: "unsupported",
      code: "E-MOSAIC",
    });
  });

  test("a lookup table in place of a slope is refused", async () => {
    const changes: Changes = { "00283000": ["SQ", [[["00283003", "LO", "X"]]]] };
    expect(await refusal(withChanges(changes))).toMatchObject({
      tag: "unsupported",
      code: "E-MODALITY-LUT",
    });
  });
});
