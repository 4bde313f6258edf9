import { describe, expect, test } from "vitest";
import { drawLabels } from "#shared/phantom/anatomy.ts";
import { sessionPlan } from "#shared/phantom/scan-plan.ts";
import { encodeScanTruth, encodeTransmitField } from "#shared/phantom/scan-truth.ts";
import { storedPerSignal, tissueSignals } from "#shared/phantom/simulate-scan.ts";
import { diffusionOf } from "#shared/phantom/tissue-diffusion-table.ts";
import { tissues } from "#shared/phantom/tissue-table.ts";
import { drawTransmitField } from "#shared/phantom/transmit-field.ts";

const simulation = { sigma: 12.5, seed: 1, stimulatedEchoes: false };
const plan = (number: number) => sessionPlan().find((one) => one.number === number)!;

interface Region {
  readonly label: number;
  readonly name: string;
  readonly voxels: number;
  readonly [quantity: string]: unknown;
}

function truthOf(number: number) {
  const files = new Map(
    encodeScanTruth(plan(number), simulation).map(({ fileName, content }) => [fileName, content]),
  );
  const table = JSON.parse(files.get("truth.json") as string) as {
    regions: Region[];
    units: Record<string, string>;
    sigma: number;
  };
  /** Samples of a map; the header is 352 bytes. Axes as in the file: rows reversed. */
  const samples = (name: string) => {
    const bytes = files.get(`${name}.nii`) as Uint8Array<ArrayBuffer>;
    return new Float32Array(bytes.buffer.slice(bytes.byteOffset + 352));
  };
  return { files, samples, ...table };
}

test("scans 2 to 6 have no truth of their own, the others one with labels and table", () => {
  for (const one of sessionPlan()) {
    const names = encodeScanTruth(one, simulation).map(({ fileName }) => fileName);
    if (one.number <= 6) expect(names).toEqual([]);
    else expect(names).toEqual(expect.arrayContaining(["dseg.nii", "dseg.tsv", "truth.json"]));
  }
});

describe.each([
  [7, { T1: "T1map", M0: "M0map" }],
  [8, { T1: "T1map", M0: "M0map" }],
  [10, { MD: "MD", FA: "FA", AD: "AD", RD: "RD", S0: "S0map" }],
  [11, { D: "Dslow", f: "perffraction", Dstar: "Dfast", S0: "S0map" }],
  [12, { MK: "MK", AK: "AK", RK: "RK", MD: "MD", FA: "FA", AD: "AD", RD: "RD", S0: "S0map" }],
] as const)("truth of scan %d", (number, maps) => {
  const { files, samples, regions, units, sigma } = truthOf(number);
  const labels = drawLabels(plan(number).grid);

  test("has a map with sidecar for each quantity, and nothing else", () => {
    const directions = number === 10 || number === 12 ? ["V1"] : [];
    const expected = [...Object.values(maps), ...directions].flatMap((name) => [
      `${name}.nii`,
      `${name}.json`,
    ]);
    expect([...files.keys()].sort()).toEqual(
      [...expected, "dseg.nii", "dseg.tsv", "truth.json"].sort(),
    );
    expect(Object.keys(units)).toEqual(Object.keys(maps));
  });

  test("says in map and table the same, for as many voxels", () => {
    for (const [symbol, name] of Object.entries(maps)) {
      const values = samples(name);
      const sidecar = JSON.parse(files.get(`${name}.json`) as string) as { Units: string };
      const factor = units[symbol] === "ms" && sidecar.Units === "s" ? 1000 : 1;
      const counts = new Map<number, number>();
      for (const value of values) {
        if (!Number.isNaN(value)) counts.set(value, (counts.get(value) ?? 0) + 1);
      }
      const expected = new Map<number, number>();
      for (const region of regions) {
        const value = region[symbol] as number | null;
        if (value === null) continue;
        const single = Math.fround(value / factor);
        expected.set(single, (expected.get(single) ?? 0) + region.voxels);
      }
      const close = (entries: Map<number, number>) =>
        [...entries].map(([v, n]) => `${v.toPrecision(6)}: ${n}`).sort();
      expect(close(counts)).toEqual(close(expected));
    }
    for (const { label, voxels } of regions) {
      expect(labels.filter((one) => one === label).length).toBe(voxels);
    }
  });

  test("gives the noise of the scan in stored values", () => {
    expect(sigma).toBeCloseTo(12.5 * plan(number).relativeNoise * storedPerSignal, 12);
    expect(sigma).toBeLessThan(12.5 * storedPerSignal);
  });
});

