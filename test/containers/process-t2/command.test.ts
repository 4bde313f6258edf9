import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { command } from "#containers/process-t2/command.ts";
import { fillFolder } from "#test/acceptance/launch.ts";
import { scanFiles } from "#test/acceptance/small-scan.ts";
import { positionOf } from "#test/phantom/dicom-images.ts";
import { noisyScan } from "./noisy-scan.ts";
import { digestOf, runInMemory } from "./run-in-memory.ts";

// An option that is declared and then forgotten is worse than none: each must change what comes out.

const base = mkdtempSync(join(tmpdir(), "options-"));
const folders = {
  scan: join(base, "scan"),
  two: join(base, "two"),
  silent: join(base, "silent"),
  legacy: join(base, "legacy"),
};
const mask = join(base, "mask.nii.gz");

beforeAll(async () => {
  const scan = noisyScan();
  fillFolder(folders.scan, scanFiles(scan));
  fillFolder(folders.two, scanFiles(scan));
  fillFolder(
    join(folders.two, "second"),
    scanFiles({
      ...scan,
      s0: 3000,
      changes: (k, e) => ({
        "00080018": ["UI", `1.2.3.9.${k + 1}.${e + 1}`],
        "0020000E": ["UI", "1.2.3.9"],
        "00200011": ["IS", "9"],
        "00180081": ["DS", String(12 * (e + 1))],
      }),
    }),
  );
  const echoNumber = (_: number, e: number) =>
    ({ "00180081": undefined, "00180086": ["IS", String(e + 1)] }) as const;
  fillFolder(folders.silent, scanFiles({ ...scan, changes: echoNumber }));
  fillFolder(
    folders.legacy,
    scanFiles({
      ...scan,
      writing: { implementationVersionName: "OFFIS_DCMTK_353" },
      changes: (k, e) => ({
        "00200052": ["UI", `1.2.3.${k + 1}.${e + 1}.6.15.18`],
        "00201041": ["DS", positionOf(1 - k)[2]!.toFixed(9)],
      }),
    }),
  );
  const fitted = await runInMemory(folders.scan, "--dicom", "none");
  const path = [...fitted.keys()].find((name) => name.endsWith("_desc-fit_mask.nii.gz"))!;
  writeFileSync(mask, fitted.get(path)!);
});
afterAll(() => rmSync(base, { recursive: true, force: true }));

interface Case {
  /** Words of the command line that set the option to something else than its default. */
  readonly words: readonly string[];
  readonly on?: keyof typeof folders;
  /** Words of both runs. */
  readonly always?: readonly string[];
}

/** Options that the hallway obeys (shared/program), whatever the pipeline: test/shared/program/run-program.test.ts. */
type Hallway = "input" | "output" | "overwrite" | "workers" | "strict" | "log-format";

const cases: Record<Exclude<keyof typeof command.options, Hallway>, Case> = {
  series: { words: ["--series=9"], on: "two", always: [] },
  quantity: { words: ["--quantity=t2star"] },
  model: { words: ["--model=3par"] },
  "min-t2": { words: ["--min-t2=30"] },
  "max-t2": { words: ["--max-t2=60"] },
  "drop-first-echoes": { words: ["--drop-first-echoes=1"] },
  "even-echoes": { words: ["--even-echoes"] },
  echoes: { words: ["--echoes=1-6,8"] },
  te: { words: ["--te=5,10,15,20,25,30,35,40,45,50"], on: "silent" },
  override: {
    words: ["--override=te"],
    always: ["--te=5,10,15,20,25,30,35,40,45,50"],
  },
  t1: { words: ["--t1=300"], always: ["--model=epg"] },
  noise: { words: ["--noise=55"] },
  "noise-threshold": { words: ["--noise-threshold=8"] },
  mask: { words: ["--mask=none"] },
  "mask-threshold": { words: ["--mask-threshold=0.4"], always: ["--mask=threshold"] },
  "min-rsquared": { words: ["--min-rsquared=0.99"] },
  "max-error": { words: ["--max-error=0.02"] },
  outside: { words: ["--outside=zero"] },
  flagged: { words: ["--flagged=nan"], always: ["--max-t2=60"] },
  dicom: { words: ["--dicom=none"] },
  "legacy-outputs": { words: ["--legacy-outputs"] },
  solver: { words: ["--solver=reference"], always: ["--echoes=1-4"] },
  "accept-legacy-geometry": { words: ["--accept-legacy-geometry"], on: "legacy" },
};

/** What a run is worth apart from words: names of files and the content of its images, or its refusal. */
async function resultOf(folder: string, words: readonly string[]): Promise<object> {
  let files: ReadonlyMap<string, Uint8Array>;
  try {
    files = await runInMemory(folder, ...words);
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
  test.each(Object.entries(cases))("--%s", async (_, { words, on = "scan", always = [] }) => {
    const changed = await resultOf(folders[on], [...always, ...words]);
    expect(changed).not.toHaveProperty("refused");
    expect(changed).not.toEqual(await resultOf(folders[on], always));
  });

  const choices = [
    ...["2par", "3par", "rician", "epg"].map((value) => ["model", value] as const),
    ...["auto", "threshold", "none"].map((value) => ["mask", value] as const),
    ...["derived", "pm", "both", "none"].map((value) => ["dicom", value] as const),
    ...["auto", "none", "40"].map((value) => ["noise", value] as const),
  ];
  test.each(["model", "mask", "dicom", "noise"])(
    "every value of --%s is another result",
    async (name) => {
      const words = choices.filter(([option]) => option === name).map(([, value]) => value);
      const results = [];
      for (const value of words) {
        results.push(JSON.stringify(await resultOf(folders.scan, [`--${name}=${value}`])));
      }
      expect(new Set(results).size).toBe(words.length);
    },
  );

  test("no voxel changes when --mask names the mask of an earlier run", async () => {
    const images = async (...words: string[]) => {
      const files = await runInMemory(folders.scan, "--dicom=none", ...words);
      const maps = [...files].filter(([path]) => path.endsWith(".nii.gz"));
      return maps.map(([path, bytes]) => [path, digestOf(bytes)]).sort();
    };
    expect(await images(`--mask=${mask}`)).toEqual(await images());
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
