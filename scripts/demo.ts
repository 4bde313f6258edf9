import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { sessionPlan } from "#shared/phantom/scan-plan.ts";
import type { DemoRun, RegionComparison, TruthComparison } from "#shared/report/index-content.ts";
import { renderIndex } from "#shared/report/index-page.ts";
import type { Verdict } from "#shared/report/report-content.ts";
import { readSingleImage } from "./read-single-image.ts";

// `make demo`: makes the digital mouse, runs every program that exists on it, and sets truth against result.

/** A region's mean must lie this near to the truth. */
const allowedPercent = 3;

/** A run of the demo: which program, on which scan, and which quantity of the truth it measures. */
interface Job {
  readonly program: string;
  readonly mouse: "mouse" | "mouse-stimulated-echoes";
  readonly protocol: string;
  readonly words: string;
  readonly options: readonly string[];
  /** Suffix of the map and of the truth, and the name of the value in truth.json. */
  readonly map: "T2map" | "T2starmap";
  readonly quantity: "T2" | "T2star";
  readonly label: string;
}

const jobs: readonly Job[] = [
  {
    program: "process-t2",
    mouse: "mouse",
    protocol: "T2_map_MSME",
    words: "16 spin echoes of the abdomen, and four vials",
    options: [],
    map: "T2map",
    quantity: "T2",
    label: "T2",
  },
  {
    program: "process-t2",
    mouse: "mouse",
    protocol: "T2star_map_MGE",
    words: "gradient echoes of the same slices",
    options: [],
    map: "T2starmap",
    quantity: "T2star",
    label: "T2*",
  },
  {
    program: "process-t2",
    mouse: "mouse-stimulated-echoes",
    protocol: "T2_map_MSME",
    words:
      "the same T2 scan with imperfect refocusing, fitted by the extended phase graph (--model epg)",
    options: ["--model", "epg"],
    map: "T2map",
    quantity: "T2",
    label: "T2",
  },
];

interface TrueRegion {
  readonly label: number;
  readonly name: string;
  readonly T2: number;
  readonly T2star: number;
}

const root = fileURLToPath(new URL("../", import.meta.url));

function main(): void {
  const demo = resolve(process.argv[2] ?? "demo");
  clear(demo);
  run("sample-data", "--output", join(demo, "mouse"));
  run("sample-data", "--stimulated-echoes", "--output", join(demo, "mouse-stimulated-echoes"));
  const runs = jobs.map((job, index) => runJob(demo, job, `${index + 1}-${job.program}`));
  const page = join(demo, "index.html");
  writeFileSync(
    page,
    renderIndex({
      title: "Digital mouse: truth against result",
      introduction: [
        "A mouse that never lived: kidneys, tumour, muscle and vials with known relaxation times, scanned with Rician noise on oblique slices of oblong pixels, and stored as XNAT stores a session.",
        "Each program below ran on it as it runs in XNAT, with nothing but the images. The tables set what it found against what is true.",
      ],
      runs,
    }),
  );
  const outside = runs
    .flatMap(({ comparisons }) => comparisons.flatMap(({ regions }) => regions))
    .filter(({ within }) => !within);
  console.log(
    `\n${outside.length === 0 ? "Every region" : `All but ${outside.length} regions`} within ${allowedPercent} % of the truth. Open:\n${page}`,
  );
}

/** Empties a folder that an earlier demo made; any other folder that holds files is left alone. */
function clear(demo: string): void {
  const marker = join(demo, ".made-by-make-demo");
  if (existsSync(demo) && readdirSync(demo).length > 0 && !existsSync(marker)) {
    console.error(
      `E-OUTPUT-NOT-EMPTY: ${demo} holds files that no demo made. Give another folder: make demo DEMO=folder`,
    );
    process.exit(2);
  }
  rmSync(demo, { recursive: true, force: true });
  mkdirSync(demo, { recursive: true });
  writeFileSync(marker, "");
}

function run(program: string, ...options: readonly string[]): void {
  console.log(`\n./xnat-pic ${program} ${options.join(" ")}`);
  execFileSync(join(root, "xnat-pic"), [program, ...options], {
    stdio: ["ignore", "inherit", "inherit"],
  });
}

