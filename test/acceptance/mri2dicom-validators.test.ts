import { execFile, execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { type ConvertedRun, convertRaw } from "./converted.ts";
import { hasDcm2niix, hasNibabel } from "./peers.ts";
import {
  findRawDataset,
  listBelow,
  rawDatasets,
  readStated,
  stageRawDataset,
  valueAt,
} from "./raw-datasets.ts";

// What other people's programs say of our files: dciodvfy, dcm2niix, pydicom.

const hasDciodvfy = spawnSync("dciodvfy", [], { stdio: "ignore" }).error === undefined;
const hasPydicom =
  spawnSync("/usr/bin/python3", ["-c", "import pydicom"], { stdio: "ignore" }).status === 0;

/** Warnings that are known and meant: attributes that viewers need and the classic object has no place for. */
const knownWarnings: readonly RegExp[] = [
  /Dicom dataset contains attributes not present in standard DICOM IOD/,
  // Rescale intercept, slope, type.
  /Attribute is not present in standard DICOM IOD - \(0x0028,0x105[234]\)/,
  /Non-identity Modality LUT Module .* not expected to be present in standard MR IOD/,
  // Diffusion weighting where vendors write it: directionality, b-value, direction, b-matrix and what holds it.
  /Attribute is not present in standard DICOM IOD - \(0x0018,0x90(75|87|89)\)/,
  /Attribute is not present in standard DICOM IOD - \(0x0018,0x(9117|960[1-7])\)/,
];

/** What dciodvfy says of files, each different line once; its exit status says nothing. */
async function validate(paths: readonly string[]): Promise<readonly string[]> {
  const lines = new Set<string>();
  const left = [...paths];
  const work = async (): Promise<void> => {
    for (let path = left.pop(); path !== undefined; path = left.pop()) {
      for (const line of await runDciodvfy(path)) lines.add(line);
    }
  };
  await Promise.all(Array.from({ length: 4 }, work));
  return [...lines].sort();
}

function runDciodvfy(path: string): Promise<readonly string[]> {
  return new Promise((resolve) => {
    execFile("dciodvfy", [path], (error, _stdout, stderr) => {
      const ended = error?.signal ? [`Error - dciodvfy ended with ${error.signal}`] : [];
      const said = stderr.split("\n").filter((line) => /^(Error|Warning|MRImage)/.test(line));
      resolve([...ended, ...said]);
    });
  });
}

const converted = new Map<string, Promise<ConvertedRun>>();

/** Every dataset is converted once for all tests. */
function convertDataset(name: string): Promise<ConvertedRun> {
  const known = converted.get(name);
  if (known !== undefined) return known;
  const run = convertRaw(stageRawDataset(findRawDataset(name)!));
  converted.set(name, run);
  return run;
}

for (const name of rawDatasets) {
  const missing = findRawDataset(name) === undefined;
  describe.skipIf(missing)(`mri2dicom on ${name}, seen by others`, () => {
    let run: ConvertedRun;
    let paths: readonly string[] = [];

    beforeAll(async () => {
      run = await convertDataset(name);
      paths = listBelow(join(run.output, "dicom"), ".dcm");
      expect(paths.length).toBeGreaterThan(0);
    });

    test.skipIf(!hasDciodvfy)(
      "dciodvfy finds no error, and no warning but the known ones",
      { timeout: 300_000 },
      async () => {
        const lines = await validate(paths);
        expect(lines).toContain("MRImage");
        expect(lines.filter((line) => line.startsWith("Error"))).toEqual([]);
        const unknown = lines.filter(
          (line) => line.startsWith("Warning") && !knownWarnings.some((known) => known.test(line)),
        );
        expect(unknown).toEqual([]);
      },
    );
  });
}

/** What dcm2niix makes of one series: shape, real values, and its sidecar; echoes may become images of their own. */
function convertByDcm2niix(folder: string) {
  const out = mkdtempSync(join(tmpdir(), "dcm2niix-"));
  spawnSync("dcm2niix", ["-z", "n", "-b", "y", "-f", "%s_%e", "-o", out, folder], {
    stdio: "ignore",
  });
  const images = readdirSync(out)
    .filter((file) => file.endsWith(".nii"))
    .sort();
  return images.map((file) => {
    const base = join(out, file.replace(/\.nii$/, ""));
    const script =
      "import nibabel, json, sys; i = nibabel.load(sys.argv[1]); d = i.get_fdata(); print(json.dumps({'shape': list(i.shape), 'means': d.reshape(-1, d.shape[-1] if d.ndim > 2 else 1).mean(0).tolist()}))";
    const read = JSON.parse(
      execFileSync("/usr/bin/python3", ["-c", script, `${base}.nii`], { encoding: "utf8" }),
    ) as { readonly shape: readonly number[]; readonly means: readonly number[] };
    const sidecar = JSON.parse(readFileSync(`${base}.json`, "utf8")) as Record<string, unknown>;
    let bValues: readonly number[] = [];
    try {
      bValues = readFileSync(`${base}.bval`, "utf8").trim().split(/\s+/).map(Number);
    } catch {
      // No diffusion.
    }
    return { ...read, sidecar, bValues };
  });
}

const protocols = findRawDataset("pv360_3_6_stddata_params");
const stated = protocols === undefined ? [] : readStated(protocols);

describe.skipIf(protocols === undefined || !hasDcm2niix || !hasNibabel)("dcm2niix", () => {
  let run: ConvertedRun;

  beforeAll(async () => {
    run = await convertDataset("pv360_3_6_stddata_params");
  });

  const folderOf = (path: string): string =>
    join(run.output, "dicom", run.reconstructions.get(path)!.series![0]!.folder);

  test("gives the echoes of MSME their echo times and slices", () => {
    const path = "T2map_MSME/pdata/1";
    const { perFrame } = stated.find((one) => one.path === path)!;
    const times = [...new Set((perFrame.EchoTime as readonly number[]).map((ms) => ms / 1000))];
    const images = convertByDcm2niix(folderOf(path));
    const found = images.map(({ sidecar }) => Number(sidecar["EchoTime"]));
    expect(found.sort((a, b) => a - b).map((s) => s.toFixed(6))).toEqual(
      times.map((s) => s.toFixed(6)),
    );
    for (const { shape } of images) expect(shape).toEqual([192, 192, 5]);
  });

  test("gives the volumes of DtiEpi their order and b-values", () => {
    const path = "DTI_EPI_seg_30dir_sat/pdata/1";
    const { diffusion } = stated.find((one) => one.path === path)!;
    const [image] = convertByDcm2niix(folderOf(path));
    expect(image!.shape).toEqual([128, 128, 5, 35]);
    expect(image!.bValues.map(Math.round)).toEqual(diffusion!.effectiveB.map(Math.round));
    // Made-up frames grow from one to the next: so do the volumes.
    const { means } = image!;
    expect(means.every((mean, n) => n === 0 || mean > means[n - 1]!)).toBe(true);
  });

  test("stacks the partitions of a 3D scan", () => {
    const [image] = convertByDcm2niix(folderOf("T1_FLASH_3D_iso/pdata/1"));
    expect(image!.shape).toEqual([160, 160, 96]);
  });
});

const cest = findRawDataset("acidocest_pv601");

const readCest = `
import json, pydicom, sys
out = []
for path in sys.argv[1:]:
    d = pydicom.dcmread(path, stop_before_pixels=True)
    block = d.private_block(0x1061, "CEST Creator")
    out.append([int(d.InstanceNumber), {"%02X" % (e.tag.element & 0xFF): str(e.value) for e in d.group_dataset(0x1061) if e.tag.element >= 0x1000 and block[e.tag.element & 0xFF] is not None}])
print(json.dumps(out))
`;

describe.skipIf(cest === undefined || !hasPydicom)("pydicom", () => {
  test("finds every attribute of the CEST block under its creator", async () => {
    const run = await convertDataset("acidocest_pv601");
    for (const path of ["4/pdata/1", "5/pdata/1"]) {
      const { cest: block, perFrame } = readStated(cest!).find((one) => one.path === path)!;
      const files = run.reconstructions
        .get(path)!
        .files!.map((file) => join(run.output, "dicom", file.path));
      const read = JSON.parse(
        execFileSync("/usr/bin/python3", ["-c", readCest, ...files], { encoding: "utf8" }),
      ) as readonly (readonly [number, Readonly<Record<string, string>>])[];
      expect(read).toHaveLength(files.length);
      for (const [instance, values] of read) {
        const offset = valueAt(perFrame.saturationOffsetHz!, instance - 1);
        expect(Number(values["14"])).toBe(offset);
        for (const [name, value] of Object.entries(block!.dictionary)) {
          const element = name.slice(-3, -1);
          if (value === null) expect(values[element], name).toBeUndefined();
          else if (typeof value === "string") expect(values[element], name).toBe(value);
          else expect(Number(values[element]), name).toBeCloseTo(value, 6);
        }
      }
    }
  });
});
