import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { allocateStored, openNifti, readVoxels } from "#shared/nifti/read-voxels.ts";
import { chooseBinWidth } from "#shared/stats/bin-width.ts";
import type { ValuePolicy } from "#shared/stats/exclusions.ts";
import { type Measurement, measureRates, measureRegion } from "#shared/stats/measure-region.ts";
import { invertAffine, multiplyAffines } from "#shared/volume/affine.ts";
import type { Grid } from "#shared/volume/grid.ts";
import { findRegionDataset } from "#test/acceptance/dataset.ts";

// Statistics against the consensus values of IBSI, and against those of the synthetic set (checked there with numpy and SciPy).

interface Image {
  readonly grid: Grid;
  readonly samples: Float64Array;
}

async function readImage(path: string, volume = 0): Promise<Image> {
  const nifti = await openNifti({ path, absolutePath: path });
  const { grid, datatype, slope, intercept, volumes } = nifti.header;
  const count = grid.shape[0] * grid.shape[1] * grid.shape[2];
  const stored = allocateStored(datatype, count * volumes);
  await readVoxels(nifti, stored, [...Array(volumes).keys()]);
  const samples = Float64Array.from(
    { length: count },
    (_, i) => stored[volume * count + i]! * slope + intercept,
  );
  return { grid, samples };
}

const insideOf = ({ samples }: Image) =>
  Uint32Array.from(Array.from(samples.keys()).filter((voxel) => samples[voxel] !== 0));

function measure(
  image: Image,
  mask: Uint32Array,
  policy: ValuePolicy = { zeros: "keep", status: "good" },
): { times: Measurement; rates: Measurement } {
  const region = { voxels: mask, touched: mask, shares: new Float64Array(mask.length).fill(1) };
  const binWidth = chooseBinWidth(image.samples);
  const map = { samples: image.samples, unit: "ms", policy, binWidth } as const;
  return { times: measureRegion(region, map), rates: measureRates(region, map, binWidth) };
}

/** Within 1e-6 of a value, relative; 0 and null must be met. */
function expectNear(found: number | null, expected: number | null, what: string) {
  if (expected === null || expected === 0) expect([what, found]).toEqual([what, expected]);
  else expect(Math.abs((found ?? Number.NaN) / expected - 1), what).toBeLessThan(1e-6);
}

type Block = Record<string, unknown>;

function expectBlock({ times, rates }: ReturnType<typeof measure>, block: Block, what: string) {
  const { firstOrder: s } = times;
  const found: Record<string, number | null> = {
    ...(s as unknown as Record<string, number | null>),
    sd_population: s.sd,
    sd_sample: s.sdSample,
    excess_kurtosis: s.excessKurtosis,
  };
  const { reciprocal_1000_over_value: reciprocal, ...values } = block as Block & {
    reciprocal_1000_over_value?: Record<string, number>;
  };
  for (const [name, expected] of Object.entries(values)) {
    expectNear(found[name]!, expected as number | null, `${what} ${name}`);
  }
  if (reciprocal === undefined) return;
  const { mean, sd, median } = rates.firstOrder;
  expectNear(mean, reciprocal["mean"]!, `${what} rate mean`);
  expectNear(sd, reciprocal["sd_population"]!, `${what} rate sd`);
  expectNear(median, reciprocal["median"]!, `${what} rate median`);
}

const ibsi = findRegionDataset("ibsi-digital-phantom");

