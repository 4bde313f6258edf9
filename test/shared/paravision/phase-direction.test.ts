import { describe, expect, test } from "vitest";
import { acquisitionMatrix, phaseDirection } from "#shared/paravision/phase-direction.ts";
import { array, axialSlices, type VisuChanges, visuWith } from "#test/phantom/visu-file.ts";

const both = (changes: VisuChanges, frame = 0) => {
  const visu = visuWith({ VisuAcqSize: "( 2 )\n96 128", ...changes });
  return [phaseDirection(visu, frame), acquisitionMatrix(visu, frame)];
};

describe("the phase was encoded", () => {
  test.each<[encoding: string, direction: string, matrix: number[]]>([
    ["( 2 )\nread_enc phase_enc", "COL", [96, 0, 0, 128]],
    ["( 2 )\nphase_enc read_enc", "ROW", [0, 96, 128, 0]],
    ["( 3 )\nslice_enc phase_enc read_enc", "ROW", [0, 96, 128, 0]],
  ])("by %j: %s", (encoding, direction, matrix) => {
    expect(both({ VisuAcqGradEncoding: encoding })).toEqual([direction, matrix]);
  });

  test("the other way in transposed frames", () => {
    const changes = {
      ...axialSlices([0, 1]),
      VisuAcqGradEncoding: "( 2 )\nread_enc phase_enc",
      VisuCoreTransposition: array([0, 1]),
    };
    expect(both(changes, 0)).toEqual(["COL", [96, 0, 0, 128]]);
    expect(both(changes, 1)).toEqual(["ROW", [0, 96, 128, 0]]);
  });

  test("as ParaVision 5.1 says it for each slice", () => {
    const changes = { ...axialSlices([0, 1]), VisuAcqImagePhaseEncDir: "( 2 )\ncol_dir row_dir" };
    expect([0, 1].map((frame) => both(changes, frame)[0])).toEqual(["COL", "ROW"]);
  });

  test("nowhere in radial scans", () => {
    expect(both({ VisuAcqGradEncoding: "( 2 )\nno_gradient_enc no_gradient_enc" })).toEqual([
      undefined,
      undefined,
    ]);
    expect(both({})).toEqual([undefined, undefined]);
  });

  test("with a matrix only where it fits into its attribute", () => {
    const changes = { VisuAcqGradEncoding: "( 2 )\nread_enc phase_enc" };
    expect(both({ ...changes, VisuAcqSize: "( 2 )\n96 70000" })[1]).toBeUndefined();
    expect(both({ ...changes, VisuAcqSize: "( 1 )\n96" })[1]).toBeUndefined();
  });
});
