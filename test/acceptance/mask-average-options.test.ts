import { createHash } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parseArgv } from "#command-json/parse-argv.ts";
import { command } from "#containers/mask-average/command.ts";
import { fillFolder } from "#test/acceptance/launch.ts";
import type { ScanFiles } from "#test/acceptance/small-scan.ts";
import {
  columns,
  type DrawnRegion,
  drawnAim,
  drawnForms,
  drawnImage,
  drawnImages,
  drawnMaps,
  drawnRtstruct,
  drawnSegmentation,
  firstSeries,
  rectangle,
  rows,
  secondSeries,
  slices,
  usualRegions,
} from "#test/containers/mask-average/drawn-scan.ts";
import { runInMemory } from "#test/containers/mask-average/run-in-memory.ts";
import { encodeDicom } from "#test/phantom/dicom-bytes.ts";

// An option that is declared and then forgotten is worse than none: each must change the files of results.

const base = mkdtempSync(join(tmpdir(), "mask-average-options-"));
const at = (...parts: string[]) => join(base, ...parts);

/** Its corners are centres of voxels. */
const onCentres: DrawnRegion[] = [
  { name: "square", outlines: [{ slice: 1, points: rectangle(3, 4, 9, 12) }] },
];

const folders: Readonly<Record<string, () => ScanFiles>> = {
  scan: () => drawnImages(),
  // The same images, one slice further along: the outlines name them, so they lie there.
  moved: () => drawnImages({ ...firstSeries, lift: 1.5 }),
  elsewhere: () => drawnImages(secondSeries),
  maps: drawnMaps,
  forms: () => drawnForms(),
  pair: () => ({
    "AIM/a.xml": drawnAim(),
    "RTSTRUCT/a.dcm": encodeDicom(drawnRtstruct(shifted(usualRegions))),
  }),
  centres: () => ({ "a.xml": drawnAim(onCentres) }),
  fractions: () => ({
    "a.dcm": encodeDicom(drawnSegmentation(usualRegions, firstSeries, (v) => 20 + (v % 200))),
  }),
  stranger: () => ({
    // Another frame of reference, and images of another series.
    "a.dcm": encodeDicom(
      drawnRtstruct(
        usualRegions,
        { ...firstSeries, series: "1.2.3.77", image: (k) => `1.7.${k}` },
        {
          frameOfReference: "1.2.3.66",
        },
      ),
    ),
  }),
  volumes: () => ({
    "a_T2map.nii": drawnImage("float32", (i, j, k, t) => 0.01 * (t + 1) + 0.001 * (i + j + k), {
      shape: [columns, rows, slices, 3],
    }),
  }),
  silent: () => ({
    "noplace.nii": drawnImage("float32", (i, j, k) => 1 + i + j + k, { affine: "none" }),
  }),
};

function shifted(regions: readonly DrawnRegion[]): readonly DrawnRegion[] {
  return regions.map(({ name, outlines }) => ({
    name,
    outlines: outlines.map(({ slice, points }) => ({
      slice,
      points: points.map(([x, y]) => [x + 1, y + 1] as const),
    })),
  }));
}

beforeAll(() => {
  for (const [name, files] of Object.entries(folders)) fillFolder(at(name), files());
});
afterAll(() => rmSync(base, { recursive: true, force: true }));

interface Case {
  /** Words of the command line that set the option to something else than its default. */
  readonly words: readonly string[];
  /** Words of both runs. */
  readonly always?: readonly string[];
  /** Words of the run without it. */
  readonly without?: readonly string[];
}

/** Options that the hallway obeys (shared/program), whatever the pipeline: test/shared/program/run-program.test.ts. */
type Hallway = "output" | "overwrite" | "workers" | "strict" | "log-format";

const t2 = `--map=${at("maps", "sub-1_T2map.nii")}`;
const scan = `--reference=${at("scan")}`;
const aim = `--roi=${at("forms", "aim")}`;
const rtstruct = `--roi=${at("forms", "rtstruct")}`;
const usual = [scan, aim, t2];

