import { rmSync, writeFileSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readDicomSeries } from "#shared/dicom/read-series.ts";
import { isProgramError } from "#shared/errors.ts";
import type { FoundFile } from "#shared/files/list-files.ts";
import { openPool } from "#shared/parallel/pool.ts";
import { type ByteElement, encodeDicom, type FileOptions } from "#test/phantom/dicom-bytes.ts";
import { classicImage, echoTimes, enhancedImage, pixelBytes } from "#test/phantom/dicom-images.ts";
import { encodeRle } from "#test/phantom/rle.ts";
import { countOutcomes } from "./count-outcomes.ts";
import { damageBytes, damageElements, randomNumbers } from "./damage.ts";

// Damaged files: whatever is done to them, the reader returns a series or a ProgramError, soon, in bounds.

const cases = Number(process.env["FUZZ_CASES"] ?? 10_500);
const firstSeed = Number(process.env["FUZZ_SEED"] ?? 1);
const longestCase = 2000;
const memoryLimit = 1e9;

interface Seed {
  readonly name: string;
  readonly files: readonly (readonly ByteElement[])[];
  readonly options: FileOptions;
}

const classic = (writing: NonNullable<FileOptions["writing"]>) =>
  echoTimes.flatMap((_, e) => [0, 1].map((k) => classicImage(k, e, {}, writing)));
const rle = "1.2.840.10008.1.2.5";
const seeds: readonly Seed[] = [
  { name: "explicit", files: classic("explicit"), options: {} },
  { name: "implicit", files: classic("implicit"), options: { writing: "implicit" } },
  {
    name: "implicit without header",
    files: classic("implicit"),
    options: { writing: "implicit", header: "none" },
  },
  { name: "big endian", files: classic("big endian"), options: { writing: "big endian" } },
  { name: "deflated", files: classic("deflated"), options: { writing: "deflated" } },
  { name: "enhanced", files: [enhancedImage(2)], options: {} },
  { name: "enhanced delimited", files: [enhancedImage(2)], options: { delimited: true } },
  {
    name: "enhanced implicit delimited",
    files: [enhancedImage(2)],
    options: { delimited: true, writing: "implicit" },
  },
  {
    name: "RLE",
    files: echoTimes.map((_, e) =>
      classicImage(0, e, {
        "7FE00010": ["OB", { table: [], fragments: [encodeRle(pixelBytes(0, e))] }],
      }),
    ),
    options: { transferSyntaxUID: rle },
  },
];

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "fuzz-dicom-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const pool = openPool(1, "");

async function runCase(seedNumber: number): Promise<string> {
  const random = randomNumbers(seedNumber);
  const seed = seeds[Math.floor(random() * seeds.length)]!;
  const victim = Math.floor(random() * seed.files.length);
  const inElements = random() < 0.3;
  const files: FoundFile[] = seed.files.map((elements, i) => {
    const path = `${i}.dcm`;
    const changed = i === victim && inElements ? damageElements(elements, random) : elements;
    const whole = encodeDicom(changed, seed.options);
    const bytes = i === victim && !inElements ? damageBytes(whole, random) : whole;
    const absolutePath = join(folder, path);
    writeFileSync(absolutePath, bytes);
    return { path, absolutePath };
  });
  try {
    const want = { contrast: "EchoTime", atLeast: 2 } as const;
    const series = await readDicomSeries(folder, files, want, pool);
    if (series.stored.byteLength > 64e6) throw new Error("the series is larger than its files");
    return "read";
  } catch (error) {
    if (!isProgramError(error)) {
      throw new Error(`seed ${seedNumber} (${seed.name}): ${String(error)}`, { cause: error });
    }
    return error.code;
  }
}

test(`${cases} damaged files are read or refused, none hangs, crashes or takes all memory`, async () => {
  const outcomes = await countOutcomes(
    { cases, firstSeed, longestCaseMs: longestCase, memoryLimit, memoryEvery: 500 },
    runCase,
  );
  // A fuzz test that only ever sees one outcome tests nothing.
  expect(outcomes.get("read")).toBeGreaterThan(cases / 100);
  expect(outcomes.size).toBeGreaterThan(8);
}, 300_000);
