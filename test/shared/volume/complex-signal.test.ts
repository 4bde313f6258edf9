import { describe, expect, test } from "vitest";
import { combineParts, magnitudesOf } from "#shared/volume/complex-signal.ts";
import { signalSource } from "#shared/volume/series-volume.ts";
import { seriesOf } from "./simulated-series.ts";

const shape = [3, 2, 1] as const;
const source = (values: ArrayLike<number>) =>
  signalSource(seriesOf(Float32Array.from(values), shape, values.length / 6));

describe("magnitude and phase", () => {
  const magnitude = [5, 10, 2, 0, 1, 8, 4, 3, 2, 1, 7, 9];
  // GE: a whole turn in milliradians.
  const phase = [-3142, 3142, 0, 1571, -1571, 785, -2356, 2356, 100, -100, 3000, -3000];

  test("become real and imaginary parts, all real ones first", () => {
    const joined = combineParts("magnitude-phase", [source(magnitude), source(phase)], 2, "s");
    expect(joined.note).toBe("milliradians");
    expect(joined.stored.buffer).toBeInstanceOf(SharedArrayBuffer);
    expect(joined.stored).toHaveLength(24);
    magnitude.forEach((value, v) => {
      expect(joined.stored[v]).toBeCloseTo(value * Math.cos(phase[v]! / 1000), 5);
      expect(joined.stored[12 + v]).toBeCloseTo(value * Math.sin(phase[v]! / 1000), 5);
    });
  });

  test("whose phases are in no known scaling are refused with their range", () => {
    const degrees = phase.map((value) => (value * 180) / 3142);
    const join = () =>
      combineParts("magnitude-phase", [source(magnitude), source(degrees)], 2, "s");
    expect(join).toThrow(expect.objectContaining({ code: "E-PHASE-SCALE" }));
    expect(join).toThrow(/from -180 to 180.*--model ir-magnitude/);
  });
});

test("real and imaginary parts keep their signal values, slopes applied, padding as NaN", () => {
  const real = { ...source([1, 2, 3, 4, 5, 6]), slope: Float64Array.of(2) };
  const imaginary = { ...source([-1, -2, -3, -4, -5, -6]), padding: { low: -3, high: -3 } };
  const { stored } = combineParts("real-imaginary", [real, imaginary], 1, "s");
  expect([...stored]).toEqual([2, 4, 6, 8, 10, 12, -1, -2, Number.NaN, -4, -5, -6]);
});

test("the magnitudes of a complex series are a series of half the images", () => {
  const plain = seriesOf(Float32Array.of(3, 0, 1, 5, -4, 0, 1, 12), [2, 1, 1], 4);
  const parts = ["real", "real", "imaginary", "imaginary"] as const;
  const magnitudes = magnitudesOf({
    ...plain,
    parts,
    axis: { ...plain.axis, values: [1, 2, 1, 2] },
  });
  expect([...magnitudes.stored]).toEqual([5, 0, Math.fround(Math.SQRT2), 13]);
  expect(magnitudes.axis.values).toEqual([1, 2]);
  expect(magnitudes.parts).toBeUndefined();
  expect(magnitudesOf(plain)).toBe(plain);
});