describe.skipIf(ibsi === undefined)("IBSI digital phantom", () => {
  const expected = () => JSON.parse(readFileSync(join(ibsi!, "expected.json"), "utf8"));
  const measurePhantom = async () => {
    const image = await readImage(join(ibsi!, "image/phantom.nii.gz"));
    const mask = insideOf(await readImage(join(ibsi!, "mask/mask.nii.gz")));
    return measure(image, mask);
  };

  const features = {
    stat_mean: ({ firstOrder: s }: Measurement) => s.mean,
    stat_var: ({ firstOrder: s }: Measurement) => s.variance,
    stat_skew: ({ firstOrder: s }: Measurement) => s.skewness,
    stat_kurt: ({ firstOrder: s }: Measurement) => s.excessKurtosis,
    stat_median: ({ firstOrder: s }: Measurement) => s.median,
    stat_min: ({ firstOrder: s }: Measurement) => s.min,
    stat_p10: ({ firstOrder: s }: Measurement) => s.p10,
    stat_p90: ({ firstOrder: s }: Measurement) => s.p90,
    stat_max: ({ firstOrder: s }: Measurement) => s.max,
    stat_iqr: ({ firstOrder: s }: Measurement) => s.iqr,
    stat_range: ({ firstOrder: s }: Measurement) => s.range,
    stat_mad: ({ firstOrder: s }: Measurement) => s.mad,
    stat_rmad: ({ firstOrder: s }: Measurement) => s.rmad,
    stat_medad: ({ firstOrder: s }: Measurement) => s.medad,
    stat_cov: ({ firstOrder: s }: Measurement) => s.cov,
    stat_qcod: ({ firstOrder: s }: Measurement) => s.qcod,
    stat_energy: ({ firstOrder: s }: Measurement) => s.energy,
    stat_rms: ({ firstOrder: s }: Measurement) => s.rms,
    ih_entropy: ({ disorder }: Measurement) => disorder.entropy,
    ih_uniformity: ({ disorder }: Measurement) => disorder.uniformity,
  };

  test("every intensity statistic agrees with the consensus and, to 1e-6, with the full number", async () => {
    const { times } = await measurePhantom();
    const rows = expected().ibsi as {
      tag: string;
      reference: number;
      tolerance: number;
      recomputed: number;
    }[];
    const compared = rows.filter(({ tag }) => tag in features);
    expect(compared).toHaveLength(20);
    for (const { tag, reference, tolerance, recomputed } of compared) {
      const value = features[tag as keyof typeof features](times);
      expectNear(value, recomputed, tag);
      const rounded = Number(value!.toPrecision(3));
      expect(Math.abs(rounded - reference), tag).toBeLessThanOrEqual(tolerance);
    }
  });

  test("the general statistics and those of the reciprocals agree", async () => {
    const { general_statistics: block, n_voxels: n } = expected();
    const measured = await measurePhantom();
    expectBlock(measured, block, "phantom");
    expect(measured.times).toMatchObject({ nVoxels: n, histogram: { binWidth: 1 } });
  });
});

const synthetic = findRegionDataset("preclinical-synthetic");

interface ExpectedRoi {
  readonly number: number;
  readonly maps?: Record<string, ExpectedMap>;
}
interface ExpectedMap {
  readonly stats?: Block;
  readonly mask?: string | null;
  readonly from_reference_mask?: {
    coverage_weighted: Record<string, number>;
    n_touched: number;
    ge_half: Block;
  };
  readonly [other: string]: unknown;
}

