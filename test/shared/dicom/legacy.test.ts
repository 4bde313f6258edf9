import { expect, test } from "vitest";
import { type Changes, classicImage, positionOf } from "#test/phantom/dicom-images.ts";
import { classicFolder, readContent, refusal } from "./dicom-folder.ts";

/** Images as the first MRI2DICOM wrote them (original-xnat-pic: a frame of reference each, borrowed names). */
function legacy(changes: (k: number, e: number) => Changes = () => ({})) {
  const options = { implementationVersionName: "OFFIS_DCMTK_353" };
  return classicFolder(2, options, (k, e) =>
    classicImage(k, e, {
      "00200052": ["UI", `1.2.3.${k + 1}.${e + 1}.6.15.18`],
      "00201041": ["DS", positionOf(k)[2]!.toFixed(9)],
      "00281053": ["DS", "0.000030518509"],
      "00540081": ["US", 2],
      "00189317": ["FD", 4],
      ...changes(k, e),
    }),
  );
}

test("they are read, with a word about their slope", async () => {
  const series = await readContent(legacy());
  expect(series.grid.shape[2]).toBe(2);
  expect(series.warnings).toMatchObject([{ code: "W-LEGACY-SCALE" }]);
});

test("echo times in the wrong order are refused with the way out", async () => {
  // Echo was the fastest index, and the converter took it for the slice: 8 8 16 16 24 24 over 0 1 2 0 1 2.
  const content = legacy((k, e) => {
    const frame = k * 3 + e;
    return { "00180081": ["DS", String(8 * (Math.floor(frame / 2) + 1))] };
  });
  const error = await refusal(content);
  expect(error).toMatchObject({ tag: "input", code: "E-LEGACY-ORDER" });
  expect(error.message).toContain("Convert the ParaVision data again");
});

test("positions that disagree with SliceLocation are refused unless accepted", async () => {
  const content = legacy((k) => ({ "00201041": ["DS", positionOf(1 - k)[2]!.toFixed(9)] }));
  expect(await refusal(content)).toMatchObject({ tag: "input", code: "E-LEGACY-GEOMETRY" });
  const series = await readContent(content, { acceptLegacyGeometry: true });
  expect(series.warnings.map(({ code }) => code)).toContain("W-LEGACY-GEOMETRY");
});

test("a file that DCMTK really wrote is not taken for one of them", async () => {
  const content = classicFolder(2, { implementationVersionName: "OFFIS_DCMTK_363" });
  expect((await readContent(content)).warnings).toEqual([]);
});
