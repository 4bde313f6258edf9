import { rmSync, writeFileSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { isProgramError } from "#shared/errors.ts";
import type { FoundFile } from "#shared/files/list-files.ts";
import { readLabelMap } from "#shared/roi/read-label-map.ts";
import { readSegmentation } from "#shared/roi/read-segmentation.ts";
import type { RoiCollection } from "#shared/roi/roi.ts";
import { type ByteElement, encodeDicom, type FileOptions } from "#test/phantom/dicom-bytes.ts";
import { encodeNiftiBytes } from "#test/phantom/nifti-bytes.ts";
import { encodeRle } from "#test/phantom/rle.ts";
import {
  draw,
  type ElementChanges,
  type PhantomSegmentation,
  phantomPosition,
  segmentationElements,
} from "#test/phantom/segmentation-files.ts";
import { countOutcomes } from "./count-outcomes.ts";
import { damageBytes, damageElements, randomNumbers } from "./damage.ts";

// Damaged segmentations and label maps: whatever is done to them, the readers return regions or a ProgramError, soon, in bounds.

const cases = Number(process.env["FUZZ_CASES"] ?? 4000);
const firstSeed = Number(process.env["FUZZ_SEED"] ?? 1);
const longestCase = 1000;
const memoryLimit = 6e8;

interface Seed {
  readonly name: string;
  readonly elements: readonly ByteElement[];
  readonly options: FileOptions;
}

const shapes = ["..... .111. .1...", "..... ..1.. .11..", "1.... ..... ....1", "11111 11111 11111"];

const phantom = (
  type: PhantomSegmentation["type"],
  bits: PhantomSegmentation["bits"],
  value: number,
): PhantomSegmentation => ({
  type,
  bits,
  columns: 5,
  rows: 3,
  frames: shapes.map((shape, index) => ({
    segment: 1 + (index % 2),
    position: phantomPosition(2 * Math.floor(index / 2)),
    values: draw(shape).map((one) => one * value),
  })),
  segments: [
    [1, "kidney"],
    [2, "tumör"],
    [3, "nothing"],
  ],
});

const binary = phantom("BINARY", 1, 1);
const fractional = phantom("FRACTIONAL", 8, 128);
const labelMap = phantom("LABELMAP", 16, 2);

function seed(
  name: string,
  from: PhantomSegmentation,
  options: FileOptions = {},
  changes: ElementChanges = {},
): Seed {
  return { name, elements: segmentationElements(from, changes, options.writing), options };
}

const seeds: readonly Seed[] = [
  seed("binary", binary),
  seed("binary implicit", binary, { writing: "implicit" }),
  seed("binary without header", binary, { writing: "implicit", header: "none" }),
  seed("binary big endian", binary, { writing: "big endian" }),
  seed("binary deflated", binary, { writing: "deflated" }),
  seed(
    "binary delimited, places in frames",
    { ...binary, place: "per frame" },
    { delimited: true },
  ),
  seed("plain", { ...binary, frames: binary.frames.slice(0, 1), place: "plain" }),
  seed("fractional", fractional),
  seed("label map", labelMap),
  seed(
    "RLE",
    fractional,
    { transferSyntaxUID: "1.2.840.10008.1.2.5" },
    {
      "7FE00010": [
        "OB",
        {
          table: [],
          fragments: fractional.frames.map(({ values }) => encodeRle(Uint8Array.from(values), 1)),
        },
      ],
    },
  ),
];

const niftiSeeds = (["int16", "float32"] as const).flatMap((type) =>
  [
    [5, 4, 3],
    [5, 4, 3, 2],
  ].map((shape) => encodeNiftiBytes({ shape, type, value: (i, j, k) => (i + j + k) % 2 })),
);

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "fuzz-seg-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Reads a damaged file; what came of it, or the code of the error. */
async function runCase(
  name: string,
  bytes: Uint8Array,
  read: (file: FoundFile) => Promise<RoiCollection>,
): Promise<string> {
  const file: FoundFile = { path: name, absolutePath: join(folder, name) };
  writeFileSync(file.absolutePath, bytes);
  try {
    const { rois } = await read(file);
    for (const { shape } of rois) {
      if (shape.form !== "voxels") throw new Error("a region without voxels");
      const [columns, rows, planes] = shape.planes.shape;
      if (shape.shares.length !== columns * rows * planes)
        throw new Error("shares that do not fill");
      if (shape.planes.origins.length !== planes) throw new Error("planes without a place");
      const sound = [...shape.planes.origins, shape.planes.rowStep, shape.planes.columnStep].flat();
      if (!sound.every(Number.isFinite)) throw new Error("a place that is none");
      if (!shape.shares.every((share: number) => share >= 0 && share <= 1))
        throw new Error("shares");
    }
    return rois.length > 0 ? "read" : "empty";
  } catch (error) {
    if (!isProgramError(error)) throw error;
    return error.code;
  }
}

async function runAll(
  count: number,
  make: (random: () => number) => { readonly name: string; readonly bytes: Uint8Array },
  read: (file: FoundFile) => Promise<RoiCollection>,
): Promise<ReadonlyMap<string, number>> {
  return countOutcomes(
    { cases: count, firstSeed, longestCaseMs: longestCase, memoryLimit, memoryEvery: 200 },
    async (seed) => {
      const { name, bytes } = make(randomNumbers(seed));
      try {
        return await runCase(name.endsWith(".nii") ? name : "seg.dcm", bytes, read);
      } catch (error) {
        throw new Error(`seed ${seed} (${name}): ${String(error)}`, { cause: error });
      }
    },
  );
}

test(`${cases} damaged segmentations give regions or are refused, none hangs, crashes or takes all memory`, async () => {
  const outcomes = await runAll(
    cases,
    (random) => {
      const { name, elements, options } = seeds[Math.floor(random() * seeds.length)]!;
      if (random() < 0.6) {
        return { name, bytes: encodeDicom(damageElements(elements, random), options) };
      }
      return { name, bytes: damageBytes(encodeDicom(elements, options), random) };
    },
    readSegmentation,
  );
  // A fuzz test that only ever sees one outcome tests nothing.
  expect(outcomes.get("read")).toBeGreaterThan(cases / 100);
  expect(outcomes.size).toBeGreaterThan(8);
}, 120_000);

test(`${cases / 4} damaged label maps likewise`, async () => {
  const outcomes = await runAll(
    cases / 4,
    (random) => {
      const whole = niftiSeeds[Math.floor(random() * niftiSeeds.length)]!;
      return { name: "labels.nii", bytes: damageBytes(whole, random) };
    },
    readLabelMap,
  );
  expect(outcomes.get("read")).toBeGreaterThan(cases / 400);
  expect(outcomes.size).toBeGreaterThan(4);
}, 120_000);
