import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { encodeNiftiBytes } from "#test/phantom/nifti-bytes.ts";
import {
  type Ended,
  expectRefusal,
  expectSuccess,
  fillFolder,
  fingerprint,
  launchProgram,
  newFolder,
} from "./launch.ts";
import { niftiFiles, scanFiles } from "./small-scan.ts";
import { soundScans } from "./sound-scans.ts";

// Options that are wrong, contradict each other, or ask for what the images cannot give.

const base = newFolder();
const scan = join(base, "scan");
const gradient = join(base, "gradient");
const silent = join(base, "silent");
const nifti = join(base, "nifti");
const masks = join(base, "masks");

beforeAll(() => {
  fillFolder(scan, scanFiles());
  fillFolder(gradient, scanFiles({ changes: () => ({ "00180020": ["CS", "GR"] }) }));
  const echoNumber = (_: number, e: number) =>
    ({ "00180081": undefined, "00180086": ["IS", String(e + 1)] }) as const;
  fillFolder(silent, scanFiles({ changes: echoNumber }));
  fillFolder(nifti, niftiFiles());
  const mask = (shape: readonly number[], value: () => number) =>
    encodeNiftiBytes({ shape, type: "int16", value });
  fillFolder(masks, {
    "other-grid.nii": mask([10, 12, 3], () => 1),
    "other-place.nii": mask([20, 12, 3], () => 1),
    "text.nii": Buffer.from("one, one, zero".repeat(100)),
    "cut.nii": mask([20, 12, 3], () => 1).subarray(0, 500),
  });
  mkdirSync(join(masks, "folder.nii"));
  // On the voxels of the NIfTI scan, whose axes are simple.
  writeFileSync(
    join(masks, "zero.nii"),
    mask([20, 12, 3], () => 0),
  );
});
afterAll(() => rmSync(base, { recursive: true, force: true }));

let runs = 0;
async function runOn(program: string, input: string, options: readonly string[]): Promise<Ended> {
  const before = fingerprint(input);
  const output = join(base, `out-${++runs}`);
  const run = await launchProgram(program, input, options, { output });
  expect(fingerprint(input)).toBe(before);
  return run;
}

type Row = readonly [options: string, exitCode: 2 | 3, code: string, says: RegExp, input?: string];

/** What the parser of every program refuses. */
const usage: readonly Row[] = [
  ["--zzz", 2, "E-OPTION-UNKNOWN", /--help/],
  ["scan7", 2, "E-ARGUMENT", /scan7 belongs to no option/],
  ["--model", 2, "E-OPTION-VALUE-MISSING", /--model needs a value/],
  ["--model --strict", 2, "E-OPTION-VALUE-MISSING", /which is an option/],
  ["--model=auto --model=auto", 2, "E-OPTION-REPEATED", /given twice/],
  ["--model=4par", 2, "E-OPTION", /--model must be .*got 4par/],
  ["--mask-threshold=1.5", 2, "E-OPTION", /from 0 to 1|at most 1/],
  ["--max-error=0", 2, "E-OPTION", /--max-error must be above 0/],
  ["--noise=loud", 2, "E-OPTION", /--noise/],
  ["--noise-threshold=1e999", 2, "E-OPTION", /--noise-threshold .*got 1e999/],
];

/** What the options of each program refuse. */
const usageOf: Readonly<Record<string, readonly Row[]>> = {
  "process-t2": [
    ["--max-t3 5", 2, "E-OPTION-UNKNOWN", /no option --max-t3\. Did you mean --max-t2\?/],
    ["--max-t2=-5", 2, "E-OPTION", /--max-t2 must be above 0 ms, got -5/],
    ["--max-t2=five", 2, "E-OPTION", /--max-t2 .*got five/],
    ["--drop-first-echoes=1.5", 2, "E-OPTION", /whole number/],
    ["--drop-first-echoes=-1", 2, "E-OPTION", /at least 0/],
    ["--echoes=8-1", 2, "E-OPTION", /--echoes/],
    ["--echoes=0-3", 2, "E-OPTION", /--echoes/],
    ["--echoes=1-999999999", 2, "E-OPTION", /--echoes/],
  ],
  "process-t1": [
    ["--max-t2 5", 2, "E-OPTION-UNKNOWN", /no option --max-t2\. Did you mean --max-t1\?/],
    ["--min-t1=-5", 2, "E-OPTION", /--min-t1 must be above 0 ms, got -5/],
    ["--images=8-1", 2, "E-OPTION", /--images/],
    ["--tr=1,two", 2, "E-OPTION", /--tr .*two/],
    ["--fa=-5,10", 2, "E-OPTION", /--fa/],
    ["--override=te", 2, "E-OPTION", /--override must be/],
  ],
  "process-dwi": [
    ["--bval 5", 2, "E-OPTION-UNKNOWN", /no option --bval\. Did you mean --bvals\?/],
    ["--bmin=-1", 2, "E-OPTION", /--bmin must be at least 0 s\/mm², got -1/],
    ["--bmax=0", 2, "E-OPTION", /--bmax must be above 0 s\/mm²/],
    ["--bvals=0,-1000", 2, "E-OPTION", /--bvals/],
    ["--ivim-threshold=x", 2, "E-OPTION", /--ivim-threshold .*got x/],
    ["--fit=best", 2, "E-OPTION", /--fit must be .*got best/],
  ],
};