const cases: Record<Exclude<keyof typeof command.options, Hallway>, Case> = {
  reference: { words: [`--reference=${at("moved")}`], always: [aim, t2], without: [scan] },
  roi: { words: [`--roi=${at("centres")}`], always: [scan, t2], without: [aim] },
  map: { words: [`--map=${at("maps", "sub-1_ADC.nii")}`], always: [scan, aim], without: [t2] },
  series: { words: [`--series=${at("scan")}`] },
  contours: { words: ["--contours=rtstruct"], always: [scan, t2, `--roi=${at("pair")}`] },
  nested: { words: ["--nested=union"] },
  edge: { words: ["--edge=inclusive"], always: [scan, t2, `--roi=${at("centres")}`] },
  "fractional-threshold": {
    words: ["--fractional-threshold=0.25"],
    always: [scan, t2, `--roi=${at("fractions")}`],
  },
  "rtstruct-shift-px": { words: ["--rtstruct-shift-px=-1,-1"], always: [scan, t2, rtstruct] },
  "assume-same-fov": {
    words: ["--assume-same-fov"],
    always: [scan, aim, `--map=${at("silent")}`],
  },
  "allow-other-series": {
    words: ["--allow-other-series"],
    always: [scan, t2, `--roi=${at("stranger")}`],
  },
  volume: { words: ["--volume=2"], always: [scan, aim, `--map=${at("volumes")}`] },
  "all-volumes": { words: ["--all-volumes"], always: [scan, aim, `--map=${at("volumes")}`] },
  zeros: { words: ["--zeros=exclude"] },
  status: { words: ["--status=all"] },
  lowest: { words: ["--lowest=0.05"] },
  highest: { words: ["--highest=0.05"] },
  rates: { words: ["--rates=none"] },
  "bin-width": { words: ["--bin-width=0.004"] },
  outside: { words: ["--outside=zero"] },
  dicom: { words: ["--dicom=none"] },
  "csv-separator": { words: ["--csv-separator=semicolon"] },
  "legacy-outputs": { words: ["--legacy-outputs"] },
};

/** What a run is worth apart from words: names of files and the content of tables and images, or its refusal. */
async function resultOf(words: readonly string[]): Promise<object> {
  let files: ReadonlyMap<string, Uint8Array>;
  try {
    files = (await runInMemory(...words)).written;
  } catch (error) {
    return { refused: (error as { code: string }).code };
  }
  const content = [...files]
    .filter(([path]) => /^stats\/.*\.(nii\.gz|csv|tsv|json)$/.test(path))
    .map(([path, bytes]) => [path, createHash("sha256").update(bytes).digest("hex")]);
  return { paths: [...files.keys()].sort(), content: content.sort() };
}

describe("changing an option changes the result:", () => {
  test.each(Object.entries(cases))("--%s", async (_, { words, always = usual, without = [] }) => {
    const changed = await resultOf([...always, ...words]);
    expect(changed).not.toHaveProperty("refused");
    expect(changed).not.toEqual(await resultOf([...always, ...without]));
  });

  test.each<[string, readonly string[], readonly string[]]>([
    ["contours", ["aim", "rtstruct"], [scan, t2, `--roi=${at("pair")}`]],
    ["dicom", ["both", "seg", "none"], usual],
    ["volume", ["1", "2", "3"], [scan, aim, `--map=${at("volumes")}`]],
    ["zeros", ["keep", "exclude"], usual],
  ])("every value of --%s is another result", async (name, values, always) => {
    const results = [];
    for (const value of values) {
      const result = await resultOf([...always, `--${name}=${value}`]);
      expect(result, value).not.toHaveProperty("refused");
      results.push(JSON.stringify(result));
    }
    expect(new Set(results).size).toBe(values.length);
  });

  test("--dicom=sr writes the segmentation its report refers to", async () => {
    const paths = async (value: string) =>
      [...(await runInMemory(...usual, `--dicom=${value}`)).written.keys()].filter((path) =>
        path.endsWith(".dcm"),
      );
    expect(await paths("sr")).toEqual(await paths("both"));
  });
});

describe("defaults that are spelled out change nothing:", () => {
  const call = parseArgv(command, []);
  if (call.kind !== "run") throw new Error(call.kind);
  const spelled = Object.entries(call.options).flatMap(([name, value]) =>
    ["string", "number"].includes(typeof value) && !String(value).startsWith("/")
      ? [`--${name}=${value}`]
      : [],
  );

  test("not a byte of the results", async () => {
    expect(spelled.length).toBeGreaterThan(8);
    expect(await resultOf([...usual, ...spelled])).toEqual(await resultOf(usual));
  });
});

test("no option is without such a test", () => {
  const hallway: readonly Hallway[] = ["output", "overwrite", "workers", "strict", "log-format"];
  expect([...Object.keys(cases), ...hallway].sort()).toEqual(Object.keys(command.options).sort());
});
