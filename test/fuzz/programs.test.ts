import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { parseArgv } from "#command-json/parse-argv.ts";
import { chooseModel as chooseDiffusionModel } from "#containers/process-dwi/choose-model.ts";
import { chooseName } from "#containers/process-dwi/choose-name.ts";
import { command as dwiCommand } from "#containers/process-dwi/command.ts";
import { readDiffusion } from "#containers/process-dwi/read-diffusion.ts";
import { selectImages } from "#containers/process-dwi/select-images.ts";
import { checkTiming } from "#containers/process-t1/check-timing.ts";
import { chooseMethod } from "#containers/process-t1/choose-method.ts";
import { chooseModel as chooseRecoveryModel } from "#containers/process-t1/choose-model.ts";
import { chooseTransmit } from "#containers/process-t1/choose-transmit.ts";
import { command as t1Command } from "#containers/process-t1/command.ts";
import { selectPoints } from "#containers/process-t1/select-points.ts";
import { isProgramError } from "#shared/errors.ts";
import { readInput } from "#shared/program/read-input.ts";
import { magnitudesOf } from "#shared/volume/complex-signal.ts";
import type { SeriesVolume } from "#shared/volume/series-volume.ts";
import { runInMemory as runDwi } from "#test/containers/process-dwi/run-in-memory.ts";
import { runInMemory as runT1 } from "#test/containers/process-t1/run-in-memory.ts";
import { encodeDicom } from "#test/phantom/dicom-bytes.ts";
import { memoryContext } from "#test/shared/derivatives/example-fit.ts";
import { countOutcomes } from "./count-outcomes.ts";
import { damageBytes, damageElements, damageText, randomNumbers } from "./damage.ts";
import { diffusionSeeds, type ProgramSeed, recoverySeeds } from "./program-seeds.ts";

// Damaged inputs of process-t1 and process-dwi: whatever is done to them, reading them and choosing what to fit ends with
// a choice or a ProgramError, soon, in bounds. Every few cases the whole program runs.

const cases = Number(process.env["FUZZ_CASES"] ?? 1600);
const firstSeed = Number(process.env["FUZZ_SEED"] ?? 1);
const longestCaseMs = 2000;
const memoryLimit = 1e9;
const wholeRunEvery = Number(process.env["FUZZ_WHOLE"] ?? 10);

const base = mkdtempSync(join(tmpdir(), "fuzz-programs-"));
afterAll(() => rmSync(base, { recursive: true, force: true }));

const noise = { sigma: 10, source: "given" };
const plain = ["--mask=none", "--noise=10", "--dicom=none"];

/** What the pipeline of process-dwi does before it looks at voxels. */
async function chooseDiffusion(input: string, words: readonly string[]): Promise<SeriesVolume> {
  const call = parseArgv(dwiCommand, ["--input", input, ...words]);
  if (call.kind !== "run") throw new Error("not a run");
  const { options } = call;
  const { series, diffusion } = await readDiffusion(options, memoryContext());
  const named = chooseName(options.model, diffusion);
  chooseDiffusionModel(options, named, selectImages(diffusion, named.name, options), noise);
  return series;
}

/** And that of process-t1, with the B1 map in every voxel. */
async function chooseRecovery(input: string, words: readonly string[]): Promise<SeriesVolume> {
  const call = parseArgv(t1Command, ["--input", input, ...words]);
  if (call.kind !== "run") throw new Error("not a run");
  const { options } = call;
  const { pool } = memoryContext();
  const wish = { ...chooseMethod(options), atLeast: 2, oneSetting: true, series: options.series };
  const series = await readInput(input, wish, pool);
  const points = selectPoints(series, options.images);
  const timing = checkTiming(options, series, points);
  const mask = new Uint8Array(magnitudesOf(series).grid.shape.reduce((a, b) => a * b)).fill(1);
  await chooseTransmit(options["b1-map"], options.input, series, mask, pool);
  chooseRecoveryModel(options, series, points, timing, noise);
  return series;
}

interface Program {
  readonly name: string;
  readonly seeds: readonly ProgramSeed[];
  /** Words of which each case takes one. */
  readonly variants: readonly string[];
  readonly choose: (input: string, words: readonly string[]) => Promise<SeriesVolume>;
  readonly run: (input: string, ...words: string[]) => Promise<unknown>;
}

