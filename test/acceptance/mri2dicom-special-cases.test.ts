import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { group, slices, writeReconstruction } from "../phantom/paravision-study.ts";
import { convertStudy } from "../shared/paravision/convert-study.ts";
import { newFolder } from "./launch.ts";
import { type ParsedItem, parseInstance } from "./parse-instance.ts";
import { listBelow } from "./raw-datasets.ts";

// Kinds of 2dseq of which no real data are at hand, from the bytes written by hand to the files another reader reads.

const axial = [1, 0, 0, 0, 1, 0, 0, 0, 1];
const sagittal = [0, 1, 0, 0, 0, -1, -1, 0, 0];
const coronal = [1, 0, 0, 0, 0, -1, 0, 1, 0];
const size = [8, 6];

const tags = {
  position: "00200032",
  orientation: "00200037",
  spacing: "00280030",
  rows: "00280010",
  columns: "00280011",
  matrix: "00181310",
  phase: "00181312",
  thickness: "00180050",
  between: "00180088",
  slope: "00281053",
  intercept: "00281052",
  smallest: "00280106",
  largest: "00280107",
  pixels: "7FE00010",
  mapping: "00409096",
  realSlope: "00409225",
  realIntercept: "00409224",
};

let study: string;
let output: string;
beforeAll(async () => {
  study = join(newFolder("special-"), "study");
  output = join(newFolder("special-"), "out");
  const write = (
    examination: number,
    spec: Omit<Parameters<typeof writeReconstruction>[1] & object, "examination">,
  ) => writeReconstruction(study, { examination, size, ...spec });
  const packages = [1, 1, 1];
  const orientations = [axial, sagittal, coronal];
  const transposition = [0, 1, 1];
  await write(1, { groups: [slices(3)], packages, orientations, transposition });
  await write(2, {
    ...{ size: [8, 6, 5], wordType: "int32", slopes: 1390 / 2.1e9, units: ["Hz"] },
    stored: (_frame, x, y, z) => (x - 4) * 400_000_000 + y * 1_000_003 + z * 100_003,
    diskSliceOrder: "reverse",
  });
  await write(3, {
    wordType: "float32",
    groups: [group("FG_ISA", 2, "VisuFGElemComment", "VisuCoreDataUnits"), slices(2)],
    elementComments: ["Signal Intensity", "T2 Relaxation Time"],
    units: ["", "ms"],
    stored: (frame, x, y) => (frame % 2 === 0 ? x * 1000.5 + y : x * y * 7.3),
  });
  await write(4, { wordType: "uint8", groups: [slices(2)] });
  const signed = (frame: number, x: number, y: number) => 300 * x - 40 * y - 500 + frame;
  await write(5, { bigEndian: true, groups: [slices(2)], stored: signed });
  await write(6, {
    ...{ version: "5.1", slopes: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10] },
    groups: [group("FG_MOVIE", 5), group("FG_IRMODE", 2)],
  });
  await write(7, { wordType: "int32", groups: [slices(2)], slopes: 0.25, stored: signed });
  const results = await convertStudy(study, output);
  expect(results.map(({ status }) => status)).toEqual(Array(7).fill("converted"));
});

const imagesOf = (folder: string): readonly ParsedItem[] =>
  listBelow(join(output, "dicom/M01/day1", folder), ".dcm").map(parseInstance);
const rawOf = (examination: number): Buffer =>
  readFileSync(join(study, String(examination), "pdata/1/2dseq"));

function storedOf(image: ParsedItem): readonly number[] {
  const bytes = image.bytes(tags.pixels);
  return Array.from({ length: bytes.length / 2 }, (_, i) => bytes.readInt16LE(2 * i));
}

/** As RescaleSlope says it, which must be what the mapping to real values says. */
function realOf(image: ParsedItem): readonly number[] {
  const [slope, intercept] = [image.numbers(tags.slope)[0]!, image.numbers(tags.intercept)[0]!];
  const [item] = image.items(tags.mapping);
  expect(item!.numbers(tags.realSlope)[0]).toBeCloseTo(slope, 10);
  expect(item!.numbers(tags.realIntercept)[0]).toBeCloseTo(intercept, 10);
  const stored = storedOf(image);
  expect([Math.min(...stored), Math.max(...stored)]).toEqual([
    image.numbers(tags.smallest)[0],
    image.numbers(tags.largest)[0],
  ]);
  return stored.map((value) => value * slope + intercept);
}

function largestDifference(image: ParsedItem, truth: (pixel: number) => number): number {
  return Math.max(...realOf(image).map((value, i) => Math.abs(value - truth(i))));
}

