import { expect, test } from "vitest";
import {
  fillFlipAngles,
  newFlipAngles,
  rateOf,
  steadyStateOf,
} from "#shared/models/spoiled-steady-state.ts";

const nominal = [2, 10, 18, 60, 90, 120];

test("one division is the textbook equation of the spoiled steady state", () => {
  const angles = newFlipAngles(nominal.length);
  for (const scale of [0.5, 1, 1.3]) {
    fillFlipAngles(nominal, scale, angles);
    for (const [t1, tr] of [
      [1500, 3.5],
      [20, 15],
      [9000, 5],
    ] as const) {
      const e = Math.exp(-tr / t1);
      const w = steadyStateOf(1 / t1, tr);
      nominal.forEach((degrees, i) => {
        const a = (scale * degrees * Math.PI) / 180;
        const textbook = (Math.sin(a) * (1 - e)) / (1 - e * Math.cos(a));
        expect(angles.sine[i]! / (1 + w * angles.lift[i]!) / textbook).toBeCloseTo(1, 11);
        expect(angles.halfTangent[i]! / Math.tan(a / 2)).toBeCloseTo(1, 13);
      });
    }
  }
});

test("rate and w are inverse to each other", () => {
  for (const t1 of [10, 300, 1500, 10_000]) {
    expect(rateOf(steadyStateOf(1 / t1, 5), 5) * t1).toBeCloseTo(1, 12);
  }
});
