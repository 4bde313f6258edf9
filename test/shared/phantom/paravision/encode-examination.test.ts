import { expect, test } from "vitest";
import { numbersOf, textOf } from "#shared/paravision/jcamp.ts";
import type { ParameterFile } from "#shared/paravision/parameter-file.ts";
import { parseParameterFile } from "#shared/paravision/parse-parameter-file.ts";
import {
  encodeSpec,
  group,
  type ReconstructionSpec,
  slices,
} from "../../../phantom/paravision-study.ts";

/** Files of a reconstruction by their path. */
function files(spec: ReconstructionSpec): ReadonlyMap<string, Uint8Array> {
  return new Map(encodeSpec(spec).map(({ path, content }) => [path, content]));
}

function parse(spec: ReconstructionSpec, path: string): ParameterFile {
  return parseParameterFile(files(spec).get(path)!, path) as ParameterFile;
}

test("every version's files are read back", () => {
  for (const version of ["5.1", "6.0.1", "7.0.0", "360.1.1", "360.3.6"] as const) {
    const visu = parse(
      {
        version,
        groups: [group("FG_ECHO", 3, "VisuAcqEchoTime"), slices(4)],
        echoTimesMs: [8, 16, 24],
      },
      "1/pdata/1/visu_pars",
    );
    expect(numbersOf(visu, "VisuAcqEchoTime")).toEqual([8, 16, 24]);
    expect(visu.get("VisuCorePosition")?.shape).toEqual([4, 3]);
    expect(textOf(visu, "VisuCreatorVersion")).toBe(version);
    expect(visu.get("VisuFGOrderDesc")?.values).toEqual([
      [3, "FG_ECHO", "", 0, 1],
      [4, "FG_SLICE", "", 1, 2],
    ]);
    expect(visu.get("VisuGroupDepVals")?.values).toEqual([
      ["VisuAcqEchoTime", 0],
      ["VisuCoreOrientation", 0],
      ["VisuCorePosition", 0],
    ]);
    expect(numbersOf(visu, "VisuCoreDataSlope")).toHaveLength(12);
  }
});

test("stored words have the byte order and type they should have, x fastest", () => {
  const stored = (frame: number, x: number, y: number) => frame * 100 + y * 10 + x - 5;
  const bytes = (spec: ReconstructionSpec) =>
    Buffer.from(files({ size: [3, 2], frames: 2, stored, ...spec }).get("1/pdata/1/2dseq")!);
  const expected = [-5, -4, -3, 5, 6, 7, 95, 96, 97, 105, 106, 107];
  const little = bytes({});
  expect(expected.map((_, n) => little.readInt16LE(2 * n))).toEqual(expected);
  const big = bytes({ bigEndian: true, wordType: "int32" });
  expect(expected.map((_, n) => big.readInt32BE(4 * n))).toEqual(expected);
  const float = bytes({ wordType: "float32" });
  expect(expected.map((_, n) => float.readFloatLE(4 * n))).toEqual(expected);
  expect(bytes({ wordType: "uint8", stored: (_, x, y) => x + y })).toHaveLength(12);
});

test("the extremes of each frame are those of its pixels", () => {
  const spec: ReconstructionSpec = { frames: 2, stored: (frame, x) => frame * 10 + x };
  const visu = parse(spec, "1/pdata/1/visu_pars");
  expect(numbersOf(visu, "VisuCoreDataMin")).toEqual([0, 10]);
  expect(numbersOf(visu, "VisuCoreDataMax")).toEqual([3, 13]);
});

test("a group of slices in packages names itself and their places", () => {
  const spec: ReconstructionSpec = {
    groups: [group("FG_MOVIE", 2), slices(5)],
    packages: [2, 3],
  };
  const visu = parse(spec, "1/pdata/1/visu_pars");
  expect(visu.get("VisuCoreSlicePacksDef")?.values).toEqual([[1, 2]]);
  expect(visu.get("VisuCoreSlicePacksSlices")?.values).toEqual([
    [0, 2],
    [2, 3],
  ]);
});

test("dates have their zone from ParaVision 6 on", () => {
  const date = (version: "5.1" | "6.0.1") =>
    textOf(parse({ version }, "1/pdata/1/visu_pars"), "VisuAcqDate");
  expect(date("5.1")).toBe("10:15:00  5 Jan 2026");
  expect(date("6.0.1")).toBe("2026-01-05T10:15:00,000+0100");
});
