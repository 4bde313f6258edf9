import { describe, expect, test } from "vitest";
import { complexComponent, frameTypeOf, frameTypesOf } from "#shared/paravision/frame-type.ts";
import { splitSeries } from "#shared/paravision/split-series.ts";
import { makeScan, type RawTexts } from "../../phantom/raw-scan.ts";

function typesOf(texts: RawTexts): readonly string[] {
  const { visu } = makeScan(texts).scan;
  return Array.from({ length: visu.frameCount }, (_, frame) => frameTypeOf(visu, frame));
}

const cycles = { VisuCoreFrameCount: "4", VisuFGOrderDesc: "( 1 )\n(4, <FG_CYCLE>, <>, 0, 0)" };
const complex = {
  VisuCoreFrameCount: "4",
  VisuFGOrderDesc: "( 2 )\n(2, <FG_CYCLE>, <>, 0, 0) (2, <FG_COMPLEX>, <>, 0, 0)",
};

describe("VisuCoreFrameType", () => {
  test("one word, with or without brackets, is that of all frames", () => {
    const all = ["PHASE_IMAGE", "PHASE_IMAGE", "PHASE_IMAGE", "PHASE_IMAGE"];
    expect(typesOf({ ...cycles, VisuCoreFrameType: "PHASE_IMAGE" })).toEqual(all);
    expect(typesOf({ ...cycles, VisuCoreFrameType: "( 1 )\nPHASE_IMAGE" })).toEqual(all);
    expect(typesOf({ ...cycles, VisuCoreFrameType: "( 4 )\n@4*(PHASE_IMAGE)" })).toEqual(all);
  });

  test("missing, frames are magnitudes", () => {
    expect(typesOf(cycles)).toEqual(Array.from({ length: 4 }, () => "MAGNITUDE_IMAGE"));
  });

  test("complex frames are all real ones, then all imaginary ones", () => {
    const parts = ["REAL_IMAGE", "REAL_IMAGE", "IMAGINARY_IMAGE", "IMAGINARY_IMAGE"];
    expect(typesOf({ ...complex, VisuCoreFrameType: "( 1 )\nCOMPLEX_IMAGE" })).toEqual(parts);
    const two = "( 2 )\nREAL_IMAGE IMAGINARY_IMAGE";
    const named = {
      ...complex,
      VisuFGOrderDesc: "( 2 )\n(2, <FG_CYCLE>, <>, 0, 0) (2, <FG_COMPLEX>, <>, 0, 1)",
      VisuGroupDepVals: "( 1 )\n(<VisuCoreFrameType>, 0)",
    };
    expect(typesOf({ ...named, VisuCoreFrameType: two })).toEqual(parts);
    const each = "( 4 )\nREAL_IMAGE REAL_IMAGE IMAGINARY_IMAGE IMAGINARY_IMAGE";
    expect(typesOf({ ...complex, VisuCoreFrameType: each })).toEqual(parts);
    const { visu } = makeScan({ ...complex, VisuCoreFrameType: "COMPLEX_IMAGE" }).scan;
    expect(frameTypesOf(visu)).toEqual(["REAL_IMAGE", "IMAGINARY_IMAGE"]);
  });

  test("complex reconstructions become a series of each part, and no frame is dropped", () => {
    const { visu } = makeScan({ ...complex, VisuCoreFrameType: "COMPLEX_IMAGE" }).scan;
    expect(splitSeries(visu).map(({ part, frames }) => [part.frameType, frames])).toEqual([
      ["REAL_IMAGE", [0, 1]],
      ["IMAGINARY_IMAGE", [2, 3]],
    ]);
  });

  test("the words are those of PS3.3 C.8.13.3.1.1", () => {
    const words = ["MAGNITUDE_IMAGE", "PHASE_IMAGE", "REAL_IMAGE", "IMAGINARY_IMAGE", "new"];
    expect(words.map(complexComponent)).toEqual([
      ...["MAGNITUDE", "PHASE", "REAL", "IMAGINARY", "MAGNITUDE"],
    ]);
  });
});