describe.skipIf(synthetic === undefined)("synthetic preclinical set", () => {
  const folder = join(synthetic ?? "", "axial");
  const rois = () =>
    JSON.parse(readFileSync(join(synthetic!, "expected.json"), "utf8")).rois as ExpectedRoi[];
  const maskOf = async ({ mask }: ExpectedMap) =>
    mask ? insideOf(await readImage(join(folder, mask))) : new Uint32Array(0);
  const pad = (n: number) => String(n).padStart(2, "0");

  test.each(["t2map_samegrid", "t2map_128x96"])("all regions on %s", async (name) => {
    const image = await readImage(join(folder, "map", `${name}.nii.gz`));
    let compared = 0;
    for (const { number, maps } of rois()) {
      const map = maps?.[name];
      if (map === undefined) continue;
      expectBlock(measure(image, await maskOf(map)), map.stats ?? {}, `${name} ROI ${number}`);
      compared++;
    }
    expect(compared).toBe(21);
  });

  test.each([
    ["int16_scaled", "int16_scaled", 0],
    ["four_d_t2_then_m0 volume 1", "four_d_t2_then_m0", 1],
    ["rotated_15deg_96x96", "rotated_15deg_96x96", 0],
    ["failed_fits_nan_zero_negative_inf", "failed_fits_nan_zero_negative_inf", 0],
  ])("all regions on the special map %s", async (key, file, volume) => {
    const image = await readImage(join(folder, "map/special", `${file}.nii.gz`), volume);
    const listed = rois().filter(({ maps }) => maps?.["axial special maps"] !== undefined);
    expect(listed).toHaveLength(10);
    for (const roi of listed) {
      const map = roi.maps!["axial special maps"]![key] as ExpectedMap;
      // Where no mask is named it is the one of the 128 x 96 map.
      const named = map.mask === undefined ? roi.maps?.["t2map_128x96"] : map;
      const mask = await maskOf(named ?? {});
      const what = `${key} ROI ${roi.number}`;
      if (map.stats !== undefined) expectBlock(measure(image, mask), map.stats, what);
      else expectExclusions(image, mask, map, what);
    }
  });

  function expectExclusions(image: Image, mask: Uint32Array, map: ExpectedMap, what: string) {
    const finite = measure(image, mask);
    const { exclusions, nNegative, nZero, nVoxels } = finite.times;
    expect([what, nVoxels, exclusions.nan, exclusions.infinite, nZero, nNegative]).toEqual(
      [what].concat(
        ["n_voxels", "n_nan", "n_infinite", "n_zero", "n_negative"].map((key) => map[key] as never),
      ),
    );
    expectBlock(finite, map["finite_only"] as Block, `${what} finite`);
    const nonzero = measure(image, mask, { zeros: "exclude", status: "good" });
    expect([what, nonzero.times.exclusions.zero]).toEqual([what, map["n_zero"]]);
    expectBlock(nonzero, map["finite_nonzero"] as Block, `${what} nonzero`);
    const lowest = Number.MIN_VALUE;
    const positive = measure(image, mask, { zeros: "exclude", status: "good", lowest });
    expect([what, positive.times.exclusions.range]).toEqual([what, map["n_negative"]]);
    expectBlock(positive, map["finite_positive"] as Block, `${what} positive`);
    // Rates of the map as it is are those of its positive times.
    expect(finite.rates.firstOrder).toEqual(positive.rates.firstOrder);
  }

  test("weights: a mask of the reference grid covers quarters of the voxels of the 128 x 96 map", async () => {
    const map = await readImage(join(folder, "map/t2map_128x96.nii.gz"));
    for (const { number, maps } of rois()) {
      const expected = maps?.["t2map_128x96"]?.from_reference_mask;
      if (expected === undefined || maps?.["t2map_samegrid"]?.mask == null) continue;
      const mask = await readImage(
        join(folder, `expected/reference-grid/roi-${pad(number)}.nii.gz`),
      );
      const { touched, shares } = coverQuarters(mask, map.grid);
      const region = { voxels: touched.filter((_, i) => shares[i]! >= 0.5), touched, shares };
      const policy = { zeros: "keep", status: "good" } as const;
      const measured = { samples: map.samples, unit: "ms", policy, binWidth: 1 } as const;
      const { weighted } = measureRegion(region, measured);
      const {
        sum_of_weights: sum,
        n_touched: n,
        mean,
        sd_population: sd,
      } = expected.coverage_weighted;
      const what = `weighted ROI ${number}`;
      expect([what, weighted.nTouched, weighted.sumOfShares]).toEqual([what, n, sum]);
      expectNear(weighted.mean, mean!, what);
      expectNear(weighted.sd, sd!, what);
      expectBlock(measure(map, region.voxels), expected.ge_half, what);
    }
  });

  /** Covered share of each voxel of a grid whose voxels are 2 x 2 of the mask's. */
  function coverQuarters({ grid, samples }: Image, target: Grid) {
    const move = multiplyAffines(invertAffine(target.affineLps), grid.affineLps);
    const [nx, ny] = grid.shape;
    const sums = new Map<number, number>();
    samples.forEach((inside, voxel) => {
      if (inside === 0) return;
      const index = [voxel % nx, Math.floor(voxel / nx) % ny, Math.floor(voxel / (nx * ny))];
      const [i, j, k] = [0, 4, 8].map((row) =>
        Math.round(
          move[row]! * index[0]! +
            move[row + 1]! * index[1]! +
            move[row + 2]! * index[2]! +
            move[row + 3]!,
        ),
      );
      const at = i! + target.shape[0] * (j! + target.shape[1] * k!);
      sums.set(at, (sums.get(at) ?? 0) + 0.25);
    });
    const touched = Uint32Array.from(sums.keys()).sort();
    return { touched, shares: Float64Array.from(touched, (voxel) => sums.get(voxel)!) };
  }
});
