import { beforeAll, expect, test } from "vitest";
import { sliceGeometry } from "#shared/dicom/slice-geometry.ts";
import { readScanDiffusion } from "#shared/paravision/diffusion.ts";
import { numbersOf, textOf } from "#shared/paravision/jcamp.ts";
import type { ParameterFile } from "#shared/paravision/parameter-file.ts";
import { parseParameterFile } from "#shared/paravision/parse-parameter-file.ts";
import { checkPlanes, planeOf } from "#shared/paravision/planes.ts";
import { readVisu, requireImages } from "#shared/paravision/read-visu.ts";
import { isSkip } from "#shared/paravision/reconstruction.ts";
import { drawLabels } from "#shared/phantom/anatomy.ts";
import { encodeRawScan, encodeRawStudy, rawPlans } from "#shared/phantom/paravision/mouse-study.ts";
import { saturatedFraction } from "#shared/phantom/saturation-pools.ts";
import { type ScanPlan, sessionPlan } from "#shared/phantom/scan-plan.ts";
import { simulateScan } from "#shared/phantom/simulate-scan.ts";
import { tissues } from "#shared/phantom/tissue-table.ts";

const identity = { project: "P", subject: "S", session: "S1", fingerprint: "test" };
const noise = { sigma: 0, seed: 1, stimulatedEchoes: false };

interface RawScanFiles {
  readonly plan: ScanPlan;
  readonly values: Uint16Array;
  readonly bytes: ReadonlyMap<string, Uint8Array>;
}

const scans = new Map<number, RawScanFiles>();
beforeAll(() => {
  for (const plan of rawPlans(sessionPlan())) {
    const values = simulateScan(plan, noise);
    const files = encodeRawScan(plan, values, identity);
    const bytes = new Map(files.map(({ path, content }) => [path, content]));
    scans.set(plan.number, { plan, values, bytes });
  }
});

function parse(bytes: Uint8Array | undefined): ParameterFile {
  const file = parseParameterFile(bytes!, "a parameter file");
  if (isSkip(file)) throw new Error(file.text);
  return file;
}

function visuOf(number: number, processing = 1): ParameterFile {
  return parse(scans.get(number)!.bytes.get(`${number}/pdata/${processing}/visu_pars`));
}

/** Which slice and which place along the other group a frame is, by the group description alone. */
function placesOf(visu: ParameterFile): readonly { slice: number; other: number }[] {
  const groups = visu.get("VisuFGOrderDesc")!.values as [number, string][];
  const places: { slice: number; other: number }[] = [];
  for (let frame = 0; frame < numbersOf(visu, "VisuCoreFrameCount")![0]!; frame++) {
    let rest = frame;
    const place = { slice: 0, other: 0 };
    for (const [count, id] of groups) {
      place[id === "FG_SLICE" ? "slice" : "other"] = rest % count;
      rest = Math.floor(rest / count);
    }
    places.push(place);
  }
  return places;
}

/** Value of the first reconstruction, slope applied. */
function valueAt(number: number, frame: number, pixel: number): number {
  const visu = visuOf(number);
  const [nx, ny] = numbersOf(visu, "VisuCoreSize") as [number, number];
  const stored = Buffer.from(scans.get(number)!.bytes.get(`${number}/pdata/1/2dseq`)!);
  const slope = numbersOf(visu, "VisuCoreDataSlope")![frame]!;
  return stored.readInt16LE(2 * (frame * nx * ny + pixel)) * slope;
}

test("slices lie where those of the DICOM scan lie, pixels as large", () => {
  for (const { plan } of scans.values()) {
    const visu = visuOf(plan.number);
    const { positions, orientation, pixelSpacing } = sliceGeometry(plan.grid);
    expect(numbersOf(visu, "VisuCorePosition")).toEqual(positions.flat());
    const rows = numbersOf(visu, "VisuCoreOrientation")!;
    expect(rows.slice(0, 6)).toEqual(orientation);
    const extent = numbersOf(visu, "VisuCoreExtent")!;
    const size = numbersOf(visu, "VisuCoreSize")!;
    expect(extent[0]! / size[0]!).toBeCloseTo(pixelSpacing[1], 12);
    expect(extent[1]! / size[1]!).toBeCloseTo(pixelSpacing[0], 12);
  }
});

