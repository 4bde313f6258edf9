import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { command } from "#containers/process-t1/command.ts";
import { fillFolder } from "#test/acceptance/launch.ts";
import { digestOf } from "#test/containers/process-t2/run-in-memory.ts";
import { positionOf } from "#test/phantom/dicom-images.ts";
import { encodeNiftiBytes } from "#test/phantom/nifti-bytes.ts";
import { columns, recoveryFiles, recoveryNifti, rows, slices, trueB1 } from "./recovery-scan.ts";
import { runInMemory } from "./run-in-memory.ts";

// An option that is declared and then forgotten is worse than none: each must change what comes out.

const base = mkdtempSync(join(tmpdir(), "t1-options-"));
const folderOf = (name: string) => join(base, name);
const b1 = join(base, "b1.nii");
const mask = join(base, "mask.nii");

beforeAll(() => {
  fillFolder(folderOf("sr"), recoveryFiles("sr"));
  fillFolder(folderOf("ir"), recoveryFiles("ir"));
  fillFolder(folderOf("parts"), { ...recoveryFiles("ir", "R"), ...recoveryFiles("ir", "I") });
  fillFolder(folderOf("vfa"), recoveryNifti("vfa"));
  fillFolder(
    folderOf("silent"),
    recoveryNifti("vfa", { sidecar: { FlipAngle: [2, 4, 8, 12, 18, 25] } }),
  );
  fillFolder(folderOf("bare"), recoveryNifti("sr", { sidecar: {} }));
  const second = recoveryFiles("sr", "M", {
    changes: (k, n) => ({
      "00080018": ["UI", `1.2.3.9.${k + 1}.${n + 1}`],
      "0020000E": ["UI", "1.2.3.9"],
      "00200011": ["IS", "9"],
    }),
  });
  const named = Object.entries(second).map(([name, bytes]) => [`second/${name}`, bytes] as const);
  fillFolder(folderOf("two"), { ...recoveryFiles("sr"), ...Object.fromEntries(named) });
  fillFolder(
    folderOf("legacy"),
    recoveryFiles("sr", "M", {
      writing: { implementationVersionName: "OFFIS_DCMTK_353" },
      changes: (k, n) => ({
        "00200052": ["UI", `1.2.3.${k + 1}.${n + 1}.6.15.18`],
        "00201041": ["DS", positionOf(1 - k)[2]!.toFixed(9)],
      }),
    }),
  );
  const shape = [columns, rows, slices];
  writeFileSync(b1, encodeNiftiBytes({ shape, type: "float32", value: (_, j) => trueB1(j) }));
  const inside = (i: number) => (i > 6 && i < 12 ? 1 : 0);
  writeFileSync(mask, encodeNiftiBytes({ shape, type: "int16", value: inside }));
});
afterAll(() => rmSync(base, { recursive: true, force: true }));

interface Case {
  /** Words of the command line that set the option to something else than its default. */
  readonly words: readonly string[];
  readonly on: string;
  /** Words of both runs. */
  readonly always?: readonly string[];
}

/** Options that the hallway obeys (shared/program), whatever the pipeline: test/shared/program/run-program.test.ts. */
type Hallway = "input" | "output" | "overwrite" | "workers" | "strict" | "log-format";

const cases: Record<Exclude<keyof typeof command.options, Hallway>, Case> = {
  series: { words: ["--series=9"], on: "two" },
  model: { words: ["--model=sr2par"], on: "sr" },
  "noise-model": { words: ["--noise-model=gaussian"], on: "ir" },
  "vfa-fit": { words: ["--vfa-fit=linear"], on: "vfa" },
  "look-locker": { words: ["--look-locker=on"], on: "ir" },
  "b1-map": { words: [`--b1-map=${b1}`], on: "vfa" },
  "min-t1": { words: ["--min-t1=1000"], on: "sr" },
  "max-t1": { words: ["--max-t1=1000"], on: "sr" },
  images: { words: ["--images=2-7"], on: "sr" },
  tr: { words: ["--tr=15"], on: "silent" },
  ti: { words: ["--ti=50,150,300,600,1000,1500,2500"], on: "bare" },
  fa: { words: ["--fa=2,4,8,12,18,25,30"], on: "bare", always: ["--tr=15"] },
  override: { words: ["--override=tr"], on: "vfa", always: ["--tr=30"] },
  noise: { words: ["--noise=55"], on: "sr" },
  "noise-threshold": { words: ["--noise-threshold=220"], on: "sr" },
  mask: { words: ["--mask=none"], on: "sr" },
  "mask-threshold": { words: ["--mask-threshold=0.7"], on: "sr", always: ["--mask=threshold"] },
  "min-rsquared": { words: ["--min-rsquared=0.9999"], on: "sr" },
  "max-error": { words: ["--max-error=0.01"], on: "sr" },
  outside: { words: ["--outside=zero"], on: "sr" },
  flagged: { words: ["--flagged=nan"], on: "sr", always: ["--max-t1=1000"] },
  dicom: { words: ["--dicom=none"], on: "sr" },
  "legacy-outputs": { words: ["--legacy-outputs"], on: "sr" },
  solver: {
    words: ["--solver=reference"],
    on: "sr",
    always: ["--model=sr2par", "--noise-model=gaussian"],
  },
  "accept-legacy-geometry": { words: ["--accept-legacy-geometry"], on: "legacy" },
};

/** What a run is worth apart from words: names of files and the content of its images, or its refusal. */
async function resultOf(folder: string, words: readonly string[]): Promise<object> {
  let files: ReadonlyMap<string, Uint8Array>;
  try {
    files = await runInMemory(folderOf(folder), ...words);
  } catch (error) {
    return { refused: (error as { code: string }).code };
  }
  const images = [...files].filter(([path]) => /\.nii(\.gz)?$/.test(path));
  return {
    paths: [...files.keys()].sort(),
    images: images.map(([path, bytes]) => [path, digestOf(bytes)]).sort(),
  };
}

describe("changing an option changes the result:", () => {
  test.each(Object.entries(cases))("--%s", async (_, { words, on, always = [] }) => {
    const changed = await resultOf(on, [...always, ...words]);
    expect(changed).not.toHaveProperty("refused");
    expect(changed).not.toEqual(await resultOf(on, always));
  });

  test.each([
    ["model", "sr", ["sr2par", "sr3par"]],
    ["model", "parts", ["ir-complex", "ir-real"]],
    ["vfa-fit", "vfa", ["nonlinear", "linear"]],
    ["mask", "vfa", ["threshold", "none", mask]],
    ["noise", "ir", ["auto", "none", "40"]],
  ] as const)("every value of --%s is another result (%s)", async (name, on, words) => {
    const results = [];
    for (const value of words)
      results.push(JSON.stringify(await resultOf(on, [`--${name}=${value}`])));
    expect(results.filter((result) => result.includes("refused"))).toEqual([]);
    expect(new Set(results).size).toBe(words.length);
  });
});

test("no option is without such a test", () => {
  const hallway: readonly Hallway[] = [
    "input",
    "output",
    "overwrite",
    "workers",
    "strict",
    "log-format",
  ];
  expect([...Object.keys(cases), ...hallway].sort()).toEqual(Object.keys(command.options).sort());
});
