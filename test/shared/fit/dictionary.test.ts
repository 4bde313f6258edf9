import { describe, expect, test } from "vitest";
import { buildDictionary, pickStarts } from "#shared/fit/dictionary.ts";
import { reachableScore } from "#shared/fit/reachable-score.ts";
import { cpmgEchoTrain } from "#shared/models/cpmg-echo-train.ts";
import { buildSignalModel } from "#shared/models/model-choice.ts";
import { steps } from "./curves.ts";

const model = buildSignalModel(
  { name: "extended-phase-graph", noise: { kind: "gaussian" } },
  Float64Array.from(steps(10, 10, 12)),
);
const dictionary = buildDictionary(model);

describe("the dictionary of starts", () => {
  test("has unit vectors, and neighbours close to each other", () => {
    for (let e = 0; e < dictionary.scores.length; e++) {
      const unit = dictionary.units.subarray(12 * e, 12 * (e + 1));
      expect(Math.hypot(...unit)).toBeCloseTo(1, 12);
    }
    expect(dictionary.cosine).toBeGreaterThan(0.97);
  });

  test("its best start is the nearest grid point of a train on the grid", () => {
    const [r, x] = [dictionary.theta[2 * 200]!, dictionary.theta[2 * 200 + 1]!];
    const refocusingDeg = (360 / Math.PI) * Math.acos(Math.sqrt(x));
    const y = cpmgEchoTrain({
      t2Ms: 1 / r,
      t1Ms: 1500,
      echoSpacingMs: 10,
      refocusingDeg,
      echoes: 12,
    });
    const squares = y.reduce((sum, v) => sum + v * v, 0);
    expect(pickStarts(dictionary, y, 0, squares, 3)).toBeGreaterThan(0);
    expect(dictionary.startTheta[0]).toBeCloseTo(r, 12);
    expect(dictionary.startTheta[1]).toBeCloseTo(x, 12);
  });

  test("a curve that correlates with nothing has no start", () => {
    const y = new Float64Array(12).fill(-1);
    expect(pickStarts(dictionary, y, 0, 12, 3)).toBe(0);
  });
});

describe("what a grid cell can reach", () => {
  test("is the whole curve when it lies within one step", () => {
    expect(reachableScore(9.99, 100, 0.99, Math.sqrt(1 - 0.99 ** 2))).toBe(10);
  });

  test("is the cosine of the angle less one step otherwise", () => {
    const [alpha, delta] = [0.8, 0.1];
    const reach = reachableScore(10 * Math.cos(alpha), 100, Math.cos(delta), Math.sin(delta));
    expect(reach).toBeCloseTo(10 * Math.cos(alpha - delta), 12);
  });
});