/** What options and images of process-t2 contradict. */
const contradictions: readonly Row[] = [
  [`--mask=${masks}/zero.nii`, 3, "E-MASK-EMPTY", /no voxel inside/, nifti],
  ["--min-t2=90 --max-t2=80", 2, "E-FIT-LIMITS", /between 90 ms and 80 ms.*--min-t2, --max-t2/],
  [
    "--model=epg --quantity=t2star",
    2,
    "E-MODEL",
    /--model epg describes spin echoes.*--quantity t2/,
  ],
  ["--model=epg", 2, "E-MODEL", /T2\* scan.*gradient echoes/, gradient],
  ["--model=rician --noise=none", 2, "E-MODEL", /needs the noise.*--noise NUMBER/],
  [
    "--te=10,20.4,31.7,40.1,50.5,60.9,70.1,81.3 --override=te --model=epg",
    ...([2, "E-FIT-LIMITS", /10 ms is no multiple of the echo spacing 8\.4\d* ms/] as const),
  ],
  ["--drop-first-echoes=7", 2, "E-ECHOES", /leave 1 of 8 echoes/],
  ["--drop-first-echoes=99", 2, "E-ECHOES", /leave 0 of 8 echoes/],
  ["--echoes=1-9", 2, "E-ECHOES", /names echo 9, but the scan has 8.*1 to 8/],
  ["--even-echoes --echoes=1,3,5", 2, "E-ECHOES", /leave 0 of 8/],
  ["--model=3par --echoes=1-2", 3, "E-FEW", /3-parameter fit needs at least 3 echo times; 2 found/],
  ["--te=10,20,30", 2, "E-TE-COUNT", /has 3 values, the images have 8/],
  [
    "--te=10,20,30,40,50,60,70,99",
    3,
    "E-TE-MISMATCH",
    /99 ms where the images say 80 ms.*--override te/,
  ],
  ["--te=80,70,60,50,40,30,20,10", 2, "E-TE-VALUES", /ascending/],
  ["--te=10,20,30", 2, "E-TE-COUNT", /3 echo times, but echoes holds 4 images/, nifti],
  ["--te=11,22,33,44", 3, "E-TE-MISMATCH", /they disagree.*--override te/, nifti],
  ["--series=7", 2, "E-SERIES", /no such series/],
  ["--series=nothing", 2, "E-SERIES", /--series nothing: .* holds echoes\.nii/, nifti],
];

const maskRows: readonly Row[] = [
  [`--mask=${masks}/absent.nii`, 2, "E-MASK-FILE", /absent\.nii: there is no such file/],
  [`--mask=${masks}/folder.nii`, 2, "E-MASK-FILE", /folder\.nii: this is a folder/],
  [`--mask=${masks}/text.nii`, 3, "E-NOT-NIFTI", /text\.nii/],
  [`--mask=${masks}/cut.nii`, 3, "E-TRUNCATED", /cut\.nii/],
  [`--mask=${masks}/other-grid.nii`, 3, "E-MASK-GRID", /10 x 12 x 3.*20 x 12 x 3/],
  [`--mask=${masks}/other-place.nii`, 3, "E-MASK-GRID", /does not lie on the voxels/],
  [
    "--mask=maybe",
    2,
    "E-MASK-FILE",
    /--mask maybe: there is no such file.*auto, threshold or none/,
  ],
];

describe.each(soundScans)("$program refuses", ({ program, describe: describeSound }) => {
  const own = join(base, program);
  beforeAll(() => {
    fillFolder(own, scanFiles(describeSound()));
  });
  const contradicted = program === "process-t2" ? contradictions : [];
  const rows = [...usage, ...usageOf[program]!, ...maskRows, ...contradicted];
  const cases = rows.map(([options, exitCode, code, says, input = own]) => ({
    ...{ options, exitCode, code, says, input },
  }));
  test.concurrent.each(cases)("$options", async ({ options, input, ...refusal }) => {
    expectRefusal(await runOn(program, input, options.split(" ")), refusal);
  });
});

describe("echo times given by the user", () => {
  test.concurrent("win with --override", async () => {
    const te = "20,40,60,80,100,120,140,160";
    const run = await runOn("process-t2", scan, [
      `--te=${te}`,
      "--override=te",
      "--model=2par",
      "--dicom=none",
    ]);
    expectSuccess(run);
    expect(run.stdout).toMatch(/"median":90\.\d+/);
  });

  test.concurrent("stand in where the images number their echoes and say no times", async () => {
    const te = "10,20,30,40,50,60,70,80";
    const run = await runOn("process-t2", silent, [`--te=${te}`, "--model=2par", "--dicom=none"]);
    expectSuccess(run);
    expect(run.stdout).toMatch(/"median":4[45]\.\d+/);
  });

  test.concurrent("stand in for a sidecar", async () => {
    const alone = fillFolder(join(base, "alone"), { "e.nii": niftiFiles()["echoes.nii"]! });
    const run = await runOn("process-t2", alone, [
      "--te=10,20,30,40",
      "--model=2par",
      "--dicom=none",
    ]);
    expectSuccess(run);
    expect(run.stdout).toMatch(/"median":4[45]\.\d+/);
  });
});
