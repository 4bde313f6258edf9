import { describe, expect, test } from "vitest";
import { hasInversion } from "#shared/paravision/contrast.ts";
import { contrastRows } from "#shared/paravision/contrast-rows.ts";
import { makeScan, rowValues } from "../../phantom/raw-scan.ts";

const twoSlices = {
  VisuCoreOrientation: "( 2, 9 )\n1 0 0 0 1 0 0 0 1 1 0 0 0 1 0 0 0 1",
  VisuCorePosition: "( 2, 3 )\n-10 -10 0 -10 -10 1",
};

describe("echo times", () => {
  const echoFastest = {
    ...twoSlices,
    VisuCoreFrameCount: "6",
    VisuFGOrderDesc: "( 2 )\n(3, <FG_ECHO>, <>, 0, 1) (2, <FG_SLICE>, <>, 1, 2)",
    VisuGroupDepVals:
      "( 3 )\n(<VisuAcqEchoTime>, 0) (<VisuCoreOrientation>, 0) (<VisuCorePosition>, 0)",
  };

  test("follow the order of the groups: echo before slice", () => {
    const { scan, sources } = makeScan({ ...echoFastest, VisuAcqEchoTime: "( 3 )\n8 16 24" });
    expect(rowValues(contrastRows, "EchoTime", scan)).toEqual([8, 16, 24, 8, 16, 24]);
    expect(rowValues(contrastRows, "EchoNumbers", scan)).toEqual([1, 2, 3, 1, 2, 3]);
    expect(rowValues(contrastRows, "AcquisitionNumber", scan)).toEqual([1, 2, 3, 1, 2, 3]);
    expect(sources.get("EchoTime")).toMatch(/^VisuAcqEchoTime \(FG_ECHO\) of visu_pars/);
  });

  test("come from the method where visu_pars has none", () => {
    const { scan, missing } = makeScan(echoFastest, {
      method: { EffectiveTE: "( 3 )\n10 20 30", PVM_EchoTime: "10" },
    });
    expect(rowValues(contrastRows, "EchoTime", scan)).toEqual([10, 20, 30, 10, 20, 30]);
    expect(missing).toContain("VisuAcqEchoTime");
  });

  test("are not those of the first echo for all: a list that the method lacks is not made up", () => {
    for (const visu of [echoFastest, { ...echoFastest, VisuAcqEchoTime: "( 1 )\n12" }]) {
      const { scan, remarks } = makeScan(visu, { method: { PVM_EchoTime: "12" } });
      expect(rowValues(contrastRows, "EchoTime", scan)).toEqual([[], [], [], [], [], []]);
      expect(remarks.map(({ code }) => code)).toContain("count-mismatch");
    }
    const { scan } = makeScan(
      { ...echoFastest, VisuAcqEchoTime: "( 1 )\n12" },
      { method: { EffectiveTE: "( 3 )\n10 20 30" } },
    );
    expect(rowValues(contrastRows, "EchoTime", scan)).toEqual([10, 20, 30, 10, 20, 30]);
  });

  test.each(["-8 -16 -24", "8 16 1e300"])("cannot be %s ms", (times) => {
    const { scan, remarks } = makeScan({ ...echoFastest, VisuAcqEchoTime: `( 3 )\n${times}` });
    expect(rowValues(contrastRows, "EchoTime", scan)[0]).toEqual([]);
    expect(remarks.map(({ code }) => code)).toContain("value-unusable");
  });

  test("are without value where no file has any, and then there is no echo number to guess", () => {
    const { scan } = makeScan({});
    expect(rowValues(contrastRows, "EchoTime", scan)).toEqual([[]]);
    expect(rowValues(contrastRows, "EchoNumbers", scan)).toEqual([undefined]);
  });

  test("are numbered along the group where they vary, whatever it is called", () => {
    const { scan } = makeScan({
      VisuCoreFrameCount: "3",
      VisuFGOrderDesc: "( 1 )\n(3, <FG_MOVIE>, <>, 0, 1)",
      VisuGroupDepVals: "( 1 )\n(<VisuAcqEchoTime>, 0)",
      VisuAcqEchoTime: "( 3 )\n5 10 15",
    });
    expect(rowValues(contrastRows, "EchoNumbers", scan)).toEqual([1, 2, 3]);
  });
});

describe("inversion recovery", () => {
  const fair = {
    VisuCoreFrameCount: "6",
    VisuFGOrderDesc: "( 2 )\n(2, <FG_IRMODE>, <>, 0, 0) (3, <FG_MOVIE>, <>, 0, 1)",
    VisuGroupDepVals: "( 1 )\n(<VisuAcqInversionTime>, 0)",
    VisuAcqInversionTime: "( 3 )\n30 500 2000",
    VisuAcqRepetitionTime: "( 6 )\n3030 3031 3500 3501 5000 5001",
  };

  test("FAIR has an inversion time of each group element and a repetition time of each frame", () => {
    const { scan } = makeScan(fair);
    expect(rowValues(contrastRows, "InversionTime", scan)).toEqual([30, 30, 500, 500, 2000, 2000]);
    expect(rowValues(contrastRows, "RepetitionTime", scan)).toEqual([
      ...[3030, 3031, 3500, 3501, 5000, 5001],
    ]);
    expect(rowValues(contrastRows, "AcquisitionNumber", scan)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(hasInversion(scan)).toBe(true);
  });

  test("its modes are told apart by comment, or by their number", () => {
    const comments = rowValues(contrastRows, "ImageComments", makeScan(fair).scan);
    expect(comments.slice(0, 2)).toEqual(["inversion mode 1 of 2", "inversion mode 2 of 2"]);
    const { scan } = makeScan({
      ...fair,
      VisuFGOrderDesc: "( 2 )\n(2, <FG_IRMODE>, <>, 0, 1) (3, <FG_MOVIE>, <>, 1, 1)",
      VisuGroupDepVals: "( 2 )\n(<VisuFGElemComment>, 0) (<VisuAcqInversionTime>, 0)",
      VisuFGElemComment: "( 2, 65 )\n<selective> <global>",
    });
    expect(rowValues(contrastRows, "ImageComments", scan).slice(0, 2)).toEqual([
      ...["selective", "global"],
    ]);
  });

  test("an inversion time of 0 is none: DICOM allows the attribute with an inversion only", () => {
    const { scan, remarks } = makeScan({ VisuAcqInversionTime: "( 1 )\n0" });
    expect(rowValues(contrastRows, "InversionTime", scan)).toEqual([undefined]);
    expect(hasInversion(scan)).toBe(false);
    expect(remarks.map(({ code }) => code)).toEqual(["inversion-time-without-inversion"]);
  });
});

test("a flip angle of each frame is written into each", () => {
  const { scan } = makeScan({
    VisuCoreFrameCount: "3",
    VisuFGOrderDesc: "( 1 )\n(3, <FG_CYCLE>, <>, 0, 0)",
    VisuAcqFlipAngle: "( 3 )\n5 10 20",
  });
  expect(rowValues(contrastRows, "FlipAngle", scan)).toEqual([5, 10, 20]);
});
