import { cpSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { readSingleImage } from "../../scripts/read-single-image.ts";
import { group, slices, writeReconstruction } from "../phantom/paravision-study.ts";
import { type ConvertedRun, convertRaw, type ReportedReconstruction } from "./converted.ts";
import { expectRefusal, launchProgram, launchWords, newFolder } from "./launch.ts";
import { parseInstance } from "./parse-instance.ts";
import { findMapFile } from "./region-medians.ts";

// FAIR: tissue recovers with one T1 after an inversion of its slice and with another after that of everything. Both lie in one
// 2dseq; fitted together they would give a third one that looks right.

const size = [8, 6];
const modes = ["Selective Inversion", "Non-selective Inversion"];

/** T1 of a pixel, ms. */
const trueT1 = (mode: number, x: number, y: number) => (mode === 0 ? 800 : 1300) + 20 * x + 7 * y;

/** Times of n inversions, ms. */
const inversionTimes = (count: number) =>
  Array.from({ length: count }, (_, n) => Math.round(30 * (200 ** (1 / (count - 1))) ** n));

interface Layout {
  readonly name: string;
  readonly examination: number;
  readonly version: "5.1" | "6.0.1";
  readonly steps: number;
  /** Whether frames of one step follow each other. */
  readonly modeFirst: boolean;
  /** TR of a frame, ms. */
  readonly repetitionTime: (inversionTimeMs: number, mode: number) => number;
  /** What process-t1 wants to be told. */
  readonly options: readonly string[];
}

const layouts: readonly Layout[] = [
  {
    ...{ name: "MOVIE 5 x IRMODE 2", examination: 1, version: "5.1", steps: 5, modeFirst: false },
    repetitionTime: () => 18_000,
    options: [],
  },
  {
    ...{
      name: "IRMODE 2 x MOVIE 16",
      examination: 2,
      version: "6.0.1",
      steps: 16,
      modeFirst: true,
    },
    // What passes until the next inversion, a little longer in the second mode.
    repetitionTime: (inversionTimeMs, mode) => inversionTimeMs + 10_000 + 2 * mode,
    // TR varies too: process-t1 asks which of them the fit is to follow.
    options: ["--model=ir-magnitude"],
  },
];

const placeOf = ({ steps, modeFirst }: Layout, frame: number) =>
  modeFirst
    ? { mode: frame % 2, step: Math.floor(frame / 2) }
    : { mode: Math.floor(frame / steps), step: frame % steps };

async function writeLayout(study: string, layout: Layout): Promise<void> {
  const { examination, version, steps, modeFirst, repetitionTime } = layout;
  const times = inversionTimes(steps);
  const movie = group("FG_MOVIE", steps, "VisuAcqInversionTime");
  const irmode = group("FG_IRMODE", 2, "VisuFGElemComment");
  await writeReconstruction(study, {
    ...{ examination, version, size, elementComments: modes, inversionTimesMs: times },
    groups: modeFirst ? [irmode, movie] : [movie, irmode],
    repetitionTimesMs: Array.from({ length: 2 * steps }, (_, frame) => {
      const { mode, step } = placeOf(layout, frame);
      return repetitionTime(times[step]!, mode);
    }),
    stored: (frame, x, y) => {
      const { mode, step } = placeOf(layout, frame);
      const recovered = 1 - 2 * Math.exp(-times[step]! / trueT1(mode, x, y));
      return Math.round(30_000 * Math.abs(recovered));
    },
  });
}

const runs = new Map<string, ConvertedRun>();
let study = "";
beforeAll(async () => {
  study = join(newFolder("fair-"), "study");
  for (const layout of layouts) await writeLayout(study, layout);
  await writeReconstruction(study, {
    ...{ examination: 3, size, groups: [slices(3), group("FG_IRMODE", 2)] },
    ...{ inversionTimesMs: [1400], repetitionTimesMs: [3001, 3002, 3003, 3004, 3005, 3006] },
  });
  await writeReconstruction(study, {
    ...{ examination: 4, size, inversionTimesMs: [1400] },
    groups: [slices(2), group("FG_IRMODE", 2), group("FG_CYCLE", 6)],
  });
  for (const objects of ["classic", "enhanced"]) {
    runs.set(objects, await convertRaw(study, `--objects=${objects}`));
  }
});

function reconstructionOf(objects: string, examination: number): ReportedReconstruction {
  const found = runs.get(objects)!.reconstructions.get(`${examination}/pdata/1`)!;
  expect(found.status).toBe("converted");
  return found;
}

const seriesOf = (objects: string, examination: number) =>
  reconstructionOf(objects, examination).series!;

/** The classic images of a series. */
function imagesOf(examination: number, mode: number) {
  const { files = [] } = reconstructionOf("classic", examination);
  const folder = seriesOf("classic", examination)[mode]!.folder;
  const own = files.filter(({ path }) => path.startsWith(`${folder}/`));
  return own.map(({ path }) => parseInstance(join(runs.get("classic")!.output, "dicom", path)));
}

const numbersOf = (examination: number, mode: number, tag: string) =>
  imagesOf(examination, mode).map((image) => image.numbers(tag)[0]);

describe.each(layouts)("FAIR, $name", (layout) => {
  const { examination, steps, repetitionTime } = layout;

  test("becomes a series of each mode, named by its comment", () => {
    for (const objects of ["classic", "enhanced"]) {
      const series = seriesOf(objects, examination);
      expect(series.map(({ folder }) => folder.split("/").at(-1))).toEqual([
        ...[`${examination}_1_mode1`, `${examination}_1_mode2`],
      ]);
      expect(series.map(({ seriesNumber }) => seriesNumber)).toEqual([
        ...[examination * 1_000_000 + 101, examination * 1_000_000 + 102],
      ]);
      expect(series.map(({ images }) => images)).toEqual([steps, steps]);
    }
    for (const [mode, comment] of modes.entries()) {
      for (const image of imagesOf(examination, mode)) {
        expect(image.texts("0008103E")[0]).toBe(`protocol ${examination} - ${comment}`);
        expect(image.texts("00204000")[0]).toBe(comment);
      }
    }
  });

  test("keeps inversion and repetition times of each frame", () => {
    for (const mode of [0, 1]) {
      const times = inversionTimes(steps);
      expect(numbersOf(examination, mode, "00180082")).toEqual(times);
      expect(numbersOf(examination, mode, "00180080")).toEqual(
        times.map((time) => repetitionTime(time, mode)),
      );
    }
  });

  test.each(["classic", "enhanced"])(
    "%s: process-t1 finds the T1 of each mode",
    async (objects) => {
      for (const mode of [0, 1]) {
        const { output } = runs.get(objects)!;
        const { folder } = seriesOf(objects, examination)[mode]!;
        const plain = ["--mask=none", "--noise-model=gaussian", "--dicom=none"];
        const options = [...plain, ...layout.options];
        const run = await launchProgram("process-t1", join(output, "dicom", folder), options);
        expect(run.exitCode, run.stderr).toBe(0);
        const map = readSingleImage(findMapFile(join(run.output, "maps"), "_T1map.nii.gz"));
        expect(map.samples).toHaveLength(48);
        // In s, whichever way the map runs along its axes.
        const ascending = (values: Iterable<number>) => [...values].sort((a, b) => a - b);
        const pixels = Array.from({ length: 48 }, (_, i) => [i % 8, Math.floor(i / 8)] as const);
        const truth = ascending(pixels.map(([x, y]) => trueT1(mode, x, y)));
        for (const [n, value] of ascending(map.samples).entries()) {
          expect(Math.abs((1000 * value) / truth[n]! - 1)).toBeLessThan(0.002);
        }
      }
    },
  );

  test("process-t1 refuses both modes at once and names them", async () => {
    const { output } = runs.get("classic")!;
    const both = join(newFolder("fair-both-"), "in");
    for (const { folder } of seriesOf("classic", examination)) {
      cpSync(join(output, "dicom", folder), join(both, folder.split("/").at(-1)!), {
        recursive: true,
      });
    }
    const run = await launchProgram("process-t1", both, ["--mask=none"]);
    expectRefusal(run, {
      exitCode: 3,
      code: "E-MIXED-SERIES",
      says: /2 series: .* - Selective Inversion" .* - Non-selective Inversion" .*--series/,
    });
  });
});

test("SLICE 3 x IRMODE 2: each mode has its slices, and the repetition time of each frame", () => {
  expect(numbersOf(3, 0, "00180080")).toEqual([3001, 3002, 3003]);
  expect(numbersOf(3, 1, "00180080")).toEqual([3004, 3005, 3006]);
  const positions = [0, 1].map((mode) => imagesOf(3, mode).map((i) => i.numbers("00200032")[2]));
  expect(positions).toEqual([
    [0, 1, 2],
    [0, 1, 2],
  ]);
  const title = seriesOf("classic", 3).map(({ seriesDescription }) => seriesDescription);
  expect(title).toEqual(["protocol 3 - inversion mode 1", "protocol 3 - inversion mode 2"]);
});

test("SLICE 2 x IRMODE 2 x CYCLE 6: each mode has its slices and cycles", () => {
  for (const mode of [0, 1]) {
    expect(numbersOf(4, mode, "00200100")).toEqual([1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6]);
    expect(numbersOf(4, mode, "00201002")).toEqual(Array(12).fill(12));
  }
});

test.each(["classic", "enhanced"])(
  "verify finds what %s files say in the raw data",
  async (objects) => {
    const { output } = runs.get(objects)!;
    const words = ["verify", "--input", study, `--objects=${objects}`];
    const run = await launchWords("mri2dicom", words, { output });
    expect(run.exitCode, run.stdout + run.stderr).toBe(0);
    expect(run.stdout).toContain("4 of 4 as the raw data say.");
  },
);
