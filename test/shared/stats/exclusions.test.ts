import { describe, expect, test } from "vitest";
import { selectVoxels, type ValuePolicy } from "#shared/stats/exclusions.ts";

const policy: ValuePolicy = { zeros: "keep", status: "good" };
const samples = Float32Array.of(5, Number.NaN, 0, -2, Infinity, 90, -0, 7);
const status = Uint8Array.of(1, 2, 1, 1, 8, 6, 2, 1);
const all = Uint32Array.from({ length: 8 }, (_, i) => i);
const none = { status: [], nan: 0, infinite: 0, zero: 0, range: 0 };

describe("which voxels count", () => {
  test("all that are numbers, zeros and negative ones too", () => {
    const { places, exclusions } = selectVoxels(all, samples, undefined, policy);
    expect([...places]).toEqual([0, 2, 3, 5, 6, 7]);
    expect(exclusions).toEqual({ ...none, nan: 1, infinite: 1 });
  });

  test("zeros of either sign are left out when they mean no value", () => {
    const exclude = { ...policy, zeros: "exclude" as const };
    const { places, exclusions } = selectVoxels(all, samples, undefined, exclude);
    expect([...places]).toEqual([0, 3, 5, 7]);
    expect(exclusions).toEqual({ ...none, nan: 1, infinite: 1, zero: 2 });
  });

  test("the limits of the range belong to it", () => {
    const limits = { ...policy, lowest: -2, highest: 7 };
    const { places, exclusions } = selectVoxels(all, samples, undefined, limits);
    expect([...places]).toEqual([0, 2, 3, 6, 7]);
    expect(exclusions).toMatchObject({ nan: 1, infinite: 1, range: 1 });
  });

  test("codes other than 1 are left out and counted by code, before any other reason", () => {
    const { places, exclusions } = selectVoxels(all, samples, status, policy);
    expect([...places]).toEqual([0, 2, 3, 7]);
    const codes = [
      { code: 2, count: 2 },
      { code: 6, count: 1 },
      { code: 8, count: 1 },
    ];
    expect(exclusions).toEqual({ ...none, status: codes });
  });

  test("the status is not asked when all are wanted", () => {
    const { exclusions } = selectVoxels(all, samples, status, { ...policy, status: "all" });
    expect(exclusions).toEqual({ ...none, nan: 1, infinite: 1 });
  });

  test("places are those in the list of voxels", () => {
    const { places } = selectVoxels(Uint32Array.of(7, 1, 0), samples, undefined, policy);
    expect([...places]).toEqual([0, 2]);
  });
});
