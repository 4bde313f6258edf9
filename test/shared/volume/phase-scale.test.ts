import { expect, test } from "vitest";
import { recognizePhase } from "#shared/volume/phase-scale.ts";

test.each([
  ["radians", -3.14, 3.14, 1.5, 1.5],
  ["radians from 0", 0.0001, 6.283, 4, 4],
  ["GE's milliradians", -3142, 3141, -1571, -1.571],
  ["Siemens with its rescale", -4096, 4094, 2048, Math.PI / 2],
  ["Siemens as stored", 0, 4095, 3072, Math.PI / 2],
])("%s are recognised by their range", (_, smallest, largest, value, radians) => {
  const scale = recognizePhase(smallest, largest)!;
  expect(scale.factor * (value - scale.zero)).toBeCloseTo(radians, 12);
});

test.each([
  ["a part of the turn", -1, 1],
  ["degrees", -180, 180],
  ["unsigned 16 bits", 0, 65535],
  ["nothing", Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
])("%s is not guessed at", (_, smallest, largest) => {
  expect(recognizePhase(smallest, largest)).toBeUndefined();
});
