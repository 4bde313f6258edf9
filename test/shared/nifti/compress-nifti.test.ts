import { createHash } from "node:crypto";
import { gunzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { compressNifti } from "#shared/nifti/compress-nifti.ts";
import { encodeNifti } from "#shared/nifti/write.ts";
import { openPool } from "#shared/parallel/pool.ts";
import type { Volume } from "#shared/volume/volume.ts";

function volume(): Volume {
  const samples = new Float32Array(new SharedArrayBuffer(4 * 16 * 16 * 8)).map((_, n) =>
    Math.cos(n),
  );
  return {
    grid: {
      shape: [16, 16, 8],
      affineLps: [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1],
      origin: "dicom",
    },
    samples,
    unit: "s",
  };
}

describe("compressNifti", () => {
  test("unpacks to what encodeNifti writes, with neither time nor system in the gzip header", async () => {
    const options = { description: "Map T2 [s]" };
    const pool = openPool(1, "");
    const packed = await pool.run(compressNifti, { volume: volume(), options });
    await pool.close();
    expect(packed.buffer).toBeInstanceOf(SharedArrayBuffer);
    expect([...packed.subarray(0, 10)]).toEqual([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, packed[8], 255]);
    expect(new Uint8Array(gunzipSync(packed))).toEqual(encodeNifti(volume(), options));
  });

  test("the same map gives the same bytes, on threads too", async () => {
    const pool = openPool(2, new URL("./nifti-worker.ts", import.meta.url));
    const input = { volume: volume(), options: { description: "x" } };
    const [a, b, c] = await Promise.all([1, 2, 3].map(() => pool.run(compressNifti, input)));
    await pool.close();
    const hash = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");
    expect(hash(a!)).toBe(hash(compressNifti.work(input) as Uint8Array));
    expect(hash(b!)).toBe(hash(a!));
    expect(hash(c!)).toBe(hash(a!));
  });

  test("masks packed one after the other on the same thread are those given", () => {
    const mask = (first: number, description: string) => {
      const samples = new Uint8Array(16 * 16 * 8).fill(1, first, first + 90);
      return { volume: { ...volume(), samples, unit: "1" } as const, options: { description } };
    };
    for (const input of [mask(100, "one"), mask(700, ""), mask(0, "three")]) {
      const packed = compressNifti.work({ ...input, runs: true }) as Uint8Array;
      expect([...packed.subarray(4, 10)]).toEqual([0, 0, 0, 0, packed[8], 255]);
      expect(new Uint8Array(gunzipSync(packed))).toEqual(encodeNifti(input.volume, input.options));
    }
  });
});
