import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { bundleProgram } from "../scripts/bundle.ts";
import { findPython } from "./find-python.ts";
import { formatTable, threeDigits } from "./format-table.ts";
import { type Cost, describeMachine, measureCommand, medianCost, meterName } from "./measure.ts";
import { makeRawStudy, type RawStudySize } from "./raw-study.ts";

// mri2dicom as its image runs it (the bundle), against copying the tree twice on the same disk and against BrkRaw (to NIfTI); and how
// time and memory grow with the study.

const folder = process.env["BENCH_FOLDER"] ?? join(tmpdir(), "bench-convert");
const rounds = 3;

interface Contestant {
  readonly name: string;
  readonly command: (study: string, output: string) => readonly string[];
  /** Images it must leave: files, or volumes of them. */
  readonly expected: RegExp;
  readonly count: (size: RawStudySize) => number;
  /** Of one that takes minutes. */
  readonly rounds?: number;
}

const frames = ({ examinations, slices, repetitions }: RawStudySize) =>
  examinations * slices * repetitions;

function ours(main: string, name: string, ...options: readonly string[]): Contestant {
  return {
    name,
    command: (study, output) => [
      ...[process.execPath, main, "--input", study, "--output", output],
      ...options,
    ],
    expected: /\.dcm$/,
    count: options.includes("--objects=enhanced") ? ({ examinations }) => examinations : frames,
  };
}

const copies: Contestant = {
  name: "cp -r, twice",
  command: (study, output) => [
    "sh",
    "-c",
    'cp -r "$0" "$1/first" && cp -r "$0" "$1/second"',
    study,
    output,
  ],
  expected: /2dseq$/,
  count: ({ examinations }) => 2 * examinations,
};

/** A checkout of the original XNAT-PIC's public repository. */
const checkout = process.env["XNAT_PIC_CHECKOUT"] ?? "";

/** The converter of the original XNAT-PIC; undefined without a checkout, or a Python with its libraries. */
function findOriginal(): Contestant | undefined {
  const interpreter = findPython("pydicom", "numpy", "dateutil");
  if (checkout === "" || interpreter === undefined) return undefined;
  const driver = fileURLToPath(new URL("convert_xnat_pic.py", import.meta.url));
  return {
    name: "XNAT-PIC's own converter, 1 round",
    command: (study, output) => [interpreter, "-W", "ignore", driver, checkout, study, output],
    ...{ expected: /\.dcm$/, count: frames, rounds: 1 },
  };
}

/** BrkRaw in a virtual environment of its own, made once; undefined where that cannot be. */
function findBrkRaw(compresses: boolean): Contestant | undefined {
  const place = join(folder, "brkraw");
  const program = join(place, "bin/brkraw");
  if (!existsSync(program)) {
    const made = spawnSync("python3", ["-m", "venv", place]).status === 0;
    const install = ["-m", "pip", "install", "--quiet", "brkraw"];
    if (!made || spawnSync(join(place, "bin/python"), install).status !== 0) {
      rmSync(place, { recursive: true, force: true });
      return undefined;
    }
  }
  const version = spawnSync(program, ["--version"], { encoding: "utf8" });
  return {
    name: `BrkRaw ${`${version.stdout}${version.stderr}`.replace(/[^\d.]/g, "")} (${compresses ? ".nii.gz" : ".nii"})`,
    command: (study, output) => [
      ...[program, "convert", study, "--output", output],
      ...(compresses ? [] : ["--no-compress"]),
    ],
    expected: /\.nii(\.gz)?$/,
    count: ({ examinations }) => examinations,
  };
}

function runOnce(
  { name, command, expected, count }: Contestant,
  study: string,
  size: RawStudySize,
): Cost {
  // Thousands of files are removed after the last run only: ext4 makes new ones ten times as slowly for minutes after that.
  const output = mkdtempSync(join(folder, "output-"));
  const cost = measureCommand(command(study, output));
  const made = readdirSync(output, { recursive: true, encoding: "utf8" }).filter(
    (path) => expected.test(path) && !/(^|\/)\./.test(path),
  ).length;
  // Whole copies fill the disk, and are few files.
  if (expected === copies.expected) rmSync(output, { recursive: true });
  if (made < count(size)) throw new Error(`${name} left ${made} files instead of ${count(size)}`);
  return cost;
}

