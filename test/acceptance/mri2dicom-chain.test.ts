import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, test } from "vitest";
import { sliceGeometry } from "#shared/dicom/slice-geometry.ts";
import { drawLabels } from "#shared/phantom/anatomy.ts";
import { rawPlans } from "#shared/phantom/paravision/mouse-study.ts";
import { type ScanPlan, sessionPlan } from "#shared/phantom/scan-plan.ts";
import { readSingleImage } from "../../scripts/read-single-image.ts";
import { launchProgram, launchWords, newFolder } from "./launch.ts";
import { type ParsedItem, parseInstance } from "./parse-instance.ts";
import { listBelow } from "./raw-datasets.ts";
import { findMapFile, medianByRegion, medianOf } from "./region-medians.ts";

// The whole way: raw data of ParaVision -> mri2dicom -> maps, no option set anywhere, against what is true of the digital mouse.

const root = fileURLToPath(new URL("../../", import.meta.url));
const mouse = join(newFolder("chain-"), "mouse");
let converted = "";

beforeAll(async () => {
  execFileSync(join(root, "xnat-pic"), ["sample-data", "--output", mouse], { stdio: "ignore" });
  const run = await launchWords("mri2dicom", ["convert", "--input", join(mouse, "raw")]);
  expect(run.exitCode, run.stderr).toBe(0);
  converted = run.output;
}, 240_000);

/** Folder of the DICOM files of an examination's first reconstruction. */
function seriesFolder(examination: number): string {
  const subject = join(converted, "dicom/DM01");
  const sessions = readdirSync(subject);
  expect(sessions).toHaveLength(1);
  return join(subject, sessions[0]!, `${examination}_1`);
}

function imagesOf(examination: number): readonly ParsedItem[] {
  return listBelow(seriesFolder(examination), ".dcm").map(parseInstance);
}

function planOf(number: number): ScanPlan {
  return rawPlans(sessionPlan()).find((plan) => plan.number === number)!;
}

interface TrueRegion {
  readonly label: number;
  readonly name: string;
  readonly V1?: readonly number[] | null;
  readonly [symbol: string]: unknown;
}

function truthOf(folder: string): readonly TrueRegion[] {
  const text = readFileSync(join(mouse, folder, "truth.json"), "utf8");
  return (JSON.parse(text) as { regions: TrueRegion[] }).regions;
}

/** Runs a program on converted images as it is, and returns the folder of its maps. */
async function mapsOf(program: string, examination: number): Promise<string> {
  const run = await launchProgram(program, seriesFolder(examination));
  expect(run.exitCode, run.stderr).toBe(0);
  // Nothing to remark: neither about the source of directions nor about scales or places.
  const summary = readFileSync(join(run.output, "report/summary.json"), "utf8");
  expect((JSON.parse(summary) as { verdict: string }).verdict, summary).toBe("ok");
  return join(run.output, "maps");
}

interface Judged {
  readonly truth: string;
  readonly map: string;
  readonly symbol: string;
  /** From the unit of the map to that of truth.json. */
  readonly factor: number;
  readonly within: { readonly percent: number } | { readonly absolute: number };
}

/** Every region with at least 25 voxels in a slice, in every slice of the scan. */
function expectTrueMedians(maps: string, { truth, map, symbol, factor, within }: Judged): void {
  const labels = join(mouse, truth, "dseg.nii");
  const medians = medianByRegion(findMapFile(maps, `_${map}.nii.gz`), labels, 25);
  const regions = truthOf(truth);
  const slices = new Set(medians.map(({ slice }) => slice));
  expect(slices.size).toBe(readSingleImage(labels).grid.shape[2]);
  expect(medians.length).toBeGreaterThan(8 * slices.size);
  const wrong = medians.flatMap(({ label, slice, median }) => {
    const region = regions.find((one) => one.label === label)!;
    const expected = region[symbol] as number;
    const allowed =
      "percent" in within ? (within.percent / 100) * Math.abs(expected) : within.absolute;
    const found = median * factor;
    return Math.abs(found - expected) <= allowed
      ? []
      : [`${map} of ${region.name} in slice ${slice}: ${found}, true is ${expected}`];
  });
  expect(wrong).toEqual([]);
}

