import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, expect, test, vi } from "vitest";
import { isProgramError } from "#shared/errors.ts";
import { findCollections } from "#shared/roi/find-collections.ts";
import { jsonOf, rowsOf, runInMemory } from "#test/containers/mask-average/run-in-memory.ts";
import { encodeDicom } from "#test/phantom/dicom-bytes.ts";
import { countOutcomes } from "./count-outcomes.ts";
import { damageBytes, damageElements, damageText, randomNumbers } from "./damage.ts";
import { regionSeeds } from "./region-seeds.ts";

// Damaged regions, maps and reference images through the whole program: it ends with an error of its own, or with a row for every
// region of every collection that can be read, on every map that can be read.

const cases = Number(process.env["FUZZ_CASES"] ?? 600);
const firstSeed = Number(process.env["FUZZ_SEED"] ?? 1);
const longestCaseMs = 3000;
const memoryLimit = 1.2e9;

/** Pictures take most of the time of a run: they are drawn in each case whose number is a multiple of this. */
const drawnEvery = 10;
const pictures = vi.hoisted(() => ({ drawn: true }));
vi.mock(import("#shared/report/overlay-sheet.ts"), async (original) => {
  const { encodeOverlaySheet, ...others } = await original();
  const encode: typeof encodeOverlaySheet = (content) =>
    pictures.drawn ? encodeOverlaySheet(content) : Buffer.of(0);
  return { ...others, encodeOverlaySheet: encode };
});

const base = mkdtempSync(join(tmpdir(), "fuzz-mask-average-"));
afterAll(() => rmSync(base, { recursive: true, force: true }));

const files = regionSeeds;
const paths = Object.keys(files);
for (const path of paths) put(path, bytesOf(path));

function put(path: string, bytes: Uint8Array): void {
  mkdirSync(dirname(join(base, path)), { recursive: true });
  writeFileSync(join(base, path), bytes);
}

function bytesOf(path: string): Uint8Array {
  const content = files[path]!;
  if (typeof content === "string") return Buffer.from(content);
  return content instanceof Uint8Array ? content : encodeDicom(content);
}

/** A file as it may arrive: with damage that knows its form, or with any. */
function damage(path: string, random: () => number): Uint8Array {
  const content = files[path]!;
  if (random() < 0.3) return damageBytes(bytesOf(path), random);
  if (typeof content === "string") return damageText(content, random);
  if (!(content instanceof Uint8Array)) {
    let elements = content;
    for (let round = 0; round < 1 + random() * 2; round++)
      elements = damageElements(elements, random);
    return encodeDicom(elements);
  }
  // Most of a NIfTI header is unused: what counts lies in these places, and samples behind them.
  const bytes = Uint8Array.from(content);
  for (let n = 0; n < 1 + random() * 3; n++) {
    const at = [40, 70, 72, 76, 108, 112, 252, 254, 280, 296, 312, 352][Math.floor(random() * 12)]!;
    bytes[at + Math.floor(random() * 16)] = Math.floor(random() * 256);
  }
  return bytes;
}

const forms = ["aim", "rtstruct", "seg", "nifti", "fractions"];
const variants = [
  ...["--nested=union", "--edge=inclusive", "--status=all", "--zeros=exclude", "--outside=zero"],
  ...["--assume-same-fov", "--allow-other-series", "--all-volumes", "--legacy-outputs"],
  ...["--bin-width=0.001", "--rtstruct-shift-px=-1,-1", "--contours=rtstruct"],
];

async function runCase(number: number): Promise<string> {
  const random = randomNumbers(number);
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)]!;
  const form = pick(forms);
  const roi = random() < 0.2 ? [form, pick(forms)] : [form];
  const groups = [...roi.map((one) => `roi/${one}/`), "maps/", "scan/"];
  const group = random() < 0.5 ? groups[0]! : pick(groups);
  const path = pick(paths.filter((one) => one.startsWith(group)));
  const noReference = random() < 0.2;
  const words = [
    ...(noReference ? [] : ["--reference", join(base, "scan")]),
    ...roi.flatMap((one) => ["--roi", join(base, "roi", one)]),
    ...["--map", join(base, "maps"), pick(variants)],
    ...(random() < 0.1 ? ["--series", join(base, "scan")] : []),
    ...(random() < 0.9 ? ["--dicom=none"] : []),
  ];
  put(path, damage(path, random));
  pictures.drawn = number % drawnEvery === 0;
  try {
    const run = await runInMemory(...words);
    const summary = jsonOf(run.written, "report/summary.json") as {
      maps: { name: string }[];
    };
    const places = roi.map((one) => join(base, "roi", one));
    const { collections } = await findCollections(places, {
      contours: words.includes("--contours=rtstruct") ? "rtstruct" : "auto",
    });
    const wanted = summary.maps.flatMap(({ name }) =>
      collections.flatMap((one) =>
        one.rois.map((region) => [name, one.path, region.number, region.name]),
      ),
    );
    const maps = new Set(summary.maps.map(({ name }) => name));
    const own = rowsOf(run).filter(({ map }) => maps.has(String(map)));
    const got = own.map((row) => [
      row["map"],
      row["collection"],
      row["roi_number"],
      row["roi_name"],
    ]);
    expect(got).toEqual(wanted);
    for (const row of own) {
      const [voxels, valid, mean] = [row["n_voxels"], row["n_valid"], row["mean"]];
      expect(Number(valid)).toBeLessThanOrEqual(Number(voxels));
      expect(mean === null).toBe(valid === 0);
    }
    return run.partial.length > 0 ? "partial" : "measured";
  } catch (error) {
    if (isProgramError(error)) return error.code;
    throw new Error(`seed ${number} (${path}, ${words.join(" ")}): ${String(error)}`, {
      cause: error,
    });
  } finally {
    put(path, bytesOf(path));
  }
}

test(`${cases} damaged inputs are measured or refused; none makes the program hang, crash or take all memory`, async () => {
  const outcomes = await countOutcomes(
    { cases, firstSeed, longestCaseMs, memoryLimit, memoryEvery: 100 },
    runCase,
  );
  // A fuzz test that only ever sees one outcome tests nothing.
  const [measured = 0, partial = 0] = ["measured", "partial"].map((word) => outcomes.get(word));
  expect(measured).toBeGreaterThan(cases / 10);
  expect(partial).toBeGreaterThan(0);
  expect(outcomes.size).toBeGreaterThan(10);
}, 7_200_000);
