import { describe, expect, test } from "vitest";
import { frameNumbers, frameRemarks, frameValues } from "#shared/paravision/frame-values.ts";
import { array, type VisuChanges, visuWith } from "#test/phantom/visu-file.ts";

const echoes = (changes: VisuChanges): VisuChanges => ({
  VisuCoreFrameCount: "6",
  VisuFGOrderDesc: "( 2 )\n(3, <FG_ECHO>, <>, 0, 1) (2, <FG_CYCLE>, <>, 1, 1)",
  VisuGroupDepVals: "( 2 )\n(<VisuAcqEchoTime>, 0) (<VisuFGElemComment>, 1)",
  ...changes,
});
const listed = (changes: VisuChanges, name: string, width?: number) => {
  const visu = visuWith(echoes(changes));
  const values = frameValues(visu, name, width);
  return values && Array.from({ length: 6 }, (_, frame) => values.of(frame));
};

describe("values of frames", () => {
  test("follow the group that names the parameter, the first group fastest", () => {
    const changes = { VisuAcqEchoTime: array([10, 20, 30]) };
    expect(listed(changes, "VisuAcqEchoTime")).toEqual([[10], [20], [30], [10], [20], [30]]);
    const values = frameValues(visuWith(echoes(changes)), "VisuAcqEchoTime");
    expect(values).toMatchObject({ varies: true, source: "VisuAcqEchoTime (FG_ECHO)" });
    expect(values?.group).toMatchObject({ id: "FG_ECHO", count: 3 });
  });

  test("begin at the start that the group names", () => {
    const changes = { VisuFGElemComment: "( 3, 65 )\n<unused> <first> <second>" };
    expect(listed(changes, "VisuFGElemComment")?.flat()).toEqual([
      ...["first", "first", "first", "second", "second", "second"],
    ]);
  });

  test("are one for all, or one for each frame", () => {
    expect(listed({ VisuAcqFlipAngle: "90" }, "VisuAcqFlipAngle")?.flat()).toEqual([
      90, 90, 90, 90, 90, 90,
    ]);
    const perFrame = { VisuCoreDataSlope: array([1, 2, 3, 4, 5, 6]) };
    expect(listed(perFrame, "VisuCoreDataSlope")?.flat()).toEqual([1, 2, 3, 4, 5, 6]);
  });

  test("that are all the same do not vary", () => {
    const visu = visuWith(echoes({ VisuCoreDataSlope: "( 6 )\n@6*(2.5)" }));
    expect(frameValues(visu, "VisuCoreDataSlope")).toMatchObject({ varies: false });
    expect(frameRemarks(visu)).toEqual([]);
  });

  test("have the width asked for", () => {
    const changes = {
      VisuAcqDiffusionBMatrix: array([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12], 6, 2),
    };
    expect(listed(changes, "VisuAcqDiffusionBMatrix", 2)?.[4]).toEqual([9, 10]);
  });

  test("of transposition and of ParaVision 5.1's phase direction go with the slices, which do not name them", () => {
    const visu = visuWith({
      VisuCoreFrameCount: "6",
      VisuFGOrderDesc: "( 2 )\n(3, <FG_MOVIE>, <>, 0, 0) (2, <FG_SLICE>, <>, 0, 0)",
      VisuCoreTransposition: array([0, 1]),
    });
    const transposed = frameValues(visu, "VisuCoreTransposition");
    expect([0, 2, 3, 5].map((frame) => transposed?.of(frame)[0])).toEqual([0, 0, 1, 1]);
    expect(frameRemarks(visu)).toEqual([]);
  });

  test("are taken for the only group of their number as a last resort, with a remark", () => {
    const visu = visuWith(echoes({ VisuAcqRepetitionTime: array([500, 900]) }));
    expect(frameValues(visu, "VisuAcqRepetitionTime")?.of(3)).toEqual([900]);
    expect(frameRemarks(visu)).toMatchObject([
      { code: "count-by-last-resort", text: expect.stringContaining("FG_CYCLE") },
    ]);
  });

  test("of a number that fits nothing are left out, with a remark", () => {
    const visu = visuWith(echoes({ VisuAcqRepetitionTime: array([1, 2, 3, 4, 5]) }));
    expect(frameValues(visu, "VisuAcqRepetitionTime")).toBeUndefined();
    expect(frameRemarks(visu)).toMatchObject([{ code: "count-mismatch" }]);
  });

  test("of a number that two groups have are left out", () => {
    const visu = visuWith({
      VisuCoreFrameCount: "9",
      VisuFGOrderDesc: "( 2 )\n(3, <FG_ECHO>, <>, 0, 0) (3, <FG_UNHEARD_OF>, <>, 0, 0)",
      VisuAcqEchoTime: array([1, 2, 3]),
    });
    expect(frameValues(visu, "VisuAcqEchoTime")).toBeUndefined();
  });

  test("of a group of one element are one value", () => {
    const visu = visuWith({
      VisuFGOrderDesc: "( 2 )\n(1, <FG_MOVIE>, <>, 0, 1) (1, <FG_SLICE>, <>, 0, 0)",
      VisuGroupDepVals: "( 1 )\n(<VisuAcqEchoTime>, 0)",
      VisuAcqEchoTime: array([7]),
    });
    expect(frameValues(visu, "VisuAcqEchoTime")?.of(0)).toEqual([7]);
  });

  test("of no parameter, or of a group whose dependent has no name, are undefined without a remark", () => {
    const visu = visuWith(echoes({ VisuGroupDepVals: "( 1 )\n(<>, 0)" }));
    expect(frameValues(visu, "VisuAcqEchoTime")).toBeUndefined();
    expect(frameRemarks(visu)).toEqual([]);
  });

  test("that are no numbers are none as numbers", () => {
    const visu = visuWith({ VisuFGElemComment: "( 1, 65 )\n<a>" });
    expect(frameNumbers(visu, "VisuFGElemComment")).toBeUndefined();
  });
});