describe("a conversion of", () => {
  test("a localizer that is not square keeps orientations and exchanges rows and columns of transposed frames", () => {
    const said = imagesOf("1_1").map((image) => [
      image.numbers(tags.rows)[0],
      image.numbers(tags.columns)[0],
      image.numbers(tags.spacing),
      image.numbers(tags.orientation),
      image.texts(tags.phase)[0],
      image.numbers(tags.matrix),
      image.numbers(tags.between),
    ]);
    expect(said).toEqual([
      [6, 8, [0.4, 0.5], axial.slice(0, 6), "COL", [8, 0, 0, 6], []],
      [8, 6, [0.5, 0.4], sagittal.slice(0, 6), "ROW", [0, 8, 6, 0], []],
      [8, 6, [0.5, 0.4], coronal.slice(0, 6), "ROW", [0, 8, 6, 0], []],
    ]);
    for (const [n, image] of imagesOf("1_1").entries()) {
      expect(image.bytes(tags.pixels).equals(rawOf(1).subarray(96 * n, 96 * n + 96))).toBe(true);
    }
  });

  test("a field map in 3D comes within half a step, its partitions in reverse", () => {
    const raw = rawOf(2);
    const images = imagesOf("2_1");
    expect(images.map((image) => image.numbers(tags.position)[2])).toEqual([3.2, 2.4, 1.6, 0.8, 0]);
    for (const [z, image] of images.entries()) {
      expect(image.numbers(tags.thickness)).toEqual([0.8]);
      expect(image.numbers(tags.between)).toEqual([0.8]);
      const error = largestDifference(
        image,
        (i) => (raw.readInt32LE(4 * (48 * z + i)) * 1390) / 2.1e9,
      );
      expect(error).toBeLessThanOrEqual(image.numbers(tags.slope)[0]! / 2);
      expect(error).toBeLessThan(0.0143);
      expect(error).toBeGreaterThan(0);
    }
  });

  test("maps of floating-point numbers comes within half a step of each map", () => {
    const raw = rawOf(3);
    for (const [element, step] of [7008.5 / 65_534, 255.5 / 65_534].entries()) {
      for (const [slice, image] of imagesOf(`3_1_${element + 1}`).entries()) {
        const first = 48 * (2 * slice + element);
        const error = largestDifference(image, (i) => raw.readFloatLE(4 * (first + i)));
        expect(error).toBeLessThanOrEqual(image.numbers(tags.slope)[0]! / 2);
        expect(image.numbers(tags.slope)[0]! / step).toBeLessThan(1.001);
        // 0 is 0.
        expect(realOf(image)[0]).toBe(0);
      }
    }
  });

  test("pixels of 8 bits, of big-endian files, and small ones of 32 bits keeps their values", () => {
    const [bytes, big, wide] = [rawOf(4), rawOf(5), rawOf(7)];
    for (const slice of [0, 1]) {
      const pixels = Array.from({ length: 48 }, (_, i) => 48 * slice + i);
      expect(storedOf(imagesOf("4_1")[slice]!)).toEqual(pixels.map((i) => bytes[i]));
      expect(storedOf(imagesOf("5_1")[slice]!)).toEqual(pixels.map((i) => big.readInt16BE(2 * i)));
      const [image] = imagesOf("7_1").slice(slice);
      expect(storedOf(image!)).toEqual(pixels.map((i) => wide.readInt32LE(4 * i)));
      expect(image!.numbers(tags.slope)).toEqual([0.25]);
    }
  });

  test("frames with slopes of their own keeps each", () => {
    const images = [...imagesOf("6_1_mode1"), ...imagesOf("6_1_mode2")];
    expect(images.map((image) => image.numbers(tags.slope)[0])).toEqual([
      1, 2, 3, 4, 5, 6, 7, 8, 9, 10,
    ]);
    const raw = rawOf(6);
    for (const [frame, image] of images.entries()) {
      const truth = (i: number) => raw.readInt16LE(2 * (48 * frame + i)) * (frame + 1);
      expect(largestDifference(image, truth)).toBe(0);
    }
  });

  test.skipIf(spawnSync("dciodvfy", [], { stdio: "ignore" }).error !== undefined)(
    "any of them is valid",
    () => {
      const files = listBelow(join(output, "dicom"), "MRIm001.dcm");
      expect(files).toHaveLength(9);
      for (const file of files) {
        const { stderr, stdout } = spawnSync("dciodvfy", [file], { encoding: "utf8" });
        expect(`${stdout}${stderr}`.split("\n").filter((line) => /^Error/.test(line))).toEqual([]);
      }
    },
  );
});
