import { beforeAll, describe, expect, test } from "vitest";
import type { FitToWrite } from "#shared/derivatives/fit-to-write.ts";
import { describeSampleFits, findSampleVoxels } from "#shared/derivatives/sample-fits.ts";
import type { SampleVoxel } from "#shared/derivatives/sample-voxels.ts";
import { openPool } from "#shared/parallel/pool.ts";
import type { SampleFit } from "#shared/report/report-content.ts";
import { exampleFit } from "./example-fit.ts";
import { exampleTensorFit } from "./example-tensor-fit.ts";

let work: FitToWrite;
let voxels: readonly SampleVoxel[];
let samples: readonly SampleFit[];
beforeAll(async () => {
  work = await exampleFit();
  voxels = await findSampleVoxels(work, openPool(1, ""));
  samples = describeSampleFits(work, voxels);
});

describe("the sample fits of a volume", () => {
  test("show the very numbers of the maps", () => {
    const median = samples.find(({ label }) => label === "median of T2")!;
    const [i, j, k] = median.voxel!;
    const voxel = i + 8 * (j + 6 * k);
    for (const { name, value, standardError } of median.parameters) {
      const map = work.fit.parameters.get(name)!;
      expect(Math.fround(value)).toBe(map.samples[voxel]);
      if (map.standardErrors === undefined) continue;
      expect(Math.fround(standardError!)).toBe(map.standardErrors[voxel]);
    }
    expect(median.status).toEqual({ code: 1, name: "ok" });
    const sorted = work.fit.parameters
      .get("T2")!
      .samples.filter((_, v) => work.fit.status[v] === 1);
    const middle = sorted.sort()[sorted.length >> 1]!;
    expect(Math.abs(median.parameters[0]!.value - middle)).toBeLessThan(6);
  });

  test("are measured where the images are, and drawn finer from 0 on", () => {
    const { measured, curve } = samples[0]!;
    expect(measured.x).toEqual(work.series.axis.values);
    expect(measured.used).toEqual(Array(8).fill(true));
    expect(curve!.x[0]).toBe(0);
    expect(curve!.x.length).toBeGreaterThan(20);
    curve!.y.forEach((value, at) => {
      expect(curve!.low![at]!).toBeLessThanOrEqual(value);
      expect(curve!.high![at]!).toBeGreaterThanOrEqual(value);
    });
    expect(measured.model).toHaveLength(8);
  });

  test("show a voxel that could not be fitted without a curve, and why", () => {
    const noise = samples.find(({ label }) => label.startsWith("status 2"))!;
    expect(noise.status.name).toBe("noise");
    expect(noise.curve).toBeUndefined();
    expect(noise.measured.model).toBeUndefined();
    const constant = samples.find(({ label }) => label.startsWith("status 3"))!;
    expect(constant.measured.y).toEqual(Array(8).fill(500));
  });
});

test("images that were left out are shown as such", async () => {
  const contrasts = work.contrasts.filter((index) => index !== 2);
  const fitCurve = work.fitCurve;
  const left = {
    ...work,
    contrasts,
    fitCurve: (signals: Float64Array, voxel: number) => {
      expect(signals).toHaveLength(7);
      return fitCurve(
        Float64Array.from({ length: 8 }, (_, n) => signals[Math.min(n, 6)]!),
        voxel,
      );
    },
  };
  expect(describeSampleFits(left, voxels)[0]!.measured.used).toEqual([
    ...[true, true, false],
    ...Array(5).fill(true),
  ]);
});

describe("a signal that the abscissa alone does not decide", () => {
  const tensor = exampleTensorFit();

  test("has fitted values at the images, and no curve", async () => {
    const [sample] = describeSampleFits(tensor, await findSampleVoxels(tensor, openPool(1, "")));
    expect(sample!.curve).toBeUndefined();
    expect(sample!.measured.x).toEqual([0, 0, 990, 1000, 1004, 1010]);
    expect(sample!.measured.model).toHaveLength(6);
    expect(sample!.measured.model!.every(Number.isFinite)).toBe(true);
  });

  test("has no fitted value at images that were left out", () => {
    const contrasts = [0, 2, 3, 4, 5];
    const [sample] = describeSampleFits({ ...tensor, contrasts }, [{ voxel: 20, label: "" }]);
    expect(sample!.measured.model![1]).toBeNaN();
    expect(sample!.measured.model!.filter(Number.isFinite)).toHaveLength(5);
  });

  test("names the parameters with maps, not the components of vectors and tensors", () => {
    const [sample] = describeSampleFits(tensor, [{ voxel: 20, label: "" }]);
    expect(sample!.parameters.map(({ name }) => name)).toEqual(["MD", "FA", "AD", "S0"]);
  });

  test("of a model with many parameters names the main ones and those with an error", () => {
    const { parameters } = tensor.sheet;
    const values = ["L1", "L2", "L3"].map((symbol) => ({ ...parameters[2]!, symbol }));
    const sheet = { ...tensor.sheet, parameters: [...parameters, ...values] };
    const fitCurve: FitToWrite["fitCurve"] = (signals, voxel) => {
      const curve = tensor.fitCurve(signals, voxel);
      const more = values.map((one) => ({ ...curve.parameters[2]!, ...one }));
      return { ...curve, parameters: [...curve.parameters, ...more] };
    };
    const [sample] = describeSampleFits({ ...tensor, sheet, fitCurve }, [{ voxel: 20, label: "" }]);
    expect(sample!.parameters.map(({ name }) => name)).toEqual(["MD", "FA", "S0"]);
  });

  test("of complex images says which part each is", () => {
    const parts = ["real", "real", "real", "imaginary", "imaginary", "imaginary"] as const;
    const series = { ...tensor.series, parts };
    const [sample] = describeSampleFits({ ...tensor, series }, [{ voxel: 20, label: "" }]);
    expect(sample!.measured.parts).toEqual(parts);
  });
});
