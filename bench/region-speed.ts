import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { availableParallelism, loadavg } from "node:os";
import { join } from "node:path";
import { root } from "../scripts/bundle.ts";
import { makeExampleRegions, type RegionSize } from "./example-regions.ts";
import { findPython } from "./find-python.ts";
import { formatTable, threeDigits } from "./format-table.ts";
import { type Cost, findProgram, measureCommand, medianCost } from "./measure.ts";

// Contours to masks, from files to files: ours against plastimatch and the PyPI package dcmrtstruct2nii; and how memory grows with
// the number of regions.

const cache = join(root, "build/bench");
const size: RegionSize = { matrix: 512, slices: 60, regions: 50, points: 200 };
const rounds = 3;
const here = import.meta.dirname;

/** Something that makes a mask file of every region. */
interface Contestant {
  readonly name: string;
  readonly command: (structures: string, images: string, output: string) => readonly string[];
  /** How its output tells the processor milliseconds its rasterizer alone took, if it does. */
  readonly rasterizing?: RegExp;
}

function ourRun(name: string, ...words: readonly string[]): Contestant {
  const program = join(here, "rasterize-regions.ts");
  return {
    name,
    command: (...paths) => [process.execPath, program, ...paths, ...words],
    rasterizing: /"rasterizingMs":([\d.]+)/,
  };
}

const masks = ourRun("ours (masks)", "masks");
const ours = ourRun("ours (masks and covered shares)");

function findPeers(): readonly Contestant[] {
  const peers: Contestant[] = [];
  if (findProgram("plastimatch", "--version") !== undefined) {
    peers.push({
      name: "plastimatch (masks)",
      command: (structures, images, output) => [
        ...["plastimatch", "convert", "--input", structures, "--referenced-ct", images],
        ...["--output-prefix", output, "--prefix-format", "nrrd"],
      ],
    });
  }
  const python = findPython("dcmrtstruct2nii", "pydicom");
  if (python !== undefined) {
    peers.push({
      name: "dcmrtstruct2nii (masks)",
      command: (...paths) => [python, join(here, "rasterize_dcmrtstruct2nii.py"), ...paths],
      rasterizing: /rasterizing ([\d.]+)/,
    });
  }
  return peers;
}

/** One run, and the processor milliseconds of its rasterizer alone, NaN where it does not tell. */
function runOnce(
  { name, command, rasterizing }: Contestant,
  wanted: RegionSize,
): { readonly cost: Cost; readonly rasterizingMs: number } {
  const { structures, images } = makeExampleRegions(cache, wanted);
  const output = mkdtempSync(join(cache, "output-"));
  try {
    const cost = measureCommand(command(structures, images, output));
    const made = readdirSync(output).length;
    if (made !== wanted.regions) throw new Error(`${name} made ${made} masks`);
    const told = rasterizing?.exec(cost.stdout)?.[1];
    return { cost, rasterizingMs: Number(told ?? Number.NaN) };
  } finally {
    rmSync(output, { recursive: true, force: true });
  }
}

function main(): void {
  mkdirSync(cache, { recursive: true });
  const { matrix, slices, regions, points } = size;
  const contestants = [masks, ours, ...findPeers()];
  makeExampleRegions(cache, size);
  const runs = contestants.map((): ReturnType<typeof runOnce>[] => []);
  // In turns, so that a slow minute slows all of them.
  for (let round = 0; round < rounds; round++) {
    for (const [n, contestant] of contestants.entries()) runs[n]!.push(runOnce(contestant, size));
  }
  const median = (values: readonly number[]) =>
    values.toSorted((a, b) => a - b)[(values.length - 1) >> 1]!;
  const results = runs.map((all) => ({
    ...medianCost(all.map(({ cost }) => cost)),
    rasterizing: median(all.map(({ rasterizingMs }) => rasterizingMs / 1000)),
  }));
  const base = results[0]!;
  console.log(
    `## Regions: ${regions} with ${slices} contours of ${points} points on ${matrix} x ${matrix} x ${slices}\n`,
  );
  const rows = results.map((cost, n) => [
    contestants[n]!.name,
    ...[cost.wallSeconds, cost.wallSeconds / base.wallSeconds, cost.cpuSeconds].map(threeDigits),
    ...[cost.peakMB, cost.rasterizing, cost.rasterizing / base.rasterizing].map(threeDigits),
  ]);
  const header = ["files to files", "wall s", "over ours", "CPU s", "peak MB"];
  console.log(formatTable([...header, "rasterizing, CPU s", "over ours"], rows));
  const missing = ["plastimatch", "dcmrtstruct2nii"].filter(
    (peer) => !contestants.some(({ name }) => name.startsWith(peer)),
  );
  if (missing.length > 0) console.log(`\nNot installed, left out: ${missing.join(", ")}.`);
  const growth = [5, 20, 50, 100].map((count) => {
    const wanted = { ...size, regions: count };
    const megabytes = statSync(makeExampleRegions(cache, wanted).structures).size / 1e6;
    const { wallSeconds, cpuSeconds, peakMB } = runOnce(ours, wanted).cost;
    return [`${count}`, ...[megabytes, wallSeconds, cpuSeconds, peakMB].map(threeDigits)];
  });
  const growthHeader = ["regions", "structure set MB", "wall s", "CPU s", "peak MB"];
  console.log(`\n${formatTable(growthHeader, growth)}`);
  console.log(
    "\nHow to read it: medians in turns. All read the structure set and write a packed mask of every region; the peers read the pixels of the images too, ours their headers. Over ours: over our masks.",
  );
  console.log(
    `Load of the machine at the end (mean of a minute): ${loadavg()[0]!.toFixed(1)}; ${availableParallelism()} cores.`,
  );
}

main();