const programs: readonly Program[] = [
  {
    name: "process-dwi",
    seeds: diffusionSeeds,
    variants: [
      ...["auto", "adc", "dti", "dki", "kurtosis", "ivim"].map((model) => `--model=${model}`),
      "--directions=joint",
    ],
    choose: chooseDiffusion,
    run: runDwi,
  },
  {
    name: "process-t1",
    seeds: recoverySeeds,
    variants: [
      "--look-locker=auto",
      "--look-locker=on",
      "--vfa-fit=linear",
      "--noise-model=gaussian",
    ],
    choose: chooseRecovery,
    run: runT1,
  },
];

/** Files of a seed, written once; the damaged one is put back after each case. */
function writeSeed(seed: ProgramSeed, folder: string): ReadonlyMap<string, Damageable> {
  const files = new Map<string, Damageable>();
  for (const [path, elements] of Object.entries(seed.images)) {
    files.set(path, {
      bytes: encodeDicom(elements, seed.writing),
      shaped: (random) => encodeDicom(damageElements(elements, random), seed.writing),
    });
  }
  for (const [path, text] of Object.entries(seed.texts ?? {})) {
    files.set(path, { bytes: Buffer.from(text), shaped: (random) => damageText(text, random) });
  }
  for (const [path, bytes] of Object.entries(seed.binaries ?? {})) files.set(path, { bytes });
  for (const [path, { bytes }] of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), bytes);
  }
  return files;
}

interface Damageable {
  readonly bytes: Uint8Array;
  /** Damage that knows the form of the file. */
  readonly shaped?: (random: () => number) => Uint8Array;
}

function openProgram({ name, seeds, variants, choose, run }: Program) {
  const written = seeds.map((seed, n) => {
    const folder = join(base, name, String(n));
    return { seed, folder, files: writeSeed(seed, folder) };
  });
  const wordsOf = (seed: ProgramSeed, folder: string) =>
    (seed.options ?? []).map((word) => word.replace("input/", `${folder}/`));
  return {
    /** The sound inputs, to know that the damage is what makes the difference. */
    sound: written.map(
      ({ seed, folder }) => [seed.name, () => choose(folder, wordsOf(seed, folder))] as const,
    ),
    async runCase(number: number): Promise<string> {
      const random = randomNumbers(number);
      const { seed, folder, files } = written[Math.floor(random() * written.length)]!;
      const paths = [...files.keys()];
      // Texts are few among many images, and are what is new here.
      const texts = paths.filter((path) => seed.texts?.[path] !== undefined);
      const among = texts.length > 0 && random() < 0.6 ? texts : paths;
      const path = among[Math.floor(random() * among.length)]!;
      const { bytes, shaped } = files.get(path)!;
      const damaged =
        shaped !== undefined && random() < 0.7 ? shaped(random) : damageBytes(bytes, random);
      const words = [...wordsOf(seed, folder), variants[Math.floor(random() * variants.length)]!];
      writeFileSync(join(folder, path), damaged);
      try {
        if (number % wholeRunEvery === 0) {
          await run(folder, ...words, ...plain);
          return "mapped";
        }
        const series = await choose(folder, words);
        if (series.stored.byteLength > 64e6) throw new Error("the series is larger than its files");
        return "chosen";
      } catch (error) {
        if (isProgramError(error)) return error.code;
        throw new Error(`seed ${number} (${seed.name}, ${path}, ${words}): ${String(error)}`, {
          cause: error,
        });
      } finally {
        writeFileSync(join(folder, path), bytes);
      }
    },
  };
}

describe.each(programs.map((program) => [program.name, openProgram(program)] as const))(
  "%s",
  (_, { sound, runCase }) => {
    test.each(sound)("reads the sound input: %s", async (_name, choose) => {
      expect((await choose()).stored.length).toBeGreaterThan(0);
    });

    test(`reads or refuses ${cases} damaged inputs; none makes it hang, crash or take all memory`, async () => {
      const outcomes = await countOutcomes(
        { cases, firstSeed, longestCaseMs, memoryLimit, memoryEvery: 200 },
        runCase,
      );
      // A fuzz test that only ever sees one outcome tests nothing.
      const [chosen = 0, mapped = 0] = ["chosen", "mapped"].map((word) => outcomes.get(word));
      expect(chosen + mapped).toBeGreaterThan(cases / 10);
      expect(mapped).toBeGreaterThan(0);
      expect(outcomes.size).toBeGreaterThan(15);
    }, 300_000);
  },
);
