import { describe, expect, test } from "vitest";
import {
  experimentsOfFrames,
  findDiffusionGroup,
  readFrameGroups,
} from "#shared/paravision/frame-groups.ts";
import { parameterFile } from "#test/phantom/paravision-files.ts";

const groupsOf = (value: string) => readFrameGroups(parameterFile(`##$VisuFGOrderDesc=${value}`));

describe("frame groups", () => {
  test("are read in the order of the file, the first one fastest", () => {
    const dependents = "##$VisuGroupDepVals=( 3 )\n(<Position>, 0) (<BMatrix>, 2) (<>, 0)";
    expect(
      groupsOf(
        `( 2 )\n(5, <FG_SLICE>, <>, 0, 1) (35, <FG_DIFFUSION>, <diffusion>, 1, 2)\n${dependents}`,
      ),
    ).toEqual([
      { count: 5, id: "FG_SLICE", comment: "", dependents: [{ name: "Position", start: 0 }] },
      {
        ...{ count: 35, id: "FG_DIFFUSION", comment: "diffusion" },
        dependents: [{ name: "BMatrix", start: 2 }],
      },
    ]);
  });

  test.each(["( 1 )\n(0, <FG_SLICE>, <>)", "( 1 )\n(1.5, <FG_SLICE>, <>)", "( 1 )\n7"])(
    "that are none are not known: %j",
    (value) => expect(groupsOf(value)).toBeUndefined(),
  );

  test("of ParaVision 5 call diffusion experiments a movie; tensor maps are none", () => {
    const movie = groupsOf("( 2 )\n(2, <FG_SLICE>, <>) (7, <FG_MOVIE>, <diffusion>)")!;
    expect(findDiffusionGroup(movie)?.count).toBe(7);
    const maps = groupsOf("( 2 )\n(5, <FG_SLICE>, <>) (23, <FG_DTI>, <diffusion tensor>)")!;
    expect(findDiffusionGroup(maps)).toBeUndefined();
  });

  test.each<[string, readonly number[]]>([
    // Slices never count; what runs faster than diffusion repeats each experiment, what runs slower all of them.
    ["( 2 )\n(2, <FG_SLICE>, <>) (3, <FG_DIFFUSION>, <>)", [0, 1, 2]],
    ["( 2 )\n(3, <FG_DIFFUSION>, <>) (2, <FG_SLICE>, <>)", [0, 1, 2]],
    ["( 2 )\n(3, <FG_DIFFUSION>, <>) (2, <FG_CYCLE>, <>)", [0, 1, 2, 0, 1, 2]],
    ["( 3 )\n(2, <FG_CYCLE>, <>) (5, <FG_SLICE>, <>) (3, <FG_DIFFUSION>, <>)", [0, 0, 1, 1, 2, 2]],
  ])("%j deal the experiments out", (value, expected) => {
    const groups = groupsOf(value)!;
    expect(experimentsOfFrames(groups, findDiffusionGroup(groups)!)).toEqual(expected);
  });
});
