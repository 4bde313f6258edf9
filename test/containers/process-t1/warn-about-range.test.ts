import { describe, expect, test } from "vitest";
import type { ChosenModel } from "#containers/process-t1/choose-model.ts";
import { warnAboutRange } from "#containers/process-t1/warn-about-range.ts";
import type { VolumeFit } from "#shared/fit/fit-volume.ts";
import type { ContrastKeyword } from "#shared/volume/series-volume.ts";
import { seriesOf } from "#test/shared/volume/simulated-series.ts";

function codes(keyword: ContrastKeyword, abscissae: readonly number[], t1: readonly number[]) {
  const plain = seriesOf(new Float32Array(2), [1, 1, 1], 2);
  const series = { ...plain, axis: { ...plain.axis, keyword } };
  const choice =
    keyword === "FlipAngle"
      ? { name: "variable-flip-angle", options: { repetitionTimeMs: 15 } }
      : { name: "saturation-recovery", options: {} };
  const fit = {
    parameters: new Map([["T1", { samples: Float32Array.from(t1) }]]),
    // The last voxel is outside the mask.
    status: Uint8Array.from(t1, (_, v) => (v === t1.length - 1 ? 0 : 1)),
  } as unknown as VolumeFit;
  const model = { choice } as unknown as ChosenModel;
  return warnAboutRange(series, model, fit, abscissae).map(({ code }) => code);
}

describe("times", () => {
  test("on both sides of T1 are sound", () => {
    expect(codes("RepetitionTime", [100, 5000], [900, 1000, 1100, 9e9])).toEqual([]);
  });

  test("that begin after T1 or end before it are remarked on", () => {
    expect(codes("RepetitionTime", [2000, 5000], [900, 1000, 1100, 0])).toEqual(["W-LATE-START"]);
    expect(codes("InversionTime", [50, 800], [900, 1000, 1100, 0])).toEqual(["W-EARLY-END"]);
  });
});

test("flip angles should lie on both sides of the Ernst angle (9.9 degrees here)", () => {
  expect(codes("FlipAngle", [3, 20], [1000, 1000, 1000, 0])).toEqual([]);
  expect(codes("FlipAngle", [12, 20], [1000, 1000, 1000, 0])).toEqual(["W-FA-RANGE"]);
  expect(codes("FlipAngle", [3, 8], [1000, 1000, 1000, 0])).toEqual(["W-FA-RANGE"]);
});

test("without a valid voxel nothing is said", () => {
  expect(codes("RepetitionTime", [2000, 5000], [Number.NaN, 5])).toEqual([]);
});
