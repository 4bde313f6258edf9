import { prepareFit } from "#shared/fit/prepare-fit.ts";
import type { ModelChoice } from "#shared/models/model-choice.ts";
import { openPool, type Pool } from "#shared/parallel/pool.ts";
import { readInput } from "#shared/program/read-input.ts";
import { type Grid, voxelCentre, voxelCount } from "#shared/volume/grid.ts";
import { gatherCurves, type SeriesVolume, signalSource } from "#shared/volume/series-volume.ts";
import { type Comparison, comparePairs, type Subject } from "./comparison.ts";
import { readImage, readJson, referencePath } from "./reference-data.ts";

/** What the expected.json of a scanner's series says. */
interface ExpectedScan {
  readonly shape_ijkv: readonly [number, number, number, number];
  readonly affine_lps: readonly (readonly number[])[];
  readonly b_values: readonly number[];
  readonly gradients_patient_lps: readonly (readonly number[])[];
  readonly DTI?: object;
}

const scanners: readonly (readonly [dataSet: string, model: string])[] = [
  ["dwi-dicom-philips-classic", "Philips, single images"],
  ["dwi-dicom-canon-enhanced", "Canon, enhanced multi-frame"],
  ["dwi-dicom-siemens-mosaic", "Siemens, mosaics"],
  ["dwi-dicom-ge-header-only", "GE, single images"],
];

/** b-values, directions, positions and tensor maps of measured DICOM series of four vendors. */
export async function compareScanners(): Promise<readonly Comparison[]> {
  const pool = openPool(1, new URL("../../shared/program/worker.ts", import.meta.url));
  try {
    const comparisons: Comparison[] = [];
    for (const [dataSet, model] of scanners) {
      comparisons.push(...(await compareScanner(dataSet, model, pool)));
    }
    return comparisons;
  } finally {
    await pool.close();
  }
}

async function compareScanner(
  dataSet: string,
  model: string,
  pool: Pool,
): Promise<readonly Comparison[]> {
  const expected = readJson<ExpectedScan>(dataSet, "expected.json");
  const request = { contrast: "DiffusionBValue", atLeast: 2 } as const;
  const series = await readInput(referencePath(dataSet, "dicom"), request, pool);
  const { diffusion } = series;
  if (diffusion === undefined) throw new Error(`${dataSet} has no diffusion encoding`);
  const subject = { dataSet, model, origin: "converters' bval, bvec and NIfTI" };
  // The reference is in the order of acquisition, our axis in the order of b.
  const inOrder = <T>(list: readonly T[]): T[] => {
    const sorted: T[] = [];
    diffusion.acquisitionOrder.forEach((place, index) => {
      sorted[place] = list[index]!;
    });
    return sorted;
  };
  const weighted = expected.b_values.flatMap((b, n) => (b >= 500 ? [n] : []));
  const directions = inOrder(diffusion.directions);
  const cosines = weighted.map((n) => {
    const [x, y, z] = expected.gradients_patient_lps[n]!;
    const [u, v, w] = directions[n] ?? [Number.NaN, Number.NaN, Number.NaN];
    return Math.abs(x! * u + y! * v + z! * w) / Math.hypot(x!, y!, z!);
  });
  return [
    ...comparePairs(
      { ...subject, quantity: "b-value", unit: "s/mm2" },
      { ours: inOrder(diffusion.bValues), reference: expected.b_values },
      { "largest absolute": 1e-3 },
    ),
    ...comparePairs(
      { ...subject, quantity: "|cosine| to the direction, b ≥ 500", unit: "1" },
      { ours: cosines, reference: cosines.map(() => 1) },
      { "largest absolute": 1e-5 },
    ),
    ...comparePairs(
      { ...subject, quantity: "distance of the corner voxels", unit: "mm" },
      cornerDistances(series.grid, expected),
      { "largest absolute": 0.01 },
    ),
    ...(expected.DTI === undefined ? [] : await compareTensor(subject, series)),
  ];
}

/** Distances of the eight corner voxels from where the reference has them, mm. */
function cornerDistances(grid: Grid, { shape_ijkv: shape, affine_lps: affine }: ExpectedScan) {
  const ours = [0, 1, 2, 3, 4, 5, 6, 7].map((bits) => {
    const corner = [0, 1, 2].map((axis) => ((bits >> axis) & 1) * (shape[axis]! - 1));
    const centre = voxelCentre(grid, corner as [number, number, number]);
    const wanted = [0, 1, 2].map((row) =>
      affine[row]!.reduce((sum, value, axis) => sum + value * (corner[axis] ?? 1), 0),
    );
    return Math.hypot(...wanted.map((value, row) => value - centre[row]!));
  });
  return { ours, reference: ours.map(() => 0) };
}

async function compareTensor(
  subject: Omit<Subject, "quantity" | "unit">,
  series: SeriesVolume,
): Promise<readonly Comparison[]> {
  const { dataSet } = subject;
  const mask = await readImage(dataSet, "reference/mask.nii.gz");
  const { bValues, directions } = series.diffusion!;
  const bMatrices = bValues.map((b, n) => {
    const [x, y, z] = directions[n] ?? [0, 0, 0];
    return [b * x * x, b * y * y, b * z * z, b * x * y, b * x * z, b * y * z];
  });
  const noise = { kind: "gaussian" } as const;
  const model: ModelChoice = {
    name: "diffusion-tensor",
    options: { estimator: "ols", bMatrices },
    noise,
  };
  const fitter = prepareFit({
    ...{ model, abscissae: bValues, sigma: undefined, noiseThreshold: 0, solver: "own" },
  }).build();
  const symbols = fitter.sheet.parameters.map(({ symbol }) => symbol);
  const contrasts = bValues.map((_, index) => index);
  const y = new Float64Array(bValues.length);
  const maps = await Promise.all(
    ["MD", "FA"].map(async (symbol) => ({
      symbol,
      at: symbols.indexOf(symbol),
      reference: (await readImage(dataSet, `reference/OLS_${symbol}.nii.gz`)).samples,
      ours: [] as number[],
      theirs: [] as number[],
    })),
  );
  const source = signalSource(series);
  for (let voxel = 0; voxel < voxelCount(series.grid); voxel++) {
    if (mask.samples[voxel] !== 1) continue;
    gatherCurves(source, contrasts, voxel, 1, y);
    fitter.fit(y, 0, 1);
    for (const map of maps) {
      map.ours.push(fitter.result.values[map.at]!);
      map.theirs.push(map.reference[voxel]!);
    }
  }
  return maps.flatMap(({ symbol, ours, theirs }) =>
    comparePairs(
      {
        ...subject,
        quantity: symbol,
        origin: "numpy from the same files, agrees with MRtrix 3.0.3",
        unit: symbol === "MD" ? "mm2/s" : "1",
      },
      { ours, reference: theirs },
      symbol === "MD" ? { "median relative": 1e-5 } : { "median absolute": 1e-5 },
    ),
  );
}
