import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { encodeNifti, encodeNifti4D } from "#shared/nifti/write.ts";
import { obliqueGrid } from "#shared/phantom/oblique-grid.ts";
import type { Unit } from "#shared/units.ts";
import { inFolder } from "#test/shared/nifti/debian-tools.ts";
import { compareWithTruth, truthOf } from "../../scripts/compare-with-truth.ts";
import type { ComparedQuantity } from "../../scripts/demo-jobs.ts";

const grid = obliqueGrid({ shape: [4, 2, 1], spacing: [0.5, 0.6, 3] });
const labels = Uint8Array.of(0, 1, 1, 1, 2, 2, 0, 3);

const t1: ComparedQuantity = {
  label: "T1",
  map: "T1map",
  symbol: "T1",
  unit: "ms",
  fileUnit: "s",
  tolerance: { percent: 3 },
};

/** A truth of three regions, the last of them without a value, and a result in a folder of maps. */
function writeFolders(folder: string, found: Float32Array, shift = 0): [string, string] {
  const [truth, maps] = [join(folder, "truth"), join(folder, "maps")];
  mkdirSync(truth);
  mkdirSync(maps);
  const image = (samples: Float32Array | Uint8Array, unit: Unit, moved = 0) => {
    const affineLps = grid.affineLps.map((value, n) => (n === 3 ? value + moved : value));
    return encodeNifti({ grid: { ...grid, affineLps }, samples, unit }, { description: "" });
  };
  const values = [Number.NaN, 1, 2, Number.NaN];
  writeFileSync(join(truth, "dseg.nii"), image(labels, "1"));
  const trueMap = Float32Array.from(labels, (label) => values[label]!);
  writeFileSync(join(truth, "T1map.nii"), image(trueMap, "s"));
  const regions = [
    { label: 1, name: "muscle", T1: 1000 },
    { label: 2, name: "liver", T1: 2000 },
    { label: 3, name: "bone", T1: null },
  ];
  writeFileSync(join(truth, "truth.json"), JSON.stringify({ regions }));
  const errors = found.map(() => 0.05);
  writeFileSync(join(maps, "run-7_desc-stderr_T1map.nii.gz"), gzipSync(image(errors, "s", shift)));
  writeFileSync(join(maps, "run-7_T1map.nii.gz"), gzipSync(image(found, "s", shift)));
  return [truth, maps];
}

test("means, spread and errors are those of the region, in the unit of the truth; missing voxels are counted", () =>
  inFolder((folder) => {
    const found = Float32Array.of(9, 0.98, 1.02, Number.NaN, 2.1, 2.1, 9, 9);
    const { regions, criterion, unit, difference } = compareWithTruth(
      ...writeFolders(folder, found),
      t1,
    );
    expect([unit, difference, criterion]).toEqual([
      "ms",
      "percent",
      "mean within 3 % of the truth",
    ]);
    expect(regions).toHaveLength(2);
    const [muscle, liver] = regions;
    expect(muscle).toMatchObject({ region: "muscle", trueValue: 1000, voxels: 2, missing: 1 });
    expect(muscle!.mean).toBeCloseTo(1000, 3);
    expect(muscle!.standardDeviation).toBeCloseTo(20, 3);
    expect(muscle!.standardError).toBeCloseTo(50, 3);
    expect(liver).toMatchObject({ voxels: 2, missing: 0 });
    expect(liver!.mean).toBeCloseTo(2100, 3);
    expect([muscle!.within, liver!.within]).toEqual([true, false]);
  }));

test("of a direction the angle is compared, whichever way it points, where there is a true one", () =>
  inFolder((folder) => {
    const [truth, maps] = writeFolders(folder, new Float32Array(8).fill(1));
    const degree = Math.PI / 180;
    const unit = (angle: number) => [Math.cos(angle), Math.sin(angle), 0];
    const volumes = (vectors: readonly (readonly number[])[]) =>
      [0, 1, 2].map((c) => Float32Array.from(labels, (label) => vectors[label]![c]!));
    const none = [Number.NaN, Number.NaN, Number.NaN];
    const write = (path: string, vectors: readonly (readonly number[])[], pack = false) => {
      const bytes = encodeNifti4D(grid, volumes(vectors), { description: "" });
      writeFileSync(path, pack ? gzipSync(bytes) : bytes);
    };
    write(join(truth, "V1.nii"), [none, unit(0), unit(30 * degree), none]);
    const found = [none, unit(178 * degree), unit(35 * degree), unit(0)];
    write(join(maps, "run-7_V1.nii.gz"), found, true);
    const regions = [
      { label: 1, name: "muscle", V1: unit(0) },
      { label: 2, name: "cord", V1: unit(30 * degree) },
      { label: 3, name: "vial", V1: null },
    ];
    writeFileSync(join(truth, "truth.json"), JSON.stringify({ regions }));
    const comparison = compareWithTruth(truth, maps, {
      ...t1,
      ...{ kind: "direction", map: "V1", symbol: "V1", unit: "deg", fileUnit: "1" },
      tolerance: { within: 3 },
    });
    expect(comparison.maps).toBeUndefined();
    expect(comparison.regions.map(({ region, within }) => [region, within])).toEqual([
      ["muscle", true],
      ["cord", false],
    ]);
    expect(comparison.regions[0]!.mean).toBeCloseTo(2, 3);
    expect(comparison.regions[1]!.mean).toBeCloseTo(5, 3);
  }));

test("maps that lie elsewhere than the truth are refused", () =>
  inFolder((folder) => {
    const folders = writeFolders(folder, new Float32Array(8).fill(1), 0.01);
    expect(() => compareWithTruth(...folders, t1)).toThrow("elsewhere");
  }));

test("a scan has its own truth or the shared one", () =>
  inFolder((folder) => {
    mkdirSync(join(folder, "truth/scan-10"), { recursive: true });
    expect(truthOf(folder, 10)).toBe(join(folder, "truth/scan-10"));
    expect(truthOf(folder, 4)).toBe(join(folder, "truth"));
  }));
