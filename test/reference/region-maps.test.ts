import { execFileSync } from "node:child_process";
import { globSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { type MapOptions, readMaps } from "#shared/derivatives/read-maps.ts";
import { openPool } from "#shared/parallel/pool.ts";
import { readReference } from "#shared/roi/read-reference.ts";
import { centreDistance } from "#shared/volume/planes-distance.ts";
import { findRegionDataset } from "../acceptance/dataset.ts";
import { hasNibabel } from "../acceptance/peers.ts";

// The maps of the datasets of regions: values and places as nibabel reads them, and what is refused.

const synthetic = findRegionDataset("preclinical-synthetic");
const bad = findRegionDataset("bad-inputs", "bad-inputs.json");
const archive = findRegionDataset("xnat-archive");
const highdicom = findRegionDataset("highdicom-seg");
const pool = openPool(1, "");
afterAll(() => pool.close());
const options: MapOptions = { volume: 1, assumeSameFov: false, reference: undefined };

interface Expected {
  readonly path: string;
  readonly shape: readonly number[];
  /** To (R, A, S), mm; the length unit of the file applied. */
  readonly affine: readonly (readonly number[])[];
  readonly finite: number;
  readonly sum: number;
  readonly weighted: number;
}

/** Sums in double precision; the weighted one changes when voxels change places. */
const script = `
import json, sys, numpy, nibabel
out = []
for path in sys.argv[1:]:
    image = nibabel.load(path)
    data = numpy.asarray(image.dataobj, dtype=numpy.float64)
    first = data[..., 0] if data.ndim == 4 else data
    flat = first.ravel(order="F")
    finite = numpy.isfinite(flat)
    unit = 1e-3 if int(image.header["xyzt_units"]) & 7 == 3 else 1.0
    affine = image.affine.copy()
    affine[:3] *= unit
    weights = numpy.arange(flat.size) % 97 + 1
    out.append(dict(path=path, shape=first.shape, affine=affine.tolist(), finite=int(finite.sum()),
        sum=float(flat[finite].sum()), weighted=float((flat * weights)[finite].sum())))
print(json.dumps(out))
`;

function readByNibabel(paths: readonly string[]): readonly Expected[] {
  return JSON.parse(
    execFileSync("/usr/bin/python3", ["-c", script, ...paths], { encoding: "utf8" }),
  ) as Expected[];
}

const roots = ["preclinical-synthetic", "rtutils-oblique", "aim-rtstruct-disagreement"].flatMap(
  (name) => findRegionDataset(name) ?? [],
);
const oriented = roots
  .flatMap((root) => globSync("**/map/**/*.nii*", { cwd: root }).map((path) => join(root, path)))
  .filter((path) => !path.includes("no_orientation"))
  .sort();

describe.skipIf(oriented.length === 0 || !hasNibabel)("maps as nibabel reads them", () => {
  const expected = oriented.length === 0 || !hasNibabel ? [] : readByNibabel(oriented);
  test.each(expected)("$path", async ({ path, shape, affine, finite, sum, weighted }) => {
    const { maps } = await readMaps([path], options, pool);
    const { planes, samples } = maps[0]!;
    expect(planes.shape).toEqual(shape);
    let count = 0;
    let own = 0;
    let ownWeighted = 0;
    samples.forEach((value, v) => {
      if (!Number.isFinite(value)) return;
      count++;
      own += value;
      ownWeighted += value * ((v % 97) + 1);
    });
    expect(count).toBe(finite);
    expect(Math.abs(own - sum)).toBeLessThanOrEqual(1e-9 * Math.abs(sum));
    expect(Math.abs(ownWeighted - weighted)).toBeLessThanOrEqual(1e-9 * Math.abs(weighted));
    const axes = [planes.rowStep, planes.columnStep];
    [0, 1, 2].forEach((row) => {
      const sign = row < 2 ? -1 : 1;
      axes.forEach((axis, column) => {
        expect(Math.abs(sign * axis[row]! - affine[row]![column]!)).toBeLessThan(1e-6);
      });
      planes.origins.forEach((origin, k) => {
        const along = affine[row]![3]! + k * affine[row]![2]!;
        expect(Math.abs(sign * origin[row]! - along)).toBeLessThan(1e-5);
      });
    });
  });
});

describe.skipIf(synthetic === undefined)("preclinical-synthetic", () => {
  const special = (name: string) => join(synthetic!, "axial/map/special", name);

  test("the same map in micrometres, in four dimensions, and without orientation on the same field of view", async () => {
    const reference = await readReference(
      join(synthetic!, "axial/dicom"),
      { collections: [], allowOtherSeries: false },
      pool,
    );
    const assumed = { ...options, assumeSameFov: true, reference: reference.planes };
    const plain = (
      await readMaps([join(synthetic!, "axial/map/t2map_128x96.nii.gz")], options, pool)
    ).maps[0]!;
    for (const name of [
      "micrometre_units.nii.gz",
      "four_d_t2_then_m0.nii.gz",
      "legacy_no_orientation_float64.nii",
    ]) {
      const { planes, samples } = (await readMaps([special(name)], assumed, pool)).maps[0]!;
      expect(Float64Array.from(samples)).toEqual(Float64Array.from(plain.samples));
      planes.origins.forEach((origin, k) => {
        origin.forEach((value, axis) => {
          expect(value).toBeCloseTo(plain.planes.origins[k]![axis]!, 5);
        });
      });
      planes.rowStep.forEach((value, axis) => {
        expect(value).toBeCloseTo(plain.planes.rowStep[axis]!, 6);
      });
      planes.columnStep.forEach((value, axis) => {
        expect(value).toBeCloseTo(plain.planes.columnStep[axis]!, 6);
      });
    }
  });

  test("failed fits are counted as they are: not a number, infinite, zero, negative", async () => {
    const { maps } = await readMaps(
      [special("failed_fits_nan_zero_negative_inf.nii.gz")],
      options,
      pool,
    );
    const values = maps[0]!.samples;
    const count = (test: (value: number) => boolean) => values.filter(test).length;
    expect(count(Number.isNaN)).toBeGreaterThan(0);
    expect(count((value) => Math.abs(value) === Infinity)).toBeGreaterThan(0);
    expect(count((value) => value === 0)).toBeGreaterThan(0);
    expect(count((value) => value < 0)).toBeGreaterThan(0);
  });

  test("a map of four slices of six keeps its place", async () => {
    const { maps } = await readMaps([special("four_of_six_slices.nii.gz")], options, pool);
    expect(maps[0]!.planes.origins.map(([, , z]) => z)).toEqual([11, 12, 13, 14]);
  });
});

describe.skipIf(highdicom === undefined)("highdicom-seg", () => {
  test("ct2-series is a map in Hounsfield units on its uneven planes", async () => {
    const { maps, diagnostics } = await readMaps([join(highdicom!, "ct2-series")], options, pool);
    const { planes, unit, samples } = maps[0]!;
    expect(planes.origins.map(([, , z]) => z)).toEqual([
      -99.480003, 103.019997, 104.269997, 105.519997,
    ]);
    expect([unit, planes.grid, planes.spacing]).toEqual(["HU", undefined, 1.25]);
    // The values of the segment of expected.json lie between these.
    const inside = samples.filter((value) => value >= 503 && value <= 1489).length;
    expect(inside).toBeGreaterThanOrEqual(638);
    expect(diagnostics.map(({ code }) => code)).toEqual(["LARGE_SLICE_GAP"]);
  });
});

describe.skipIf(archive === undefined)("xnat-archive", () => {
  test("of scan 8 the oriented map is read, the older one is refused, or assumed", async () => {
    const folder = join(archive!, "SYNTH_MOUSE01_MR1/SCANS/8");
    const { maps, diagnostics } = await readMaps([folder], options, pool);
    expect(maps.map(({ path }) => path)).toEqual(["8/NIFTI/T2_map.nii.gz"]);
    const refused = diagnostics.find(({ severity }) => severity === "error");
    expect(refused?.text).toMatch(/8_T2_map.nii.*no orientation.*--assume-same-fov/);
    const { planes: reference } = await readReference(
      folder,
      { collections: [], allowOtherSeries: false },
      pool,
    );
    const both = await readMaps([folder], { ...options, assumeSameFov: true, reference }, pool);
    expect(both.maps.map(({ name, unit }) => [name, unit])).toEqual([
      ["T2_map", "ms"],
      ["8_T2_map", "ms"],
    ]);
    expect(Array.from(both.maps[1]!.samples)).toEqual(Array.from(both.maps[0]!.samples));
  });
});

describe.skipIf(bad === undefined)("bad-inputs", () => {
  test.each([
    ["map-truncated.nii.gz", "E-GZIP", /damaged or cut short/],
    ["map-header-claims-too-much.nii", "E-TRUNCATED", /30000 x 30000 x 30000 .* 5000/],
    ["map-not-nifti.nii", "E-NOT-NIFTI", /not a NIfTI file/],
    ["map-singular-affine.nii.gz", "E-AFFINE", /singular.*axis 1 has no length/],
  ])("%s is refused soon, in little memory", async (name, code, message) => {
    const before = process.memoryUsage().rss;
    const started = performance.now();
    await expect(readMaps([join(bad!, name)], options, pool)).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message),
    });
    expect(performance.now() - started).toBeLessThan(1000);
    expect(process.memoryUsage().rss - before).toBeLessThan(200e6);
  });

  test("map-other-frame is read, 413 mm away", async () => {
    const { maps } = await readMaps([join(bad!, "map-other-frame.nii.gz")], options, pool);
    const axial = join(synthetic!, "axial/dicom");
    const { planes } = await readReference(
      axial,
      { collections: [], allowOtherSeries: false },
      pool,
    );
    expect(centreDistance(maps[0]!.planes, planes)).toBeCloseTo(Math.hypot(180, 220, 300), 0);
  });
});
