import { expect, test } from "vitest";
import { ricianStarts } from "#shared/fit/rician-starts.ts";
import { buildSignalModel } from "#shared/models/model-choice.ts";
import { ricianMoments } from "#shared/models/rician-mean.ts";
import { steps } from "./curves.ts";

const times = steps(10, 10, 16);
const noise = { kind: "gaussian" } as const;

test.each([
  ["mono-exponential-decay", 15],
  ["mono-exponential-decay", 60],
  ["mono-exponential-offset", 40],
] as const)("%s, T2 %d ms: the best start lies in the valley of the truth", (name, t2) => {
  const model = buildSignalModel({ name, noise }, Float64Array.from(times));
  const starts = ricianStarts(model, 20);
  const y = Float64Array.from(times, (t) => ricianMoments(1000 * Math.exp(-t / t2), 20).mean);
  expect(starts.find(y, 0)).toBeGreaterThan(0);
  const rate = starts.parameters[model.constant ? 2 : 1]!;
  expect(Math.abs(Math.log(rate * t2))).toBeLessThan(0.6);
});

test("a curve that is all floor has no start", () => {
  const model = buildSignalModel(
    { name: "mono-exponential-decay", noise },
    Float64Array.from(times),
  );
  expect(ricianStarts(model, 20).find(new Float64Array(16).fill(25), 0)).toBe(0);
});