describe("raw data of the digital mouse, converted and mapped", () => {
  test("what is no image is skipped and named, everything else is there", () => {
    const report = JSON.parse(
      readFileSync(join(converted, "report/report.json"), "utf8"),
    ) as unknown;
    const text = JSON.stringify(report);
    expect(text).toContain('"spectroscopic"');
    expect(text).toContain('"empty-2dseq"');
    for (const plan of rawPlans(sessionPlan())) {
      const images = listBelow(seriesFolder(plan.number), ".dcm");
      expect(images).toHaveLength(plan.contrasts.length * plan.grid.shape[2]);
    }
    expect(listBelow(seriesFolder(1), ".dcm")).toHaveLength(3);
  });

  test("slices lie where the mouse was cut", () => {
    for (const number of [3, 5, 10, 13]) {
      const { grid, contrasts } = planOf(number);
      const { positions, orientation, pixelSpacing } = sliceGeometry(grid);
      const counts = positions.map(() => 0);
      for (const image of imagesOf(number)) {
        const position = image.numbers("00200032");
        const slice = positions.findIndex((one) =>
          one.every((value, axis) => Math.abs(value - position[axis]!) < 1e-6),
        );
        expect(slice).toBeGreaterThanOrEqual(0);
        counts[slice]!++;
        const cosines = image.numbers("00200037");
        expect(cosines).toEqual(orientation.map((value) => expect.closeTo(value, 9)));
        const spacing = pixelSpacing.map((value) => expect.closeTo(value, 9));
        expect(image.numbers("00280030")).toEqual(spacing);
      }
      expect(counts).toEqual(positions.map(() => contrasts.length));
    }
  });

  test("T2 of the echo train: every region of every slice within 3 %", async () => {
    expectTrueMedians(await mapsOf("process-t2", 3), {
      truth: "truth",
      map: "T2map",
      symbol: "T2",
      factor: 1000,
      within: { percent: 3 },
    });
  }, 120_000);

  test("T1 of the recovery series: every region of every slice within 3 %", async () => {
    expectTrueMedians(await mapsOf("process-t1", 5), {
      truth: "truth",
      map: "T1map",
      symbol: "T1",
      factor: 1000,
      within: { percent: 3 },
    });
  }, 120_000);

  test("the tensor of 30 directions: MD within 3 %, FA within 0.06, its direction within 5 degrees", async () => {
    const maps = await mapsOf("process-dwi", 10);
    const truth = "truth/scan-10";
    expectTrueMedians(maps, { truth, map: "MD", symbol: "MD", factor: 1, within: { percent: 3 } });
    expectTrueMedians(maps, {
      truth,
      map: "FA",
      symbol: "FA",
      factor: 1,
      within: { absolute: 0.06 },
    });
    const labels = readSingleImage(join(mouse, truth, "dseg.nii"));
    const found = readSingleImage(findMapFile(maps, "_V1.nii.gz")).samples;
    const expected = readSingleImage(join(mouse, truth, "V1.nii")).samples;
    const count = labels.samples.length;
    for (const { label, name, V1 } of truthOf(truth)) {
      if (V1 === null || V1 === undefined) continue;
      const angles: number[] = [];
      labels.samples.forEach((own, v) => {
        if (own !== label) return;
        const cosine = [0, 1, 2].reduce(
          (sum, c) => sum + found[v + c * count]! * expected[v + c * count]!,
          0,
        );
        const angle = (Math.acos(Math.min(1, Math.abs(cosine))) * 180) / Math.PI;
        if (Number.isFinite(angle)) angles.push(angle);
      });
      expect(angles.length, name).toBeGreaterThan(25);
      expect(medianOf(angles), name).toBeLessThan(5);
    }
  }, 120_000);

  test("b-values and b-matrices are those of the plan", () => {
    for (const number of [6, 10, 12]) {
      const { contrasts, grid } = planOf(number);
      const planned = contrasts.map(({ bValue = 0 }) => bValue).sort((a, b) => a - b);
      const images = imagesOf(number);
      const found = images.map((image) => image.numbers("00189087")[0]!).sort((a, b) => a - b);
      found.forEach((value, n) => {
        expect(value).toBeCloseTo(planned[Math.floor(n / grid.shape[2])]!, 6);
      });
      for (const image of images) {
        const [bValue = 0] = image.numbers("00189087");
        const [sequence] = image.items("00189117");
        const [matrix] = sequence?.items("00189601") ?? [];
        if (matrix === undefined) {
          expect(bValue).toBe(0);
          continue;
        }
        const trace = ["00189602", "00189605", "00189607"].reduce(
          (sum, tag) => sum + matrix.numbers(tag)[0]!,
          0,
        );
        expect(trace).toBeCloseTo(bValue, 6);
      }
    }
  });

  test("each tissue's Z-spectrum through (1061,1014) is lowest at the water line, and is the true one", () => {
    const { grid, contrasts } = planOf(13);
    const truth = JSON.parse(readFileSync(join(mouse, "truth/scan-13/zspectrum.json"), "utf8")) as {
      offsetsPpm: number[];
      offsetsHz: number[];
      regions: { label: number; name: string; Z: number[] }[];
    };
    const labels = drawLabels(grid);
    const { positions } = sliceGeometry(grid);
    const pixels = grid.shape[0] * grid.shape[1];
    // Of each region and offset: values and number of voxels.
    const sums = new Map<string, { sum: number; count: number }>();
    const seen = new Map<number, number>();
    for (const image of imagesOf(13)) {
      const [offsetHz = Number.NaN] = image.numbers("10611014");
      const [offsetPpm = Number.NaN] = image.numbers("10611015");
      const place = truth.offsetsHz.findIndex((value) => Math.abs(value - offsetHz) < 1e-3);
      expect(place).toBeGreaterThanOrEqual(0);
      expect(offsetPpm).toBeCloseTo(truth.offsetsPpm[place]!, 6);
      seen.set(place, (seen.get(place) ?? 0) + 1);
      const position = image.numbers("00200032");
      const slice = positions.findIndex((one) => Math.abs(one[2] - position[2]!) < 1e-6);
      const [slope = 1] = image.numbers("00281053");
      const bytes = image.bytes("7FE00010");
      for (let v = 0; v < pixels; v++) {
        const label = labels[slice * pixels + v]!;
        if (label === 0) continue;
        const key = `${label} ${place}`;
        const entry = sums.get(key) ?? { sum: 0, count: 0 };
        entry.sum += bytes.readInt16LE(2 * v) * slope;
        entry.count++;
        sums.set(key, entry);
      }
    }
    expect([...seen.values()]).toEqual(
      truth.offsetsHz.map(() => (contrasts.length / 26) * grid.shape[2]),
    );
    const water = truth.offsetsPpm.indexOf(0);
    for (const { label, name, Z } of truth.regions) {
      const spectrum = truth.offsetsPpm.map((_, place) => {
        const { sum, count } = sums.get(`${label} ${place}`)!;
        return sum / count;
      });
      expect(spectrum.indexOf(Math.min(...spectrum)), name).toBe(water);
      const scale = spectrum[0]! / Z[0]!;
      spectrum.forEach((value, place) => {
        // Near zero the noise floor adds to the signal.
        if (Z[place]! > 0.2) expect(value / scale, name).toBeCloseTo(Z[place]!, 1.7);
      });
    }
  });
});