function compare(title: string, size: RawStudySize, contestants: readonly Contestant[]): void {
  const study = join(folder, "study");
  const { images, imageMB, allMB } = makeRawStudy(study, size);
  const costs = contestants.map((): Cost[] => []);
  for (let round = 0; round < rounds; round++) {
    for (const [index, contestant] of contestants.entries()) {
      if (round >= (contestant.rounds ?? rounds)) continue;
      costs[index]!.push(runOnce(contestant, study, size));
    }
  }
  const medians = costs.map(medianCost);
  console.log(
    `### ${title}: ${images.toLocaleString("en")} images of ${size.matrix} x ${size.matrix}, 2dseq ${imageMB.toFixed(0)} MB, all ${allMB.toFixed(0)} MB\n`,
  );
  console.log(
    formatTable(
      ["run", "wall s", "CPU s", "peak MB", "wall / ours"],
      contestants.map(({ name }, index) => {
        const { wallSeconds, cpuSeconds, peakMB } = medians[index]!;
        const ratio = wallSeconds / medians[0]!.wallSeconds;
        return [name, ...[wallSeconds, cpuSeconds, peakMB].map(threeDigits), ratio.toFixed(2)];
      }),
    ),
  );
  console.log();
}

/** Time and memory of mri2dicom as studies grow. */
function grow(sizes: readonly RawStudySize[]): void {
  console.log("### Growth with the study (single runs)\n");
  const rows = sizes.map((size) => {
    const study = join(folder, "study");
    const { images, imageMB } = makeRawStudy(study, size);
    const { wallSeconds, peakMB } = runOnce(ours(main, "mri2dicom"), study, size);
    const what = `${size.examinations} examinations, ${size.matrix} x ${size.matrix}`;
    return [what, String(images), ...[imageMB, wallSeconds, peakMB].map(threeDigits)];
  });
  console.log(formatTable(["study", "images", "2dseq MB", "wall s", "peak MB"], rows));
}

function clear(): void {
  for (const name of readdirSync(folder)) {
    if (/^(output-|study$)/.test(name)) rmSync(join(folder, name), { recursive: true });
  }
}

mkdirSync(folder, { recursive: true });
const main = join((await bundleProgram("mri2dicom")).folder, "main.mjs");
const brkraw = findBrkRaw(false);
console.log("## mri2dicom\n");
console.log(`${describeMachine()}; ${meterName}; median of ${rounds} rounds.\n`);
if (brkraw === undefined) console.log("BrkRaw cannot be installed here: no row.\n");
const original = findOriginal();
if (original === undefined) {
  console.log("The original XNAT-PIC: no row; XNAT_PIC_CHECKOUT, or its libraries, are missing.\n");
}
const peers = [copies, ...(brkraw === undefined ? [] : [brkraw])];
const threads = availableParallelism();
const large: RawStudySize = { examinations: 8, matrix: 256, slices: 20, repetitions: 20 };
const small: RawStudySize = { examinations: 1, matrix: 64, slices: 30, repetitions: 400 };
compare("A large study", large, [
  ours(main, `mri2dicom (${threads} threads)`),
  ours(main, "mri2dicom, 1 thread", "--workers=1"),
  ours(main, "mri2dicom, Enhanced MR", "--objects=enhanced"),
  ...peers,
  ...(original === undefined ? [] : [original]),
]);
compare("Many small images", small, [
  ours(main, `mri2dicom (${threads} threads)`),
  ours(main, "mri2dicom, 1 thread", "--workers=1"),
  ...peers,
]);
grow([
  { ...large, examinations: 2 },
  { ...large, examinations: 4 },
  { ...large, examinations: 8 },
  { ...large, examinations: 16 },
  { ...small, repetitions: 100 },
  { ...small, repetitions: 400 },
  { ...small, repetitions: 800 },
]);
clear();
