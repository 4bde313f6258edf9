import { afterAll, describe, expect, test } from "vitest";
import { UsageError } from "#shared/errors.ts";
import { fitVolume, type VolumeFit, type VolumeFitRequest } from "#shared/fit/fit-volume.ts";
import { openPool } from "#shared/parallel/pool.ts";
import { addRicianNoise, uniformNumbers } from "#shared/phantom/random.ts";
import { gaussian, rician, steps } from "./curves.ts";

const entry = new URL("./worker-entry.ts", import.meta.url);
const shape = [61, 53, 7] as const;
const voxels = shape[0] * shape[1] * shape[2];
const times = steps(10, 10, 8);
const pools = [1, 2, 3].map((size) => openPool(size, entry));

afterAll(async () => {
  await Promise.all(pools.map((pool) => pool.close()));
});

/** A volume of decays with noise, padding, saturation and holes, in stored units of each frame's own scale. */
function request(order: (voxel: number) => number = (voxel) => voxel): VolumeFitRequest {
  const uniform = uniformNumbers("volume");
  const n = times.length;
  const slope = Float64Array.from({ length: n * shape[2] }, (_, f) => 0.5 + (f % 5) / 10);
  const intercept = Float64Array.from(slope, (_, f) => (f % 3) - 1);
  const signals = Array.from({ length: voxels }, () => {
    const kind = uniform();
    const t2 = 15 + 150 * uniform();
    const s0 = kind < 0.1 ? 0 : 200 + 800 * uniform();
    return times.map((t) => addRicianNoise(s0 * Math.exp(-t / t2), 10, uniform));
  });
  const stored = new Float32Array(new SharedArrayBuffer(4 * n * voxels));
  const mask = new Uint8Array(new SharedArrayBuffer(voxels));
  for (let v = 0; v < voxels; v++) {
    const target = order(v);
    mask[target] = v % 11 === 0 ? 0 : 1;
    for (let c = 0; c < n; c++) stored[c * voxels + target] = signals[v]![c]!;
    if (v % 97 === 0) for (let c = 0; c < n; c++) stored[c * voxels + target] = 0;
    if (v % 101 === 0) stored[2 * voxels + target] = -9999;
  }
  return {
    ...gaussian("mono-exponential-decay", times),
    sigma: 10,
    source: { stored, slope, intercept, padding: { low: -9999, high: -9999 }, shape },
    contrasts: times.map((_, c) => c),
    mask,
  };
}

function bytesOf(fit: VolumeFit): Uint8Array[] {
  const arrays = [...fit.parameters.values()].flatMap((p) => [
    p.samples,
    ...(p.standardErrors === undefined ? [] : [p.standardErrors]),
  ]);
  return [...arrays, fit.rSquared, fit.rmse, fit.reducedChiSquare!, fit.status].map(
    (array) => new Uint8Array(array.buffer.slice(0)),
  );
}

describe("the fit of a volume", () => {
  test.each([
    ["two parameters", {}],
    ["offset", { model: gaussian("mono-exponential-offset", times).model }],
    ["expected Rician", { model: rician("mono-exponential-decay", times, 10).model }],
  ])("%s: the same bytes with 1, 2 and 3 workers", async (_, changes) => {
    const fits = await Promise.all(
      pools.map((pool) => fitVolume({ ...request(), ...changes }, pool)),
    );
    const [one, two, three] = fits.map(bytesOf);
    expect(two).toEqual(one);
    expect(three).toEqual(one);
    expect(fits[0]!.tally.ok).toBeGreaterThan(voxels / 5);
  });

  test("every voxel of the mask is ok with finite values, or has a status that says why", async () => {
    const asked = request();
    const fit = await fitVolume(asked, pools[0]!);
    const seen = new Set(fit.status);
    const wrong: number[] = [];
    for (let v = 0; v < voxels; v++) {
      const status = fit.status[v]!;
      const hasValue = [1, 5, 6, 7, 8].includes(status);
      let right = (asked.mask[v] !== 1) === (status === 0);
      for (const { samples, standardErrors } of fit.parameters.values()) {
        right &&= Number.isFinite(samples[v]!) === hasValue && !(samples[v]! <= 0);
        if (status !== 1 || standardErrors === undefined) continue;
        right &&= standardErrors[v]! > 0 && Number.isFinite(standardErrors[v]!);
      }
      if (status === 1) right &&= Number.isFinite(fit.rSquared[v]!) && fit.rmse[v]! > 0;
      if (!right) wrong.push(v);
    }
    expect(wrong).toEqual([]);
    for (const code of [0, 1, 2, 3]) expect(seen).toContain(code);
    expect(Object.values(fit.tally).reduce((a, b) => a + b, 0)).toBe(voxels);
  });

  test("permuting voxels permutes the maps", async () => {
    // Inside a slice, since slope and intercept belong to a frame.
    const plane = shape[0] * shape[1];
    const reverse = (v: number) => v - (v % plane) + (plane - 1 - (v % plane));
    const one = await fitVolume(request(), pools[0]!);
    const two = await fitVolume(request(reverse), pools[1]!);
    for (const [symbol, { samples }] of one.parameters) {
      const other = two.parameters.get(symbol)!.samples;
      const moved = samples.map((_, v) => samples[reverse(v)]!);
      expect(other).toEqual(moved);
    }
  });

  test("progress counts masked voxels up to all of them", async () => {
    const asked = request();
    const calls: [number, number][] = [];
    await fitVolume(asked, pools[1]!, (done, total) => calls.push([done, total]));
    const total = asked.mask.reduce((a, b) => a + b, 0);
    expect(calls.length).toBeGreaterThan(1);
    expect(calls.at(-1)).toEqual([total, total]);
    for (let k = 1; k < calls.length; k++) expect(calls[k]![0]).toBeGreaterThan(calls[k - 1]![0]);
  });

  test("a subset of the echoes is fitted when it is asked for", async () => {
    const asked = request();
    const contrasts = [1, 3, 5, 7];
    const fit = await fitVolume(
      { ...asked, contrasts, abscissae: contrasts.map((c) => times[c]!) },
      pools[0]!,
    );
    expect(fit.tally.ok).toBeGreaterThan(voxels / 2);
  });

  test("an empty mask gives maps of nothing", async () => {
    const fit = await fitVolume({ ...request(), mask: new Uint8Array(voxels) }, pools[1]!);
    expect(fit.tally.outside).toBe(voxels);
    expect(fit.rSquared.every(Number.isNaN)).toBe(true);
  });

  test("limits that hold nothing are the user's to mend", async () => {
    const asked = {
      ...request(),
      model: gaussian("mono-exponential-decay", times, { minTimeMs: 90, maxTimeMs: 80 }).model,
    };
    await expect(fitVolume(asked, pools[0]!)).rejects.toThrow(UsageError);
    await expect(fitVolume(asked, pools[0]!)).rejects.toMatchObject({ code: "E-FIT-LIMITS" });
  });

  test("without sigma there is no chi-square and no voxel is noise", async () => {
    const fit = await fitVolume({ ...request(), sigma: undefined }, pools[0]!);
    expect(fit.reducedChiSquare).toBeUndefined();
    expect(fit.tally.noise).toBe(0);
  });
});
