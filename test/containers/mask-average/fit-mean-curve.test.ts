import { describe, expect, test } from "vitest";
import { fitCurve } from "#shared/fit/fit-curve.ts";
import type { ContrastKeyword, SeriesVolume } from "#shared/volume/series-volume.ts";
import { simulateSeries } from "#test/shared/volume/simulated-series.ts";
import { chooseCurveModel } from "../../../containers/mask-average/choose-curve-model.ts";
import { fitMeanCurve } from "../../../containers/mask-average/fit-mean-curve.ts";

/** A series along any contrast without noise but what the signal itself adds. */
function seriesAlong(
  keyword: ContrastKeyword,
  values: readonly number[],
  signal: (voxel: number, image: number) => number,
  sigma = 0,
): SeriesVolume {
  const series = simulateSeries({
    shape: [10, 10, 1],
    images: values.length,
    sigma,
    stored: Float32Array,
    signal: (i, j, _, n) => signal(i + 10 * j, n),
  });
  return { ...series, axis: { ...series.axis, keyword, values } };
}

const echoes = [10, 20, 30, 40, 60, 80, 120, 160];
const everyVoxel = Array.from({ length: 100 }, (_, voxel) => voxel);

describe("the fit of a mean curve", () => {
  test("finds the T2 of a uniform region", () => {
    const series = seriesAlong("EchoTime", echoes, (_, n) => 1000 * Math.exp(-echoes[n]! / 45));
    const curve = fitMeanCurve(series, everyVoxel, chooseCurveModel(series, undefined)!)!;
    expect(curve.value).toBeCloseTo(45, 4);
    expect(curve.voxels).toBe(100);
  });

  test("of two tissues is not the mean of their fits", () => {
    const series = seriesAlong(
      "EchoTime",
      echoes,
      (voxel, n) => 1000 * Math.exp(-echoes[n]! / (voxel < 50 ? 30 : 90)),
    );
    const curve = fitMeanCurve(series, everyVoxel, chooseCurveModel(series, undefined)!)!;
    expect(curve.value).toBeGreaterThan(50);
    expect(Math.abs(curve.value - 60)).toBeGreaterThan(1);
    // The scatter about the curve shows that one exponential does not describe it.
    expect(curve.interval[1] - curve.interval[0]).toBeGreaterThan(1);
    expect(curve.interval[0]).toBeLessThan(curve.value);
  });

  test("agrees with ml-levenberg-marquardt", () => {
    const series = seriesAlong(
      "EchoTime",
      echoes,
      (voxel, n) => 1000 * Math.exp(-echoes[n]! / (40 + (voxel % 7))),
      8,
    );
    const model = chooseCurveModel(series, undefined)!;
    const curve = fitMeanCurve(series, everyVoxel, model)!;
    const reference = fitCurve(
      {
        model: model.choice,
        abscissae: model.abscissae,
        sigma: undefined,
        noiseThreshold: 0,
        solver: "reference",
      },
      curve.signals,
    );
    expect(curve.value / reference.parameters[0]!.value).toBeCloseTo(1, 5);
    expect(curve.standardError / reference.parameters[0]!.standardError).toBeCloseTo(1, 2);
  });

  test("goes through the noise floor when the map's fit did, with an interval from the scatter", () => {
    const sigma = 40;
    const series = seriesAlong(
      "EchoTime",
      echoes,
      (_, n) => 600 * Math.exp(-echoes[n]! / 30),
      sigma,
    );
    const plain = fitMeanCurve(series, everyVoxel, chooseCurveModel(series, undefined)!)!;
    const name = "mono-exponential-decay-expected-rician";
    const rician = chooseCurveModel(series, { name, fixed: { noiseSigma: sigma } })!;
    const curve = fitMeanCurve(series, everyVoxel, rician)!;
    expect(rician.warnings).toEqual([]);
    expect(Math.abs(curve.value - 30)).toBeLessThan(1.5);
    expect(Math.abs(plain.value - 30)).toBeGreaterThan(Math.abs(curve.value - 30));
    // The error of one voxel's curve at this noise is several ms: that of the mean of 100 is not.
    expect(curve.standardError).toBeLessThan(0.5);
    expect(curve.standardError).toBeGreaterThan(0);
  });

  test("takes the geometric mean over directions of one b-value", () => {
    const bValues = [0, 0, 1000, 1000, 1000];
    const diffusivities = [0, 0, 0.4e-3, 0.8e-3, 1.2e-3];
    const series = seriesAlong(
      "DiffusionBValue",
      bValues,
      (_, n) => 500 * Math.exp(-bValues[n]! * diffusivities[n]!),
    );
    const curve = fitMeanCurve(series, everyVoxel, chooseCurveModel(series, undefined)!)!;
    expect(curve.value).toBeCloseTo(0.8e-3, 8);
  });

  test("finds T1 by saturation and by inversion recovery", () => {
    const times = [100, 300, 600, 1200, 2400, 5000, 9000];
    const saturation = seriesAlong(
      "RepetitionTime",
      times,
      (_, n) => 800 * (1 - Math.exp(-times[n]! / 1300)),
    );
    const model = chooseCurveModel(saturation, undefined)!;
    expect(fitMeanCurve(saturation, everyVoxel, model)!.value).toBeCloseTo(1300, 1);
    const inversion = seriesAlong("InversionTime", times, (_, n) =>
      Math.abs(800 * (1 - 2 * Math.exp(-times[n]! / 1300))),
    );
    const magnitude = chooseCurveModel(inversion, undefined)!;
    expect(fitMeanCurve(inversion, everyVoxel, magnitude)!.value).toBeCloseTo(1300, 1);
  });

  test("leaves out voxels that are not measured in every image", () => {
    const series = seriesAlong("EchoTime", echoes, (voxel, n) =>
      voxel === 3 && n === 2 ? Number.NaN : 1000 * Math.exp(-echoes[n]! / 45),
    );
    const curve = fitMeanCurve(series, everyVoxel, chooseCurveModel(series, undefined)!)!;
    expect(curve.voxels).toBe(99);
    expect(curve.value).toBeCloseTo(45, 4);
    expect(fitMeanCurve(series, [3], chooseCurveModel(series, undefined)!)).toBeUndefined();
  });

  test("says so when the map has another model, and makes no T1 of flip angles without B1", () => {
    const series = seriesAlong("EchoTime", echoes, () => 1);
    expect(chooseCurveModel(series, { name: "something", fixed: {} })?.warnings[0]?.code).toBe(
      "W-CURVE-MODEL",
    );
    expect(
      chooseCurveModel(
        seriesAlong("FlipAngle", [2, 8, 15], () => 1),
        undefined,
      ),
    ).toBeUndefined();
  });
});