test("the reader of visu_pars takes every reconstruction for what it is", () => {
  for (const { plan, bytes } of scans.values()) {
    for (const processing of plan.number === 3 ? [1, 2] : [1]) {
      const visu = readVisu(visuOf(plan.number, processing));
      if (isSkip(visu)) throw new Error(visu.text);
      const images = bytes.get(`${plan.number}/pdata/${processing}/2dseq`)!;
      expect(requireImages(visu, images.length)).toBeUndefined();
      expect(checkPlanes(visu)).toBeUndefined();
      const { positions } = sliceGeometry(plan.grid);
      placesOf(visu.file).forEach(({ slice }, frame) => {
        expect(planeOf(visu, frame).position).toEqual(positions[slice]);
      });
      for (const name of visu.file.names) visu.file.get(name);
      expect(visu.file.problems).toEqual([]);
      expect(visu.file.complete).toBe(true);
    }
  }
});

test("every pixel is that of the DICOM scan but for half a step, in the order the groups say", () => {
  for (const number of [2, 3, 5, 13]) {
    const { plan, values } = scans.get(number)!;
    const visu = visuOf(number);
    const [nx, ny, nz] = plan.grid.shape;
    const step = numbersOf(visu, "VisuCoreDataSlope")![0]!;
    const places = placesOf(visu);
    expect(places).toHaveLength(plan.contrasts.length * nz);
    for (let frame = 0; frame < places.length; frame += 7) {
      const { slice, other } = places[frame]!;
      for (let pixel = 5; pixel < nx * ny; pixel += 601) {
        const expected = values[(other * nz + slice) * nx * ny + pixel]!;
        expect(Math.abs(valueAt(number, frame, pixel) - expected)).toBeLessThanOrEqual(
          step / 2 + 1e-9,
        );
      }
    }
  }
});

test("echoes are fastest in the echo train, slices in the recovery series", () => {
  const ids = (number: number) =>
    (visuOf(number).get("VisuFGOrderDesc")!.values as [number, string][]).map(([count, id]) => [
      id,
      count,
    ]);
  expect(ids(3)).toEqual([
    ["FG_ECHO", 16],
    ["FG_SLICE", 8],
  ]);
  expect(ids(5)).toEqual([
    ["FG_SLICE", 8],
    ["FG_MOVIE", 8],
  ]);
  expect(numbersOf(visuOf(3), "VisuAcqEchoTime")).toEqual(
    scans.get(3)!.plan.contrasts.map(({ echoTimeMs }) => echoTimeMs),
  );
  expect(numbersOf(visuOf(5), "VisuAcqRepetitionTime")).toEqual(
    scans.get(5)!.plan.contrasts.map(({ repetitionTimeMs }) => repetitionTimeMs),
  );
});

test.each([6, 10, 11, 12])("scan %d is read back with its b-values and directions", (number) => {
  const { plan, bytes } = scans.get(number)!;
  const visu = visuOf(number);
  const method = parse(bytes.get(`${number}/method`));
  const given = readScanDiffusion(method, visu, "the raw scan")!;
  // Images without weighting come first.
  const order = [...plan.contrasts].sort((a, b) => Number(a.bValue !== 0) - Number(b.bValue !== 0));
  expect(given.bValues).toHaveLength(order.length);
  const directions = given.directions!(plan.grid);
  order.forEach(({ bValue = 0, direction }, n) => {
    expect(given.bValues[n]).toBeCloseTo(bValue, 8);
    if (direction === undefined) return;
    const [x, y, z] = direction;
    const found = directions[n]!;
    const cosine = x * found[0] + y * found[1] + z * found[2];
    // Imaging gradients turn the whole a little away from the diffusion gradients.
    expect(Math.acos(Math.min(1, Math.abs(cosine)))).toBeLessThan((1 * Math.PI) / 180);
    const [xx, yy, zz, xy] = given.bMatrices![n]!;
    expect([xx!, yy!, zz!, xy!].map((value) => value / bValue)).toEqual(
      [x * x, y * y, z * z, x * y].map((value) => expect.closeTo(value, 9)),
    );
  });
  // PVM_DwBMat turned to the patient is VisuAcqDiffusionBMatrix.
  const { bMatrices } = readScanDiffusion(method, undefined, "method alone")!;
  bMatrices!.forEach((matrix, n) => {
    expect(matrix).toEqual(given.bMatrices![n]!.map((value) => expect.closeTo(value, 7)));
  });
});

