import { expect, test } from "vitest";
import { planesOfGrid } from "#shared/volume/plane-stack.ts";
import { planesDistance } from "#shared/volume/planes-distance.ts";

const at = (x: number, y: number, z: number) =>
  planesOfGrid({
    shape: [11, 11, 5],
    affineLps: [1, 0, 0, x, 0, 1, 0, y, 0, 0, 2, z, 0, 0, 0, 1],
    origin: "dicom",
  });

test("stacks that overlap have no distance, others that of their boxes", () => {
  expect(planesDistance(at(0, 0, 0), at(5, 5, 5))).toBe(0);
  expect(planesDistance(at(0, 0, 0), at(0, 0, 44))).toBe(36);
  expect(planesDistance(at(0, 0, 44), at(0, 0, 0))).toBe(36);
  expect(planesDistance(at(0, 0, 0), at(13, 14, 0))).toBe(5);
});
