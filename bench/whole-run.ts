import { mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { bundleProgram, root } from "../scripts/bundle.ts";
import { makeExampleScan, makeOtherScan, nameScan, type ScanSize } from "./example-scan.ts";
import { formatTable, threeDigits } from "./format-table.ts";
import {
  type Cost,
  describeMachine,
  findProgram,
  measureCommand,
  medianCost,
  meterName,
} from "./measure.ts";

// Whole runs of the programs as their images run them (the bundles), against dcm2niix on the same files, and the growth of
// process-t2.

const cache = join(root, "build/bench");
const fullScan: ScanSize = { matrix: 256, slices: 20, echoes: 16 };
const rounds = 3;

/** Something that is run on the files of a scan and fills a folder. */
interface Contestant {
  readonly name: string;
  readonly command: (input: string, output: string) => readonly string[];
  /** Files it must leave behind: a run that did less is no peer. */
  readonly expected: RegExp;
  readonly count: number;
}

function processT2(main: string, name: string, ...options: readonly string[]): Contestant {
  return {
    name,
    command: (input, output) => [
      ...[process.execPath, main, "--input", input, "--output", output],
      ...options,
    ],
    expected: /T2map\.nii\.gz$|report\.html$/,
    // T2 and its standard error, R², RMSE; chi-square too where the noise is known; the report.
    count: 5,
  };
}

function dcm2niix(name: string, compressor: string, echoes: number): Contestant {
  return {
    name,
    command: (input, output) => ["dcm2niix", "-z", compressor, "-o", output, input],
    expected: /\.nii\.gz$/,
    count: echoes,
  };
}

function runOnce({ name, command, expected, count }: Contestant, input: string): Cost {
  const output = mkdtempSync(join(cache, "output-"));
  try {
    const cost = measureCommand(command(input, output));
    const found = readdirSync(output, { recursive: true, encoding: "utf8" });
    const made = found.filter((path) => expected.test(path)).length;
    if (made < count) throw new Error(`${name} left ${made} files instead of ${count}`);
    return cost;
  } finally {
    rmSync(output, { recursive: true, force: true });
  }
}

/** Every contestant once a round, so that a slow minute of the machine slows all of them. */
function compare(contestants: readonly Contestant[], input: string): string {
  const costs = contestants.map((): Cost[] => []);
  for (let round = 0; round < rounds; round++) {
    for (const [index, contestant] of contestants.entries()) {
      costs[index]!.push(runOnce(contestant, input));
    }
  }
  const medians = costs.map(medianCost);
  const peer = contestants.findIndex(({ name }) => name.startsWith("dcm2niix -z y"));
  const rows = contestants.map(({ name }, index) => {
    const { wallSeconds, cpuSeconds, peakMB } = medians[index]!;
    const ratio = peer < 0 ? Number.NaN : wallSeconds / medians[peer]!.wallSeconds;
    return [name, ...[wallSeconds, cpuSeconds, peakMB, ratio].map(threeDigits)];
  });
  return formatTable(["run", "wall s", "CPU s", "peak MB", "wall / dcm2niix -z y"], rows);
}

interface Step {
  readonly what: string;
  readonly size: ScanSize;
  readonly workers: number;
}

/** The runs of the scaling table; each block varies one thing. */
function listSteps(): readonly Step[] {
  const workers = availableParallelism();
  const small = { matrix: 128, slices: 20, echoes: 16 };
  return [
    ...[64, 128, 192, 256].map((matrix) => ({
      ...{ what: "matrix", size: { ...small, matrix }, workers },
    })),
    ...[5, 20, 40].map((slices) => ({ what: "slices", size: { ...small, slices }, workers })),
    ...[8, 16, 32].map((echoes) => ({ what: "echoes", size: { ...small, echoes }, workers })),
    ...[1, 2].map((count) => ({ what: "workers", size: fullScan, workers: count })),
  ];
}

/** A step of the scaling table and what it cost. */
interface Measured extends Step {
  readonly cost: Cost;
  /** Stored numbers of the series, 10^6. */
  readonly megasamples: number;
}

function measureSteps(main: string): readonly Measured[] {
  return listSteps().map((step) => {
    const { size, workers } = step;
    const contestant = processT2(main, "process-t2", "--workers", String(workers));
    const cost = runOnce(contestant, makeExampleScan(cache, size));
    return { ...step, cost, megasamples: (size.matrix ** 2 * size.slices * size.echoes) / 1e6 };
  });
}

function formatSteps(steps: readonly Measured[]): string {
  const rows = steps.map(({ what, size, workers, megasamples, cost }) => {
    const { wallSeconds, cpuSeconds, peakMB } = cost;
    return [
      ...[what, nameScan(size), String(workers), megasamples.toFixed(2)],
      ...[wallSeconds, cpuSeconds, peakMB].map(threeDigits),
    ];
  });
  const header = ["varied", "scan", "workers", "Msamples", "wall s", "CPU s", "peak MB"];
  return formatTable(header, rows);
}

/** How nearly cost lies on a straight line as one thing grows. */
function formatLines(steps: readonly Measured[]): string {
  const rows = ["matrix", "slices", "echoes"].map((what) => {
    const block = steps.filter((step) => step.what === what);
    const size = block.map(({ megasamples }) => megasamples);
    const cells = [
      fitLine(
        size,
        block.map(({ cost }) => cost.cpuSeconds),
      ),
      fitLine(
        size,
        block.map(({ cost }) => cost.peakMB),
      ),
    ].flatMap(({ start, slope, worst }) => [
      `${threeDigits(start)} + ${threeDigits(slope)} x`,
      `${(100 * worst).toFixed(0)} %`,
    ]);
    return [what, ...cells];
  });
  const header = ["varied", "CPU s, x in Msamples", "off by at most"];
  return formatTable([...header, "peak MB, x in Msamples", "off by at most"], rows);
}

/** The straight line of least squares through points, and the largest distance from it as a part of the value. */
function fitLine(
  x: readonly number[],
  y: readonly number[],
): { readonly start: number; readonly slope: number; readonly worst: number } {
  const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;
  const [mx, my] = [mean(x), mean(y)];
  const spread = mean(x.map((value) => (value - mx) ** 2));
  const slope = mean(x.map((value, i) => (value - mx) * (y[i]! - my))) / spread;
  const start = my - slope * mx;
  const worst = Math.max(...x.map((value, i) => Math.abs(start + slope * value - y[i]!) / y[i]!));
  return { start, slope, worst };
}

/** process-t1 and process-dwi against the conversion of the same files. */
async function compareOthers(): Promise<string> {
  const size = { matrix: 128, slices: 20 };
  const tables: string[] = [];
  for (const [program, kind, expected, count] of [
    ["process-t1", "inversion", /T1map\.nii\.gz$|report\.html$/, 5],
    ["process-dwi", "tensor", /(MD|FA|V1|tensor)\.nii\.gz$|report\.html$/, 7],
  ] as const) {
    const { folder } = await bundleProgram(program);
    const input = makeOtherScan(cache, kind, size);
    const own: Contestant = {
      name: program,
      command: (from, to) => [
        ...[process.execPath, join(folder, "main.mjs"), "--input", from, "--output", to],
      ],
      ...{ expected, count },
    };
    const converter =
      findProgram("dcm2niix", "-v") === undefined ? [] : [dcm2niix("dcm2niix -z y", "y", 1)];
    tables.push(
      `### ${program}: ${input.images} files (${size.matrix} x ${size.matrix} x ${size.slices})\n\n${compare([own, ...converter], input.folder)}`,
    );
  }
  return tables.join("\n\n");
}

async function main(): Promise<void> {
  mkdirSync(cache, { recursive: true });
  const { folder } = await bundleProgram("process-t2");
  const program = join(folder, "main.mjs");
  const input = makeExampleScan(cache, fullScan);
  const { slices, echoes } = fullScan;
  const converter = findProgram("dcm2niix", "-v");
  const pigz = findProgram("pigz", "--version");
  const contestants = [
    processT2(program, "process-t2 (defaults: Rician model)"),
    ...(converter === undefined
      ? []
      : [dcm2niix(`dcm2niix -z y (${pigz ?? "no pigz: internal"})`, "y", echoes)]),
    processT2(program, "process-t2 --model 2par", "--model", "2par"),
    ...(converter === undefined
      ? []
      : [dcm2niix("dcm2niix -z i (internal compressor)", "i", echoes)]),
  ];
  console.log(`## Whole run: ${slices * echoes} files (${nameScan(fullScan)})\n`);
  console.log(`${describeMachine()}; ${meterName}.`);
  console.log(
    converter === undefined
      ? "dcm2niix is not installed: no peer to compare with."
      : `Peer: dcm2niix, ${converter}.`,
  );
  console.log(`\n${compare(contestants, input)}\n`);
  console.log(
    `How to read it: medians of ${rounds} rounds in which all take turns, files in the page cache. process-t2 writes all maps, previews, DICOM and the report; dcm2niix converts the same files to one .nii.gz an echo. Below 1 in the last column is faster than the conversion.`,
  );
  console.log(`\n## Whole runs of the other programs\n\n${await compareOthers()}\n`);
  console.log(
    "How to read it: as above. process-dwi writes some 25 maps with their errors, the tensor, its direction in colour, and two DICOM series; process-t1 eight maps and one series.",
  );
  console.log("\n## Growth of process-t2 with the series (defaults)\n");
  const steps = measureSteps(program);
  console.log(`${formatSteps(steps)}\n\n${formatLines(steps)}\n`);
  console.log(
    "How to read it: single runs; each block varies one thing, and the lines below are fitted through it. What stands before the plus is start-up: Node, the program, its threads. A line that is off by little means linear growth.",
  );
}

await main();
