import { describe, expect, test } from "vitest";
import { encodeDicom } from "#test/phantom/dicom-bytes.ts";
import { type Changes, classicImage, echoTimes } from "#test/phantom/dicom-images.ts";
import { readContent, refusal } from "./dicom-folder.ts";

/** A series of one slice and three echoes with a number of its own. */
function series(number: number, changes: (e: number) => Changes = () => ({})) {
  return Object.fromEntries(
    echoTimes.map((_, e) => [
      `s${number}/${e}.dcm`,
      encodeDicom(
        classicImage(0, e, {
          "0020000E": ["UI", `1.2.7.${number}`],
          "00200011": ["IS", String(number)],
          "00080018": ["UI", `1.2.7.${number}.${e + 1}`],
          "0008103E": ["LO", `scan ${number}`],
          ...changes(e),
        }),
      ),
    ]),
  );
}

/** Three images that show the same echo. */
const flat =
  (te: number) =>
  (e: number): Changes => ({
    "00180081": ["DS", String(te)],
    "00200032": ["DS", `0\\0\\${e}`],
    "00200037": ["DS", "1\\0\\0\\0\\1\\0"],
  });

describe("several series in one folder", () => {
  test("the only one with several echoes is used, the others are named", async () => {
    const read = await readContent({
      ...series(3, flat(10)),
      ...series(4),
      ...series(5, flat(10)),
    });
    expect(read.identity.seriesNumber).toBe(4);
    expect(read.warnings).toMatchObject([{ code: "W-OTHER-SERIES" }]);
    expect(read.warnings[0]!.text).toContain('series 3 "scan 3" (MR, 3 images)');
  });

  test("two that could be meant are a question, with what each holds", async () => {
    const error = await refusal({ ...series(3), ...series(4) });
    expect(error).toMatchObject({ tag: "input", code: "E-MIXED-SERIES" });
    expect(error.message).toContain('series 3 "scan 3" (MR, 3 images, EchoTime (3 values))');
    expect(error.message).toContain("--series");
  });

  test.each(["4", "1.2.7.4"])("--series %s chooses", async (wanted) => {
    const read = await readContent({ ...series(3), ...series(4) }, { series: wanted });
    expect(read.identity.seriesInstanceUID).toBe("1.2.7.4");
  });

  test("a series that is not there is a wrong use, with what is there", async () => {
    const error = await refusal({ ...series(3), ...series(4) }, { series: "9" });
    expect(error).toMatchObject({ tag: "usage", code: "E-SERIES" });
    expect(error.message).toContain('series 4 "scan 4"');
  });

  test("objects of other modalities beside the only MR series do no harm", async () => {
    const report = encodeDicom([
      ["00080016", "UI", "1.2.840.10008.5.1.4.1.1.88.11"],
      ["00080018", "UI", "1.2.7.99.1"],
      ["00080060", "CS", "SR"],
      ["0020000E", "UI", "1.2.7.99"],
    ]);
    const read = await readContent({ ...series(3), "report.dcm": report });
    expect(read.identity.seriesNumber).toBe(3);
    expect(read.warnings[0]?.text).toContain("(SR, 1 object without pixels)");
  });

  test("a maps series beside the measured one is not taken", async () => {
    const maps = series(8, () => ({ "00080008": ["CS", "DERIVED\\PRIMARY\\T2 MAP\\T2"] }));
    expect((await readContent({ ...series(3), ...maps })).identity.seriesNumber).toBe(3);
  });
});

describe("echoes stored as series of their own", () => {
  const parts = {
    ...series(3, flat(10)),
    ...series(4, flat(20)),
    ...series(5, flat(30)),
  };

  test("are not joined by themselves, but the way is shown", async () => {
    const error = await refusal(parts);
    expect(error).toMatchObject({ code: "E-MIXED-SERIES" });
    expect(error.message).toContain("--series 3,4,5");
  });

  test("are joined when asked for, with a remark", async () => {
    const read = await readContent(parts, { series: "5,3,4" });
    expect(read.axis.values).toEqual([10, 20, 30]);
    expect(read.grid.shape[2]).toBe(3);
    expect(read.warnings).toMatchObject([{ code: "W-JOINED-SERIES" }]);
  });

  test("are not joined over studies", async () => {
    const other = series(6, (e) => ({ ...flat(40)(e), "0020000D": ["UI", "1.2.8"] }));
    expect(await refusal({ ...parts, ...other }, { series: "3,6" })).toMatchObject({
      code: "E-MIXED-SERIES",
    });
  });
});