function runJob(demo: string, job: Job, folder: string): DemoRun {
  const plan = sessionPlan().find(({ protocol }) => protocol === job.protocol);
  if (plan === undefined) throw new Error(`the session has no ${job.protocol}`);
  const session = findFolder(join(demo, job.mouse, "SAMPLE/arc001"));
  const output = join(demo, folder);
  run(
    job.program,
    "--input",
    join(session, "SCANS", String(plan.number)),
    "--output",
    output,
    ...job.options,
  );
  const summary = JSON.parse(readFileSync(join(output, "report/summary.json"), "utf8")) as {
    program: { version: string };
    verdict: Verdict["level"];
    reasons: string[];
    model: { equation: string; variant: string };
    noise: { sigma: number | null };
  };
  return {
    program: job.program,
    version: summary.program.version,
    input: `${job.protocol}: ${job.words}`,
    verdict: { level: summary.verdict, reasons: summary.reasons },
    reportPath: relative(demo, join(output, "report/report.html")),
    preview: readFileSync(
      join(output, "maps/previews", findFile(join(output, "maps/previews"), job.map)),
    ),
    facts: [
      { label: "Model", value: `${summary.model.equation}, ${summary.model.variant}` },
      {
        label: "Noise",
        value: summary.noise.sigma === null ? "unknown" : `${summary.noise.sigma.toFixed(1)} a.u.`,
      },
    ],
    comparisons: [compare(join(demo, job.mouse, "truth"), join(output, "maps"), job)],
  };
}

/** Truth against result, region by region; both lie on the same voxels. */
function compare(truthFolder: string, maps: string, job: Job): TruthComparison {
  const truth = readSingleImage(join(truthFolder, `${job.map}.nii`));
  const labels = readSingleImage(join(truthFolder, "dseg.nii"));
  const found = readSingleImage(join(maps, `${findFile(maps, `${job.map}.nii.gz`)}`));
  const errors = readSingleImage(join(maps, findFile(maps, `desc-stderr_${job.map}.nii.gz`)));
  found.grid.affineLps.forEach((value, index) => {
    if (Math.abs(value - truth.grid.affineLps[index]!) > 1e-4)
      throw new Error(`${job.map} lies elsewhere than the truth`);
  });
  const { regions } = JSON.parse(readFileSync(join(truthFolder, "truth.json"), "utf8")) as {
    regions: TrueRegion[];
  };
  const ms = (seconds: Float64Array): Float32Array =>
    Float32Array.from(seconds, (value) => 1000 * value);
  const [trueMs, foundMs, errorMs] = [ms(truth.samples), ms(found.samples), ms(errors.samples)];
  return {
    name: job.label,
    unit: "ms",
    criterion: `mean within ${allowedPercent} % of the truth`,
    regions: regions.map((region) =>
      compareRegion(region, region[job.quantity], labels.samples, foundMs, errorMs),
    ),
    maps: {
      grid: truth.grid,
      slice: Math.floor(truth.grid.shape[2] / 2),
      truth: trueMs,
      result: foundMs,
    },
  };
}

function compareRegion(
  region: TrueRegion,
  trueValue: number,
  labels: Float64Array,
  found: Float32Array,
  errors: Float32Array,
): RegionComparison {
  let [n, missing, sum, squares, errorSum] = [0, 0, 0, 0, 0];
  for (let v = 0; v < labels.length; v++) {
    if (labels[v] !== region.label) continue;
    const value = found[v]!;
    if (Number.isFinite(value)) {
      n++;
      sum += value;
      squares += value * value;
      errorSum += errors[v]!;
    } else missing++;
  }
  const mean = sum / n;
  return {
    region: region.name,
    trueValue,
    mean,
    standardDeviation: Math.sqrt(Math.max(0, squares / n - mean * mean)),
    standardError: errorSum / n,
    voxels: n,
    missing,
    within: Math.abs(mean / trueValue - 1) <= allowedPercent / 100,
  };
}

function findFolder(parent: string): string {
  const name = readdirSync(parent)[0];
  if (name === undefined) throw new Error(`${parent} is empty`);
  return join(parent, name);
}

/** The file of a folder whose name has this part, and no `desc-` unless the part has one. */
function findFile(folder: string, part: string): string {
  const found = readdirSync(folder).find(
    (name) => name.includes(part) && (part.includes("desc-") || !name.includes("desc-")),
  );
  if (found === undefined) throw new Error(`${folder} has no ${part}`);
  return found;
}

main();
