import { describe, expect, test } from "vitest";
import { warnAboutPhase } from "#containers/process-t1/warn-about-phase.ts";
import type { SeriesVolume } from "#shared/volume/series-volume.ts";
import { seriesOf } from "#test/shared/volume/simulated-series.ts";

const times = [50, 200, 600, 1500, 4000];
const voxels = 100;

/** Recoveries with T1 from 500 to 1500 ms; image n is turned by `turn(n)` radians. */
function complexSeries(turn: (n: number) => number): SeriesVolume {
  const n = times.length;
  const stored = new Float32Array(2 * n * voxels);
  for (let image = 0; image < n; image++) {
    for (let v = 0; v < voxels; v++) {
      const signal = 100 * (1 - 1.9 * Math.exp(-times[image]! / (500 + 10 * v)));
      // Noise of an SNR of 50, the same in every run.
      const noise = 2 * Math.sin(v * 12.9898 + image * 78.233);
      const phase = 0.05 * v + turn(image);
      stored[image * voxels + v] = signal * Math.cos(phase) + noise;
      stored[(n + image) * voxels + v] = signal * Math.sin(phase) - noise;
    }
  }
  const plain = seriesOf(stored, [10, 10, 1], 2 * n);
  const parts = [...times.map(() => "real" as const), ...times.map(() => "imaginary" as const)];
  return { ...plain, parts };
}

function warn(series: SeriesVolume) {
  const count = series.stored.length / voxels;
  const contrasts = Array.from({ length: count }, (_, i) => i);
  return warnAboutPhase(series, contrasts, times, new Uint8Array(voxels).fill(1));
}

test("a phase that stays the same needs no warning, whatever it is in each voxel", () => {
  expect(warn(complexSeries(() => 0.7))).toEqual([]);
});

describe("a phase that changes from image to image", () => {
  test("is seen where it leaves the line", () => {
    const [warning] = warn(complexSeries((n) => (n === 1 ? 0.8 : 0)));
    expect(warning).toMatchObject({ code: "W-PHASE-JUMP" });
    expect(warning?.text).toMatch(/At TI 200 ms the phase.*ir-magnitude/);
  });

  test("by half a turn is seen by the fall of the signal", () => {
    const [warning] = warn(complexSeries((n) => (n === 0 ? Math.PI : 0)));
    expect(warning?.text).toContain("turned");
  });
});

test("real images whose signs were restored wrongly are seen", () => {
  const { parts: _, ...complex } = complexSeries(() => 0);
  const n = times.length;
  const real = Float32Array.from({ length: n * voxels }, (_, at) => {
    const image = Math.floor(at / voxels);
    const signal = 100 * (1 - 1.9 * Math.exp(-times[image]! / 1000));
    return image === 1 ? -signal : signal;
  });
  const series = { ...complex, stored: real, parts: times.map(() => "real" as const) };
  expect(warn(series).map(({ code }) => code)).toEqual(["W-PHASE-JUMP"]);
});

test("magnitudes have no phase", () => {
  const { parts: _, ...magnitudes } = complexSeries(() => 1);
  expect(
    warnAboutPhase(magnitudes, [0, 1, 2, 3, 4], times, new Uint8Array(voxels).fill(1)),
  ).toEqual([]);
});