test("each tissue of the CEST scan has its Z-spectrum, twice, the offsets in ppm and Hz", () => {
  const { plan, values, bytes } = scans.get(13)!;
  const method = parse(bytes.get("13/method"));
  const ppm = numbersOf(method, "PVM_SatTransFreqValues")!;
  const frequency = numbersOf(method, "PVM_FrqWork")![0]!;
  expect(numbersOf(method, "PVM_SatTransFL")).toEqual(
    ppm.map((value) => expect.closeTo(value * frequency, 9)),
  );
  expect(plan.contrasts).toHaveLength(
    ppm.length * numbersOf(method, "PVM_SatTransRepetitions")![0]!,
  );
  const labels = drawLabels(plan.grid);
  const count = labels.length;
  for (const tissue of tissues) {
    const voxel = labels.indexOf(tissue.label);
    const far = values[voxel]! / saturatedFraction(tissue, ppm[0]!);
    plan.contrasts.forEach((_, n) => {
      const z = values[n * count + voxel]! / far;
      expect(z).toBeCloseTo(saturatedFraction(tissue, ppm[n % ppm.length]!), 3);
    });
    expect(Math.min(...ppm.map((offset) => saturatedFraction(tissue, offset)))).toBe(
      saturatedFraction(tissue, 0),
    );
  }
});

test("ParaVision's own T2 map has the true T2 of every tissue without noise", () => {
  const { plan, bytes } = scans.get(3)!;
  const visu = visuOf(3, 2);
  expect(visu.get("VisuCoreDataUnits")!.values).toEqual(["", "", "ms", "ms", "", ""]);
  expect(visu.get("VisuFGElemComment")!.values[2]).toBe("T2 Relaxation Time");
  const stored = Buffer.from(bytes.get("3/pdata/2/2dseq")!);
  const [nx, ny, nz] = plan.grid.shape;
  expect(stored).toHaveLength(6 * nz * nx * ny * 4);
  const labels = drawLabels(plan.grid);
  for (const { label, t2Ms } of tissues) {
    const voxel = labels.indexOf(label);
    const [slice, pixel] = [Math.floor(voxel / (nx * ny)), voxel % (nx * ny)];
    const found = stored.readFloatLE(4 * ((6 * slice + 2) * nx * ny + pixel));
    expect(found / t2Ms).toBeCloseTo(1, 2);
  }
});

test("the rest of the study: three packages, a spectrum, an empty 2dseq without description", () => {
  const files = new Map(
    encodeRawStudy(noise, identity).map(({ path, content }) => [path, content]),
  );
  const localizer = parse(files.get("1/pdata/1/visu_pars"));
  expect(localizer.get("VisuCoreSlicePacksDef")!.values).toEqual([[0, 3]]);
  const orientations = numbersOf(localizer, "VisuCoreOrientation")!;
  const normals = [0, 1, 2].map((n) => orientations.slice(9 * n + 6, 9 * n + 9).map(Math.abs));
  expect(normals).toEqual([
    [0, 0, 1],
    [1, 0, 0],
    [0, 1, 0],
  ]);
  expect(
    Math.max(...new Int16Array(new Uint8Array(files.get("1/pdata/1/2dseq")!).buffer)),
  ).toBeGreaterThan(100);
  const spectrum = parse(files.get("14/pdata/1/visu_pars"));
  expect(spectrum.get("VisuCoreDimDesc")!.values).toEqual(["spectroscopic"]);
  expect(files.get("15/pdata/1/2dseq")).toHaveLength(0);
  expect(files.has("15/pdata/1/visu_pars")).toBe(false);
  expect(files.has("subject")).toBe(true);
  const study = textOf(localizer, "VisuStudyUid");
  for (const number of scans.keys()) expect(textOf(visuOf(number), "VisuStudyUid")).toBe(study);
});
