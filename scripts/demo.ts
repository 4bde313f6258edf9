import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { type ScanPlan, sessionPlan } from "#shared/phantom/scan-plan.ts";
import type { DemoRun } from "#shared/report/index-content.ts";
import { renderIndex } from "#shared/report/index-page.ts";
import type { Verdict } from "#shared/report/report-content.ts";
import { compareWithTruth, findFile, truthOf } from "./compare-with-truth.ts";
import { type DemoJob, demoJobs } from "./demo-jobs.ts";
import { regionJobs } from "./region-jobs.ts";
import { runConversion } from "./run-conversion.ts";
import { runRegionJob } from "./run-region-job.ts";

// `make demo`: makes the digital mouse, runs every program that exists on it, and sets truth against result.

const root = fileURLToPath(new URL("../", import.meta.url));

function main(): void {
  const demo = resolve(process.argv[2] ?? "demo");
  clear(demo);
  run("sample-data", "--output", join(demo, "mouse"));
  run("sample-data", "--stimulated-echoes", "--output", join(demo, "mouse-stimulated-echoes"));
  const jobs = demoJobs.filter(({ title, program }) => exists(title, program));
  const conversion = runConversion(demo, join(demo, "mouse"), join(demo, "mri2dicom"), run);
  const places = { demo, converted: conversion.session };
  const mapRuns = jobs.map((job, index) => runJob(places, job, folderOf(index, job.program)));
  const regionRuns = runRegions(demo, jobs, mapRuns[0]?.version ?? "");
  const runs = [conversion.run, ...mapRuns, ...regionRuns];
  const page = join(demo, "index.html");
  writeFileSync(
    page,
    renderIndex({
      title: "Digital mouse: truth against result",
      introduction: [
        "A mouse that never lived: kidneys, tumour, muscle and vials with known relaxation, diffusion and perfusion, scanned with Rician noise on oblique slices of oblong pixels, and stored as raw data of ParaVision and as XNAT stores a session.",
        "First the raw data became DICOM. Each program below then ran as it runs in XNAT, with nothing but the images (and a B1 map where it says so): on the converted ones wherever the scan is among the raw data. Regions drawn on some of the scans, stored as the XNAT viewer and other software store them, were then measured on the maps. The tables set what it found against what is true.",
      ],
      runs,
    }),
  );
  const regions = runs.flatMap(({ input, comparisons }) =>
    comparisons.flatMap(({ name, criterion, regions }) =>
      regions.map((region) => ({ ...region, name, criterion, input })),
    ),
  );
  const outside = regions.filter(({ within }) => !within);
  for (const { input, name, region, mean, trueValue, criterion } of outside) {
    console.log(
      `${input}: ${name} of ${region} is ${mean}, true is ${trueValue}; asked: ${criterion}`,
    );
  }
  console.log(
    `\n${regions.length - outside.length} of ${regions.length} regions are as near to the truth as asked. Open:\n${page}`,
  );
}

function runRegions(demo: string, jobs: readonly DemoJob[], version: string): DemoRun[] {
  const mouse = join(demo, "mouse");
  const session = findFolder(join(mouse, "SAMPLE/arc001"));
  const runOf = (title: string) => {
    const place = jobs.findIndex((job) => job.title === title);
    const job = jobs[place];
    if (job === undefined) throw new Error(`no run is called ${title}`);
    return { output: join(demo, folderOf(place, job.program)), scan: planOf(job).number };
  };
  return regionJobs
    .filter(({ title }) => exists(title, "mask-average"))
    .map((job, index) => {
      const output = join(demo, folderOf(jobs.length + index, "mask-average"));
      return runRegionJob(job, { demo, mouse, session, output, version, runOf }, run);
    });
}

function exists(title: string, program: string): boolean {
  const found = existsSync(join(root, "containers", program, "main.ts"));
  if (!found) console.log(`\n${title} is left out: there is no ${program}.`);
  return found;
}

function folderOf(index: number, program: string): string {
  return `${index + 1}-${program}`;
}

function planOf(job: DemoJob): ScanPlan {
  const plan = sessionPlan().find(({ protocol }) => protocol === job.protocol);
  if (plan === undefined) throw new Error(`the session has no ${job.protocol}`);
  return plan;
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

/** Where the demo is, and the session that mri2dicom wrote in it. */
interface Places {
  readonly demo: string;
  readonly converted: string;
}

function runJob({ demo, converted }: Places, job: DemoJob, folder: string): DemoRun {
  const plan = planOf(job);
  const input = job.converted
    ? join(converted, `${plan.number}_1`)
    : join(findFolder(join(demo, job.mouse, "SAMPLE/arc001")), "SCANS", String(plan.number));
  const output = join(demo, folder);
  run(
    job.program,
    "--input",
    input,
    "--output",
    output,
    ...job.options.map((option) => option.replace("{mouse}", join(demo, job.mouse))),
  );
  const summary = JSON.parse(readFileSync(join(output, "report/summary.json"), "utf8")) as {
    program: { version: string };
    verdict: Verdict["level"];
    reasons: string[];
    model: { equation: string; variant: string };
    noise: { sigma: number | null };
  };
  const previews = join(output, "maps/previews");
  return {
    title: job.title,
    program: job.program,
    version: summary.program.version,
    input: `${job.protocol}: ${job.words}`,
    verdict: { level: summary.verdict, reasons: summary.reasons },
    reportPath: relative(demo, join(output, "report/report.html")),
    preview: readFileSync(join(previews, findFile(previews, `_${job.quantities[0]!.map}.png`))),
    facts: [
      {
        label: "Images",
        value: job.converted ? "converted from raw data" : "DICOM of the session",
      },
      ...(job.options.length > 0
        ? [{ label: "Options", value: job.options.join(" ").replace("{mouse}", job.mouse) }]
        : []),
      { label: "Model", value: summary.model.variant },
      {
        label: "Noise",
        value: summary.noise.sigma === null ? "unknown" : `${summary.noise.sigma.toFixed(1)} a.u.`,
      },
    ],
    comparisons: job.quantities.map((quantity) =>
      compareWithTruth(truthOf(join(demo, job.mouse), plan.number), join(output, "maps"), quantity),
    ),
  };
}

function findFolder(parent: string): string {
  const name = readdirSync(parent)[0];
  if (name === undefined) throw new Error(`${parent} is empty`);
  return join(parent, name);
}

main();
