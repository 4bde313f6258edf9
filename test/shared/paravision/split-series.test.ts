import { describe, expect, test } from "vitest";
import { indexAlong } from "#shared/paravision/group-index.ts";
import { inversionModes } from "#shared/paravision/inversion-modes.ts";
import { describeSeries } from "#shared/paravision/series-description.ts";
import { seriesRows } from "#shared/paravision/series-rows.ts";
import { seriesOfPart, splitSeries } from "#shared/paravision/split-series.ts";
import { makeScan, type RawTexts, rowValue } from "../../phantom/raw-scan.ts";

type Group = readonly [id: string, count: number];

function grouped(groups: readonly Group[], more: RawTexts = {}) {
  const frames = groups.reduce((product, [, count]) => product * count, 1);
  const structs = groups.map(([id, count]) => `(${count}, <${id}>, <>, 0, 0)`).join(" ");
  return makeScan({
    VisuCoreFrameCount: String(frames),
    VisuFGOrderDesc: `( ${groups.length} )\n${structs}`,
    VisuUid: "( 65 )\n<1.2.3.4>",
    ...more,
  }).scan;
}

describe("FAIR", () => {
  test.each([
    [[["FG_MOVIE", 5] as const, ["FG_IRMODE", 2] as const]],
    [[["FG_IRMODE", 2] as const, ["FG_MOVIE", 16] as const]],
    [[["FG_SLICE", 3] as const, ["FG_IRMODE", 2] as const]],
    [[["FG_SLICE", 2] as const, ["FG_IRMODE", 2] as const, ["FG_CYCLE", 6] as const]],
  ])("%j becomes a series of each inversion mode, every frame in one of them", (groups) => {
    const { visu } = grouped(groups);
    const series = splitSeries(visu);
    expect(series.map(({ part, place }) => [part, place])).toEqual([
      [{ inversionMode: 0 }, 0],
      [{ inversionMode: 1 }, 1],
    ]);
    const modes = inversionModes(visu)!;
    for (const { part, frames } of series) {
      expect(frames).toHaveLength(visu.frameCount / 2);
      expect(frames.toSorted((a, b) => a - b)).toEqual(frames);
      for (const frame of frames) {
        expect(indexAlong(visu.groups, (one) => one === modes, frame)).toBe(part.inversionMode);
      }
    }
  });

  test("of one mode is one series, as any scan", () => {
    const { visu } = grouped([
      ["FG_MOVIE", 5],
      ["FG_IRMODE", 1],
    ]);
    expect(splitSeries(visu).map(({ part, place }) => [part, place])).toEqual([[{}, undefined]]);
  });

  test("names its series by the comment of the mode, else by its number", () => {
    const groups: readonly Group[] = [
      ["FG_MOVIE", 3],
      ["FG_IRMODE", 2],
    ];
    const describeAll = (more: RawTexts) => {
      const scan = grouped(groups, { VisuSeriesComment: "( 65 )\n<FAIR>", ...more });
      return splitSeries(scan.visu).map(({ part }) => describeSeries(scan, part));
    };
    expect(describeAll({})).toEqual(["FAIR - inversion mode 1", "FAIR - inversion mode 2"]);
    const comments = "( 2, 65 )\n<Selective Inversion> <Non-selective Inversion>";
    const named = ["FAIR - Selective Inversion", "FAIR - Non-selective Inversion"];
    expect(describeAll({ VisuFGElemComment: comments })).toEqual(named);
    const dependent = {
      VisuFGOrderDesc: "( 2 )\n(3, <FG_MOVIE>, <>, 0, 0) (2, <FG_IRMODE>, <>, 0, 1)",
      VisuGroupDepVals: "( 1 )\n(<VisuFGElemComment>, 0)",
    };
    expect(describeAll({ VisuFGElemComment: comments, ...dependent })).toEqual(named);
  });

  test("numbers its series and gives them UIDs of their own, with those of the vendor too", () => {
    const scan = grouped([["FG_IRMODE", 2]]);
    const of = (keyword: "SeriesNumber" | "SeriesInstanceUID", one: typeof scan) =>
      splitSeries(scan.visu).map(({ part }) => rowValue(seriesRows, keyword, one, 0, part));
    expect(new Set(of("SeriesNumber", scan)).size).toBe(2);
    for (const uids of ["derived", "vendor"] as const) {
      const found = of("SeriesInstanceUID", { ...scan, choices: { ...scan.choices, uids } });
      expect(new Set(found).size).toBe(2);
      expect(found).not.toContain("1.2.3.4");
    }
  });

  test("with complex images becomes a series of each mode and part", () => {
    const groups: readonly Group[] = [
      ["FG_IRMODE", 2],
      ["FG_COMPLEX", 2],
    ];
    const { visu } = grouped(groups, { VisuCoreFrameType: "COMPLEX_IMAGE" });
    expect(splitSeries(visu).map(({ part, frames }) => [part, frames])).toEqual([
      [{ inversionMode: 0, frameType: "REAL_IMAGE" }, [0]],
      [{ inversionMode: 0, frameType: "IMAGINARY_IMAGE" }, [2]],
      [{ inversionMode: 1, frameType: "REAL_IMAGE" }, [1]],
      [{ inversionMode: 1, frameType: "IMAGINARY_IMAGE" }, [3]],
    ]);
  });

  test("has its modes beside the elements of maps", () => {
    const { visu } = grouped([
      ["FG_ISA", 3],
      ["FG_IRMODE", 2],
    ]);
    const series = splitSeries(visu);
    expect(series.map(({ part }) => [part.element, part.inversionMode])).toEqual([
      [0, 0],
      [0, 1],
      [1, 0],
      [1, 1],
      [2, 0],
      [2, 1],
    ]);
    expect(seriesOfPart(visu, { element: 1, inversionMode: 1 })?.place).toBe(3);
    expect(seriesOfPart(visu, { element: 1 })).toBeUndefined();
  });
});
