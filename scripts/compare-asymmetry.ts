import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { memorySource } from "#shared/dicom/byte-source.ts";
import { readLayout } from "#shared/dicom/file-layout.ts";
import { readDataset } from "#shared/dicom/read-dataset.ts";
import { sliceGeometry } from "#shared/dicom/slice-geometry.ts";
import { drawLabels } from "#shared/phantom/anatomy.ts";
import { cestPlan } from "#shared/phantom/cest-plan.ts";
import type { TruthComparison } from "#shared/report/index-content.ts";

/** Amide protons, ppm from water. */
const amidePpm = 3.5;
/** Far from water: the image the others are divided by. */
const farPpm = 100;
/** How near the mean of a region must lie to the truth. */
const within = 0.01;

/** (1061,1015), RescaleSlope, ImagePositionPatient. */
const [offsetTag, slopeTag, positionTag] = ["10611015", "00281053", "00200032"] as const;

/**
 * The MTR asymmetry at 3.5 ppm of a converted CEST series, by the offsets its images say, against the true one of each tissue.
 *
 * @param mouse - folder of the sample data
 * @param series - folder of the converted images
 */
export function compareAsymmetry(mouse: string, series: string): TruthComparison {
  const { grid } = cestPlan();
  const labels = drawLabels(grid);
  const below = meanAt(series, -amidePpm, labels.length);
  const above = meanAt(series, amidePpm, labels.length);
  const far = meanAt(series, farPpm, labels.length);
  const result = Float32Array.from(labels, (label, v) =>
    label === 0 ? Number.NaN : (below[v]! - above[v]!) / far[v]!,
  );
  const { regions } = JSON.parse(readFileSync(join(mouse, "truth/scan-13/truth.json"), "utf8")) as {
    regions: { label: number; name: string; [symbol: string]: number | string }[];
  };
  const trueValue = new Map(
    regions.map((region) => [region.label, Number(region[`MTRasym${amidePpm}`])]),
  );
  return {
    name: `MTR asymmetry at ${amidePpm} ppm`,
    unit: "1",
    criterion: `mean within ${within} of the truth`,
    difference: "absolute",
    regions: regions.map(({ label, name }) => {
      const values = [...result].filter((_, v) => labels[v] === label);
      const mean = average(values);
      return {
        region: name,
        trueValue: trueValue.get(label)!,
        mean,
        standardDeviation: Math.sqrt(average(values.map((value) => (value - mean) ** 2))),
        standardError: Number.NaN,
        voxels: values.length,
        missing: 0,
        within: Math.abs(mean - trueValue.get(label)!) <= within,
      };
    }),
    maps: {
      grid,
      slice: Math.floor(grid.shape[2] / 2),
      truth: Float32Array.from(labels, (label) => trueValue.get(label) ?? Number.NaN),
      result,
    },
  };
}

/** Mean of the images at an offset, shape [nz, ny, nx]. */
function meanAt(series: string, ppm: number, count: number): Float64Array {
  const { grid } = cestPlan();
  const { positions } = sliceGeometry(grid);
  const pixels = grid.shape[0] * grid.shape[1];
  const sum = new Float64Array(count);
  let images = 0;
  for (const name of readdirSync(series)) {
    const path = join(series, name);
    const layout = readLayout(memorySource(path, readFileSync(path)));
    if (layout?.pixels === undefined) throw new Error(`${path} is no image`);
    const { dataset } = readDataset(layout, (tag) => tag < 0x7fe00010);
    const numbers = (tag: string) => (dataset[tag]?.Value ?? []).map(Number);
    if (Math.abs((numbers(offsetTag)[0] ?? Number.NaN) - ppm) > 1e-6) continue;
    const place = numbers(positionTag);
    const slice = positions.findIndex(([x, y, z]) =>
      [x, y, z].every((value, axis) => Math.abs(value - place[axis]!) < 1e-4),
    );
    const [slope = 1] = numbers(slopeTag);
    const { valueStart, end } = layout.pixels;
    const view = layout.source.view(end);
    for (let v = 0; v < pixels; v++)
      sum[slice * pixels + v]! += view.getInt16(valueStart + 2 * v, true) * slope;
    images++;
  }
  const repetitions = images / positions.length;
  if (repetitions < 1) throw new Error(`no image of ${series} is at ${ppm} ppm`);
  return sum.map((value) => value / repetitions);
}

function average(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
