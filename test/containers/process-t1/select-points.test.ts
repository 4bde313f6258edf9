import { expect, test } from "vitest";
import { selectPoints } from "#containers/process-t1/select-points.ts";
import type { ContrastAxis } from "#shared/volume/series-volume.ts";

const axis = (values: readonly number[]): ContrastAxis => ({
  ...{ keyword: "InversionTime", unit: "ms", source: "test" },
  values,
});
const complex = {
  axis: axis([100, 400, 900, 100, 400, 900]),
  parts: ["real", "real", "real", "imaginary", "imaginary", "imaginary"] as const,
};

test("all images are used unless some are named", () => {
  const series = { axis: axis([100, 400, 900]) };
  expect(selectPoints(series, undefined)).toEqual({
    ...{ contrasts: [0, 1, 2], abscissae: [100, 400, 900], distinct: 3 },
  });
  expect(selectPoints(series, [1, 3])).toEqual({
    ...{ contrasts: [0, 2], abscissae: [100, 900], distinct: 2 },
  });
});

test("a point of a complex signal has two images", () => {
  expect(selectPoints(complex, [2, 3])).toEqual({
    ...{ contrasts: [1, 2, 4, 5], abscissae: [400, 900], distinct: 2 },
  });
  expect(() => selectPoints(complex, [4])).toThrow(/the series has 3/);
});

test("repeated values count once", () => {
  expect(selectPoints({ axis: axis([100, 100, 900]) }, undefined).distinct).toBe(2);
  expect(() => selectPoints({ axis: axis([100, 100, 900]) }, [1, 2])).toThrow(
    expect.objectContaining({ code: "E-IMAGES", exitCode: 2 }),
  );
});
