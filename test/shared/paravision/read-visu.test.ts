import { describe, expect, test } from "vitest";
import { readVisu, requireImages } from "#shared/paravision/read-visu.ts";
import { isSkip } from "#shared/paravision/reconstruction.ts";
import { type VisuChanges, visuFileWith, visuWith } from "#test/phantom/visu-file.ts";

describe("a visu_pars", () => {
  test("says how pixels are stored and what they measure", () => {
    const changes = { VisuCoreByteOrder: "bigEndian", VisuCoreWordType: "_32BIT_FLOAT" };
    expect(visuWith(changes)).toMatchObject({
      ...{ version: "6.0.1", wordType: "float32", littleEndian: false },
      ...{ size: [4, 3], extentMm: [2, 1.2], frameCount: 1, groups: [] },
    });
  });

  test.each<[code: string, changes: VisuChanges, text: RegExp]>([
    [
      "spectroscopic",
      { VisuCoreDimDesc: "( 3 )\nspatial spectroscopic spatial" },
      /spatial spectroscopic spatial/,
    ],
    ["spectroscopic", { VisuCoreDimDesc: "( 1 )\nspectroscopic", VisuCoreSize: "2048" }, /axes/],
    ["word-type", { VisuCoreWordType: "_64BIT_FLOAT" }, /"_64BIT_FLOAT", not one of _8BIT/],
    ["word-type", { VisuCoreWordType: undefined }, /is missing/],
    ["byte-order", { VisuCoreByteOrder: "middleEndian" }, /"middleEndian"/],
    ["no-geometry", { VisuInstanceType: "MINIMAL_INSTANCE" }, /MINIMAL_INSTANCE/],
    ["no-geometry", { VisuCoreOrientation: undefined }, /VisuCoreOrientation is missing/],
    ["no-geometry", { VisuCorePosition: undefined }, /VisuCorePosition is missing/],
    ["no-geometry", { VisuCorePosition: "( 2 )\n1 2" }, /VisuCorePosition has 2 values/],
    ["no-geometry", { VisuCoreOrientation: "( 1, 9 )\n@9*(0)" }, /no axes at right angles/],
    ["no-geometry", { VisuCoreOrientation: "( 1, 9 )\n1 0 0 1 0 0 0 0 1" }, /right angles/],
    ["no-geometry", { VisuCoreExtent: "( 2 )\n2 0" }, /VisuCoreExtent is 2 0/],
    ["no-geometry", { VisuCoreUnits: "( 2, 65 )\n<cm> <mm>" }, /"cm" "mm", not mm/],
    ["no-geometry", { VisuCoreSize: "4", VisuCoreDim: "1" }, /1 axes/],
    ["group-mismatch", { VisuFGOrderDesc: "( 1 )\n(2, <FG_ECHO>, <>, 0, 0)" }, /FG_ECHO 2 makes 2/],
    ["parse-error", { VisuFGOrderDesc: "( 1 )\n(0, <FG_ECHO>, <>, 0, 0)" }, /VisuFGOrderDesc/],
    ["parse-error", { VisuFGOrderDesc: "( 2 )\n(1, <FG_ECHO>, <>, 0, 0)" }, /unreadable \(line/],
    ["parse-error", { VisuCoreFrameCount: "0" }, /VisuCoreFrameCount is 0/],
    ["parse-error", { VisuCoreFrameCount: "1e300" }, /VisuCoreFrameCount/],
    ["parse-error", { VisuCoreSize: "( 2 )\n4 -3" }, /VisuCoreSize is 4 -3/],
    ["parse-error", { VisuCoreDim: "3" }, /VisuCoreDim is 3, VisuCoreSize has 2/],
    ["too-large", { VisuCoreSize: "( 2 )\n65536 1" }, /65536 x 1/],
    ["too-large", { VisuCoreSize: "( 2 )\n65535 65535" }, /do not fit/],
    ["too-large", { VisuCoreFrameCount: "1048577" }, /1048577 images/],
  ])("that is not converted is a Skip: %s %j", (code, changes, text) => {
    const visu = readVisu(visuFileWith(changes));
    expect(visu).toMatchObject({ skip: code });
    if (isSkip(visu)) expect(visu.text).toMatch(text);
  });

  test("of parts that contradict the slopes' number is a Skip too", () => {
    const changes = { VisuCoreFrameCount: "4", VisuCoreDataSlope: "( 3 )\n1 2 3" };
    expect(readVisu(visuFileWith(changes))).toMatchObject({
      skip: "group-mismatch",
      text: expect.stringContaining("VisuCoreDataSlope has 3 values"),
    });
  });
});

test("a visu_pars that was cut short says so", () => {
  const file = { ...visuFileWith({ VisuCoreWordType: "_64BIT" }), complete: false };
  expect(readVisu(file)).toMatchObject({
    skip: "word-type",
    text: expect.stringMatching(/the file ends before ##END=\.$/),
  });
});

describe("the 2dseq beside it", () => {
  test.each<[bytes: number, code: string | undefined]>([
    [24, undefined],
    [0, "empty-2dseq"],
    [23, "size-mismatch"],
    [48, "size-mismatch"],
  ])("of %d bytes: %s", (bytes, code) => {
    expect(requireImages(visuWith(), bytes)?.skip).toBe(code);
  });
});
