import { rmSync, writeFileSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readDicomSeries } from "#shared/dicom/read-series.ts";
import { isProgramError } from "#shared/errors.ts";
import type { FoundFile } from "#shared/files/list-files.ts";
import { openPool } from "#shared/parallel/pool.ts";
import type { ContrastKeyword } from "#shared/volume/series-volume.ts";
import { type ByteElement, encodeDicom, type FileOptions } from "#test/phantom/dicom-bytes.ts";
import { classicImage, echoTimes, enhancedImage, pixelBytes } from "#test/phantom/dicom-images.ts";
import {
  encodeCsa,
  measurements,
  publicDiffusion,
  siemensDiffusion,
} from "#test/phantom/diffusion-images.ts";
import { encodeRle } from "#test/phantom/rle.ts";

// Damaged files: whatever is done to them, the reader returns a series or a ProgramError, soon, in bounds.

const cases = Number(process.env["FUZZ_CASES"] ?? 10_500);
const firstSeed = Number(process.env["FUZZ_SEED"] ?? 1);
const longestCase = 2000;
const memoryLimit = 1e9;

interface Seed {
  readonly name: string;
  readonly files: readonly (readonly ByteElement[])[];
  readonly options: FileOptions;
  /** EchoTime when nothing is said. */
  readonly contrast?: ContrastKeyword;
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
  {
    name: "diffusion",
    files: measurements.flatMap((m, n) =>
      [0, 1].map((k) =>
        classicImage(k, n, {
          "00080008": ["CS", "ORIGINAL\\PRIMARY\\DIFFUSION"],
          ...(n % 2 === 0 ? siemensDiffusion(m) : publicDiffusion(m)),
        }),
      ),
    ),
    options: {},
    contrast: "DiffusionBValue",
  },
  {
    // Two by two pixels a slice, four slices, and what is known of them in the CSA header alone.
    name: "mosaic",
    files: measurements.map(({ b, g }, n) =>
      classicImage(0, n, {
        "00080008": ["CS", "ORIGINAL\\PRIMARY\\DIFFUSION\\MOSAIC"],
        "00280010": ["US", 4],
        "00280011": ["US", 4],
        "00290010": ["LO", "SIEMENS CSA HEADER"],
        "00291010": [
          "OB",
          encodeCsa({
            B_value: [b],
            DiffusionGradientDirection: g ?? [],
            NumberOfImagesInMosaic: [4],
            SliceNormalVector: [0, 0, 1],
          }),
        ],
        "7FE00010": ["OW", pixelBytes(0, n).subarray(0, 32)],
      }),
    ),
    options: {},
    contrast: "DiffusionBValue",
  },
];

/** Numbers from 0 to below 1, the same for the same seed. @see Bob Jenkins' small PRNG, mulberry32 */
function randomNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t = (t + Math.imul(t ^ (t >>> 7), t | 61)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** Elements left out, doubled, emptied, with other tags, VRs or values. */
function damageElements(
  elements: readonly ByteElement[],
  random: () => number,
): readonly ByteElement[] {
  const list = [...elements];
  const at = Math.floor(random() * list.length);
  const [tag, vr, value] = list[at]!;
  const values = ["", "0", "-1", "1e308", "NaN", "8\\16", "12,5", "65535", "x".repeat(200)];
  const numbers = [0, 1, 65535, 0x7fffffff];
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)]!;
  const changes: (() => void)[] = [
    () => list.splice(at, 1),
    () => list.push([tag, vr, value]),
    () => {
      if (typeof value === "string") list[at] = [tag, vr, pick(values)];
      else if (typeof value === "number") list[at] = [tag, vr, pick(numbers)];
    },
    () => {
      if (typeof value === "string") list[at] = [tag, "UN", value];
    },
    () => {
      if (vr === "SQ") list[at] = [tag, vr, (value as ByteElement[][]).slice(1)];
    },
    () => {
      list[at] = [pick(list)[0], vr, value];
    },
  ];
  pick(changes)();
  return list;
}

/** Bits turned, bytes set, removed, doubled; ends cut; lengths written over. */
function damageBytes(whole: Uint8Array, random: () => number): Uint8Array {
  let bytes = Uint8Array.from(whole);
  const below = (limit: number) => Math.floor(random() * limit);
  const rounds = 1 + below(4);
  for (let round = 0; round < rounds && bytes.length > 16; round++) {
    const at = below(bytes.length - 8);
    const view = new DataView(bytes.buffer);
    switch (below(7)) {
      case 0:
        bytes[at]! ^= 1 << below(8);
        break;
      case 1:
        bytes[at] = below(256);
        break;
      case 2:
        bytes = bytes.slice(0, at);
        break;
      case 3: {
        const length = 1 + below(64);
        bytes = Uint8Array.from([...bytes.subarray(0, at), ...bytes.subarray(at + length)]);
        break;
      }
      case 4: {
        const piece = bytes.subarray(at, at + 1 + below(128));
        bytes = Uint8Array.from([...bytes.subarray(0, at), ...piece, ...bytes.subarray(at)]);
        break;
      }
      case 5: {
        const lengths = [0, 1, 0xffff, 0xffffffff, 0x7fffffff, bytes.length];
        view.setUint32(at, lengths[below(lengths.length)]!, true);
        break;
      }
      default:
        view.setUint16(at, below(65536), true);
    }
  }
  return bytes;
}

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
    const want = { contrast: seed.contrast ?? "EchoTime", atLeast: 2 } as const;
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
  const outcomes = new Map<string, number>();
  for (let seed = firstSeed; seed < firstSeed + cases; seed++) {
    const start = process.cpuUsage();
    const outcome = await runCase(seed);
    // Time of the processor, so that a busy machine does not look like a slow reader.
    const { user, system } = process.cpuUsage(start);
    const time = (user + system) / 1000;
    if (time > longestCase) throw new Error(`seed ${seed} took ${Math.round(time)} ms`);
    outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    if (seed % 500 === 0 && process.memoryUsage.rss() > memoryLimit) {
      throw new Error(`seed ${seed}: ${process.memoryUsage.rss()} bytes of memory`);
    }
  }
  // A fuzz test that only ever sees one outcome tests nothing.
  expect(outcomes.get("read")).toBeGreaterThan(cases / 100);
  expect(outcomes.size).toBeGreaterThan(8);
  if (process.env["FUZZ_TALLY"] !== undefined) console.log(outcomes);
}, 300_000);
