import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { command } from "#containers/process-dwi/command.ts";
import { fillFolder } from "#test/acceptance/launch.ts";
import { type Weighting, weightingsOf } from "#test/acceptance/small-dwi.ts";
import { scanFiles } from "#test/acceptance/small-scan.ts";
import { digestOf } from "#test/containers/process-t2/run-in-memory.ts";
import { type Changes, positionOf } from "#test/phantom/dicom-images.ts";
import { spreadDirections } from "#test/shared/volume/gradients.ts";
import { noisyDwi } from "./noisy-dwi.ts";
import { runInMemory } from "./run-in-memory.ts";

// An option that is declared and then forgotten is worse than none: each must change what comes out.

const base = mkdtempSync(join(tmpdir(), "dwi-options-"));
const folders = {
  scan: join(base, "scan"),
  trace: join(base, "trace"),
  two: join(base, "two"),
  silent: join(base, "silent"),
  matrix: join(base, "matrix"),
  legacy: join(base, "legacy"),
};
const mask = join(base, "mask.nii.gz");
const [bvals, bvecs] = [join(base, "other.bval"), join(base, "other.bvec")];

/** b = 0 twice, and seven directions at two b-values; small numbers of images keep the many runs short. */
const directed = weightingsOf(2, [500, 1000], spreadDirections(7));
/** Averages over directions, for perfusion. */
const trace = weightingsOf(1, [10, 20, 50, 100, 200, 400, 700, 1000], [undefined]);

beforeAll(async () => {
  const scan = noisyDwi(trace);
  const changesOf = scan.changes!;
  fillFolder(folders.scan, scanFiles(noisyDwi(directed)));
  fillFolder(folders.trace, scanFiles(scan));
  fillFolder(folders.two, scanFiles(scan));
  const second = trace.map(({ bValue }): Weighting => ({ bValue: 0.8 * bValue }));
  const other = noisyDwi(second);
  fillFolder(
    join(folders.two, "second"),
    scanFiles({
      ...other,
      changes: (k, e) => ({
        ...other.changes!(k, e),
        "00080018": ["UI", `1.2.3.9.${k + 1}.${e + 1}`],
        "0020000E": ["UI", "1.2.3.9"],
        "00200011": ["IS", "9"],
      }),
    }),
  );
  const gradients = noisyDwi(directed);
  fillFolder(
    folders.matrix,
    scanFiles({
      ...gradients,
      changes: (k, e) => ({ ...gradients.changes!(k, e), ...statesMatrix(directed[e]!) }),
    }),
  );
  fillFolder(
    folders.silent,
    scanFiles({
      ...scan,
      changes: (k, e) => ({ ...changesOf(k, e), "00189087": undefined, "00189075": undefined }),
    }),
  );
  fillFolder(
    folders.legacy,
    scanFiles({
      ...scan,
      writing: { implementationVersionName: "OFFIS_DCMTK_353" },
      changes: (k, e) => ({
        ...changesOf(k, e),
        "00200052": ["UI", `1.2.3.${k + 1}.${e + 1}.6.15.18`],
        "00201041": ["DS", positionOf(1 - k)[2]!.toFixed(9)],
      }),
    }),
  );
  writeFileSync(bvals, directed.map(({ bValue }) => bValue).join(" "));
  const turned = directed.map(({ direction: [x, y, z] = [0, 0, 0] }) => [z, x, y]);
  writeFileSync(bvecs, [0, 1, 2].map((axis) => turned.map((v) => v[axis]).join(" ")).join("\n"));
  const fitted = await runInMemory(folders.trace, "--dicom", "none");
  const path = [...fitted.keys()].find((name) => name.endsWith("_desc-fit_mask.nii.gz"))!;
  writeFileSync(mask, fitted.get(path)!);
});
afterAll(() => rmSync(base, { recursive: true, force: true }));

/** A b-matrix with imaging gradients along z, which weight every image with 12 s/mm² more. */
function statesMatrix({ bValue, direction: [x, y, z] = [0, 0, 0] }: Weighting): Changes {
  const elements = [x * x, x * y, x * z, y * y, y * z, z * z].map((value) => bValue * value);
  elements[5]! += 12;
  return Object.fromEntries(
    elements.map((value, n) => [`0018960${n + 2}`, ["FD", value] as const]),
  );
}

