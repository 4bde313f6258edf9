import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { encodeNifti } from "#shared/nifti/write.ts";
import { chooseMask } from "#shared/program/choose-mask.ts";
import type { Grid } from "#shared/volume/grid.ts";
import { inFolder } from "#test/shared/nifti/debian-tools.ts";
import { ellipse, simulateSeries } from "#test/shared/volume/simulated-series.ts";

const shape = [64, 48, 2] as const;
const body = ellipse(shape, 0.3);
const inside = (i: number, j: number) => (body(i, j) ? 1 : 0);
const series = simulateSeries({
  ...{ shape, sigma: 10, images: 4 },
  // Brighter to the right: 300 to 1000.
  signal: (i, j, _, n) => inside(i, j) * (300 + 11 * i) * Math.exp(-n / 4),
});
const noise = { sigma: 10, source: "known" };
const limits = { noiseThreshold: 3, fraction: 0.1 };
const truth = Uint8Array.from({ length: 64 * 48 * 2 }, (_, v) =>
  inside(v % 64, Math.floor(v / 64) % 48),
);
const count = (mask: Uint8Array) => mask.reduce((sum, value) => sum + value, 0);

describe("--mask", () => {
  test("auto finds the body", async () => {
    const { samples, source } = await chooseMask("auto", series, noise, limits);
    const wrong = samples.filter((value, v) => value !== truth[v]).length;
    expect(wrong / count(truth)).toBeLessThan(0.01);
    expect(source).toBe("automatic foreground");
  });

  test("none is every voxel", async () => {
    const { samples } = await chooseMask("none", series, noise, limits);
    expect(count(samples)).toBe(64 * 48 * 2);
    expect(samples.buffer).toBeInstanceOf(SharedArrayBuffer);
  });

  test("threshold takes what is brighter than its fraction of the bright end", async () => {
    const counts = [];
    for (const fraction of [0.1, 0.6, 0.9]) {
      const { samples, source } = await chooseMask("threshold", series, noise, {
        ...limits,
        fraction,
      });
      expect(source).toContain(`${fraction} of its bright end`);
      counts.push(count(samples));
    }
    expect(counts[0]! / count(truth)).toBeGreaterThan(0.98);
    expect(counts[1]!).toBeLessThan(counts[0]!);
    expect(counts[2]!).toBeLessThan(counts[1]!);
    expect(counts[2]!).toBeGreaterThan(0);
  });

  test("a file is read onto the voxels of the images, and named without its folder", () =>
    inFolder(async (folder) => {
      const path = join(folder, "kidney.nii");
      writeFileSync(
        path,
        encodeNifti({ grid: series.grid, samples: truth, unit: "1" }, { description: "" }),
      );
      const { samples, source } = await chooseMask({ path }, series, noise, limits);
      expect(samples).toEqual(truth);
      expect(source).toBe("file kidney.nii");
    }));

  test("a file on other voxels is refused", () =>
    inFolder(async (folder) => {
      const path = join(folder, "other.nii");
      const grid: Grid = { ...series.grid, shape: [64, 48, 1] };
      writeFileSync(
        path,
        encodeNifti({ grid, samples: truth.slice(0, 3072), unit: "1" }, { description: "" }),
      );
      await expect(chooseMask({ path }, series, noise, limits)).rejects.toMatchObject({
        code: "E-MASK-GRID",
      });
    }));
});

test.each(["auto", "threshold"] as const)(
  "%s without any signal is refused with what to do",
  async (option) => {
    const empty = { ...series, stored: new Float32Array(series.stored.length) };
    await expect(chooseMask(option, empty, noise, limits)).rejects.toMatchObject({
      ...{ code: "E-NO-SIGNAL", exitCode: 3 },
      message: expect.stringContaining("--mask none"),
    });
  },
);
