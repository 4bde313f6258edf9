import { gunzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { encodeMap, type MapToEncode } from "#shared/derivatives/encode-map.ts";
import { niftiSamples } from "./example-fit.ts";

const nan = Number.NaN;
/** One voxel of each status, its value 100 + code where the status has one. */
const status = Uint8Array.from({ length: 11 }, (_, code) => code);
const samples = Float32Array.of(nan, 101, nan, nan, nan, 105, 106, 107, 108, nan, nan);
const map: MapToEncode = {
  grid: {
    shape: [11, 1, 1],
    affineLps: [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1],
    origin: "dicom",
  },
  ...{ samples, status, unit: "ms", fileUnit: "ms" },
  policy: { outside: "nan", flagged: "value" },
  displayRange: [90, 110],
  description: "Map T2 [ms]",
  acquisition3D: false,
};

async function encode(changes: Partial<MapToEncode>): Promise<Buffer> {
  return gunzipSync(await encodeMap.work({ ...map, ...changes }));
}

describe("voxels without a sound value", () => {
  test.each([
    ["nan", "value", [nan, 101, nan, nan, nan, 105, 106, 107, 108, nan, nan]],
    ["zero", "value", [0, 101, 0, 0, 0, 105, 106, 107, 108, 0, 0]],
    ["nan", "nan", [nan, 101, nan, nan, nan, nan, nan, nan, nan, nan, nan]],
    ["zero", "nan", [0, 101, 0, 0, 0, 0, 0, 0, 0, 0, 0]],
  ] as const)("outside %s, flagged %s", async (outside, flagged, expected) => {
    const bytes = await encode({ policy: { outside, flagged } });
    // The one voxel row has no order that could hide a mistake but its direction along i.
    expect([...niftiSamples(bytes)]).toEqual([...expected]);
  });
});

test("times go from ms to s, and the display range with them", async () => {
  const bytes = await encode({ fileUnit: "s" });
  expect(niftiSamples(bytes)[1]).toBeCloseTo(0.101, 7);
  expect(bytes.readFloatLE(124)).toBeCloseTo(0.11, 7); // cal_max
  expect(bytes.readFloatLE(128)).toBeCloseTo(0.09, 7); // cal_min
});

test("two units of different kinds are a bug, not a map", () => {
  expect(() => encodeMap.work({ ...map, fileUnit: "deg" })).toThrow(/no conversion from ms to deg/);
});

test("the samples it was given stay as they were", async () => {
  const before = samples.slice();
  await encode({ policy: { outside: "zero", flagged: "nan" }, fileUnit: "s" });
  expect(samples).toEqual(before);
});

test("the bytes lie on shared memory and repeat", async () => {
  const [one, two] = [await encodeMap.work(map), await encodeMap.work(map)];
  expect(one.buffer).toBeInstanceOf(SharedArrayBuffer);
  expect(Buffer.from(two)).toEqual(Buffer.from(one));
});