interface Case {
  /** Words of the command line that set the option to something else than its default. */
  readonly words: readonly string[];
  readonly on?: keyof typeof folders;
  /** Words of both runs. */
  readonly always?: readonly string[];
}

/** Options that the hallway obeys (shared/program), whatever the pipeline: test/shared/program/run-program.test.ts. */
type Hallway = "input" | "output" | "overwrite" | "workers" | "strict" | "log-format";

const forced = ["--override=bvals"];
const doubled = "--bvals=0,20,40,100,200,400,800,1400,2000";

const cases: Record<Exclude<keyof typeof command.options, Hallway>, Case> = {
  series: { words: ["--series=9"], on: "two" },
  model: { words: ["--model=adc"], on: "scan" },
  fit: { words: ["--fit=ols"] },
  directions: { words: ["--directions=joint"], on: "scan", always: ["--model=adc"] },
  bmin: { words: ["--bmin=150"] },
  bmax: { words: ["--bmax=800"] },
  b0: { words: ["--b0=drop"] },
  bvals: { words: ["--bvals=0,10,20,50,100,200,400,700,1000"], on: "silent" },
  bvecs: {
    words: [`--bvecs=${bvecs}`],
    on: "scan",
    always: [`--bvals=${bvals}`, ...forced],
  },
  override: { words: forced, always: [doubled] },
  "b-matrix": { words: ["--b-matrix=directions"], on: "matrix" },
  "ivim-threshold": {
    words: ["--ivim-threshold=350"],
    always: ["--model=ivim", "--fit=segmented"],
  },
  noise: { words: ["--noise=55"] },
  "noise-threshold": { words: ["--noise-threshold=18"] },
  mask: { words: ["--mask=none"] },
  "mask-threshold": { words: ["--mask-threshold=0.4"], always: ["--mask=threshold"] },
  "min-rsquared": { words: ["--min-rsquared=0.999"] },
  "max-error": { words: ["--max-error=0.02"] },
  outside: { words: ["--outside=zero"] },
  flagged: { words: ["--flagged=nan"], always: ["--max-error=0.05"] },
  dicom: { words: ["--dicom=none"] },
  "export-dwi": { words: ["--export-dwi"] },
  "legacy-outputs": { words: ["--legacy-outputs"] },
  solver: { words: ["--solver=reference"], always: ["--bmin=500", "--fit=nlls"] },
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
  test.each(Object.entries(cases))("--%s", async (_, { words, on = "trace", always = [] }) => {
    const changed = await resultOf(folders[on], [...always, ...words]);
    expect(changed).not.toHaveProperty("refused");
    expect(changed).not.toEqual(await resultOf(folders[on], always));
  });

  test.each<[string, keyof typeof folders, readonly string[], readonly string[]]>([
    ["model", "trace", ["adc", "kurtosis", "ivim"], []],
    ["model", "scan", ["adc", "dti"], []],
    ["fit", "trace", ["ols", "wls", "iwls", "nlls", "rician"], []],
    ["fit", "trace", ["nlls", "rician"], ["--model=kurtosis"]],
    ["fit", "scan", ["ols", "wls", "iwls", "nlls", "rician"], ["--model=dti"]],
    ["fit", "trace", ["nlls", "rician", "segmented"], ["--model=ivim"]],
    ["directions", "scan", ["geometric-mean", "joint", "per-direction"], ["--model=adc"]],
    ["b0", "trace", ["auto", "keep"], ["--bmin=150"]],
    ["dicom", "trace", ["derived", "pm", "both", "none"], []],
    ["noise", "trace", ["auto", "none", "40"], []],
  ])("every value of --%s is another result (%s)", async (name, on, values, always) => {
    const results = [];
    for (const value of values) {
      const result = await resultOf(folders[on], [...always, `--${name}=${value}`]);
      expect(result, value).not.toHaveProperty("refused");
      results.push(JSON.stringify(result));
    }
    expect(new Set(results).size).toBe(values.length);
  });

  test("no voxel changes when --mask names the mask of an earlier run", async () => {
    const images = async (...words: string[]) => {
      const files = await runInMemory(folders.trace, "--dicom=none", ...words);
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