test("S0 is what the images without diffusion weighting show, M0 what a perfect, endless scan would", () => {
  for (const number of [10, 11, 12]) {
    const first = plan(number);
    truthOf(number).regions.forEach(({ S0 }, n) => {
      expect(S0).toBeCloseTo(tissueSignals(first, tissues[n]!)[0]! * storedPerSignal, 8);
    });
  }
  const [ir, flash] = [truthOf(7), truthOf(8)];
  tissues.forEach(({ m0, t2Ms, t2StarMs }, n) => {
    expect(ir.regions[n]!["M0"]).toBeCloseTo(20 * m0 * Math.exp(-8 / t2Ms), 8);
    expect(flash.regions[n]!["M0"]).toBeCloseTo(20 * m0 * Math.exp(-2.5 / t2StarMs), 8);
  });
});

test("a direction is given where there is one, and D* where something flows", () => {
  truthOf(10).regions.forEach(({ V1, FA }, n) => {
    const [first] = diffusionOf(tissues[n]!).axes;
    expect(V1).toEqual((FA as number) > 1e-9 ? first : null);
  });
  for (const { f, Dstar } of truthOf(11).regions) expect(Dstar === null).toBe(f === 0);
});

test("the map of V1 holds unit vectors in FSL's frame, as dcm2niix writes those of the gradients", () => {
  const { samples, regions } = truthOf(10);
  const values = samples("V1");
  const count = values.length / 3;
  expect(count).toBe(64 * 48 * 4);
  const directed = regions.filter(({ V1 }) => V1 !== null);
  const found = new Map<string, number>();
  for (let v = 0; v < count; v++) {
    const vector = [0, 1, 2].map((c) => values[v + c * count]!);
    if (Number.isNaN(vector[0])) continue;
    expect(Math.hypot(...vector)).toBeCloseTo(1, 6);
    const key = vector.map((value) => value.toFixed(4)).join();
    found.set(key, (found.get(key) ?? 0) + 1);
  }
  // The axes of the file: columns of the slices to the left, rows turned round, slices towards the head.
  const affine = plan(10).grid.affineLps;
  const expected = directed.map(({ V1, voxels }) => {
    const components = [0, 1, 2].map((axis) => {
      const step = [0, 4, 8].map((r) => affine[r + axis]!);
      const along = step.reduce((sum, value, r) => sum + value * (V1 as number[])[r]!, 0);
      return along / Math.hypot(...step);
    });
    const [x, y, z] = components as [number, number, number];
    // Rows turned round make the axes left-handed in L, P, S, so the first one stays.
    return [[x, -y, z].map((value) => value.toFixed(4)).join(), voxels] as const;
  });
  expect([...found].sort()).toEqual(expected.map(([key, voxels]) => [key, voxels]).sort());
});

test("only the flip angle scan has a B1 map: percent, exactly what made its signals", () => {
  const withMap = sessionPlan().filter((one) => encodeTransmitField(one).length > 0);
  expect(withMap.map(({ number }) => number)).toEqual([8]);
  const [map, sidecar] = encodeTransmitField(plan(8));
  expect(JSON.parse(sidecar!.content as string)).toMatchObject({ Units: "percent" });
  const bytes = map!.content as Uint8Array<ArrayBuffer>;
  const stored = new Float32Array(bytes.buffer.slice(bytes.byteOffset + 352));
  expect([...stored].sort()).toEqual([...drawTransmitField(plan(8).grid)].sort());
});
