import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { fillFolder } from "#test/acceptance/launch.ts";
import { smallDwi, type Weighting, weightingsOf } from "#test/acceptance/small-dwi.ts";
import {
  backgroundNoise,
  type ScanFiles,
  type SmallScan,
  scanFiles,
} from "#test/acceptance/small-scan.ts";
import { runInMemory } from "#test/containers/process-dwi/run-in-memory.ts";
import type { Changes } from "#test/phantom/dicom-images.ts";
import { encodeNiftiBytes } from "#test/phantom/nifti-bytes.ts";
import { spreadDirections } from "#test/shared/volume/gradients.ts";

// What is wrong with a diffusion scan is said in one line with its code; the readers' own tests have every case of damage.

const base = mkdtempSync(join(tmpdir(), "dwi-bad-"));
afterAll(() => rmSync(base, { recursive: true, force: true }));
let folders = 0;

async function outcomeOf(
  files: ScanFiles,
  ...words: string[]
): Promise<ReadonlyMap<string, Uint8Array> | unknown> {
  folders += 1;
  const folder = fillFolder(join(base, String(folders)), files);
  return runInMemory(folder, "--dicom=none", ...words).catch((error: unknown) => error);
}

const refused = (code: string, says: RegExp, exitCode = 3) =>
  expect.objectContaining({ code, exitCode, message: expect.stringMatching(says) });

/** Files of a scan; `more` changes the elements of image (k, e). */
function dwi(
  weightings: readonly Weighting[],
  more: (k: number, e: number) => Changes = () => ({}),
  wish: Partial<SmallScan> = {},
): ScanFiles {
  const scan = smallDwi(weightings);
  return scanFiles({
    ...scan,
    changes: (k, e) => ({ ...scan.changes!(k, e), ...more(k, e) }),
    ...wish,
  });
}

const trace = weightingsOf(1, [200, 500, 1000], [undefined]);
const six = weightingsOf(1, [1000], spreadDirections(6));
const sound = dwi(trace);
const withoutOne: ScanFiles = { ...sound };
delete withoutOne[Object.keys(sound)[3]!];
const cut: ScanFiles = { ...sound };
cut[Object.keys(sound)[0]!] = cut[Object.keys(sound)[0]!]!.subarray(0, 900);
const secondSeries = Object.fromEntries(
  Object.entries(
    dwi(trace, (k, e) => ({
      "00080018": ["UI", `1.2.3.9.${k + 1}.${e + 1}`],
      "0020000E": ["UI", "1.2.3.9"],
      "00200011": ["IS", "9"],
    })),
  ).map(([name, bytes]) => [`other/${name}`, bytes]),
);
const noB: (k: number, e: number) => Changes = () => ({
  "00189075": undefined,
  "00189087": undefined,
  "00189089": undefined,
});
const otherGrid = join(base, "mask.nii");
writeFileSync(otherGrid, encodeNiftiBytes({ shape: [5, 5, 2], type: "int16", value: () => 1 }));
const shortBvals = join(base, "short.bval");
writeFileSync(shortBvals, "0 500\n");
const someBvecs = join(base, "some.bvec");
writeFileSync(someBvecs, "0 1\n0 0\n0 0\n");

test.each<[string, ScanFiles, ReturnType<typeof refused>, ...string[]]>([
  ["an empty folder", {}, refused("E-NO-DICOM", /empty/)],
  ["no images", { "notes.txt": Buffer.from("x") }, refused("E-NO-DICOM", /1 × \.txt/)],
  ["two series", { ...sound, ...secondSeries }, refused("E-MIXED-SERIES", /--series/)],
  ["a series that is not there", sound, refused("E-SERIES", /no such series/, 2), "--series=77"],
  [
    "no b-value anywhere",
    dwi(trace, noB),
    refused("E-NO-BVALUE", /0018,9087.*PVM_DwEffBval.*--bvals FILE.*`method` and `visu_pars`/),
  ],
  [
    "one b-value only",
    dwi(trace, () => ({ "00189087": ["FD", 500], "00189075": ["CS", "ISOTROPIC"] })),
    refused("E-B-CONSTANT", /b 500/),
  ],
  [
    "gradients that are not unit vectors",
    dwi(six, (_, e) => (e === 3 ? { "00189089": ["FD", [0.5, 0, 0]] } : {})),
    refused("E-GRADIENT-LENGTH", /length 0\.5.*--bvals FILE/),
  ],
  ["no directions for a tensor", sound, refused("E-NO-DIRECTIONS", /--bvecs/), "--model=dti"],
  [
    "no directions to tell apart",
    sound,
    refused("E-NO-DIRECTIONS", /--directions per-direction/),
    "--directions=per-direction",
  ],
  [
    "five directions for a tensor",
    dwi(weightingsOf(1, [1000], spreadDirections(5))),
    refused("E-FEW-DIRECTIONS", /6 of the 7 unknowns.*--model adc/),
    "--model=dti",
  ],
  [
    "six directions without b = 0",
    dwi(weightingsOf(0, [1000, 1005], spreadDirections(6))),
    refused("E-FEW", /at least 2 b-values; 1 found/),
    "--model=dti",
  ],
  ["too few b-values for IVIM", sound, refused("E-FEW", /below --ivim-threshold/), "--model=ivim"],
  [
    "b-values in ms/µm²",
    dwi(trace, (_, e) => ({ "00189087": ["FD", trace[e]!.bValue / 1000] })),
    refused("E-B-UNIT", /multiply by 1000/),
  ],
  ["a range that leaves nothing", sound, refused("E-B-RANGE", /--bmin/, 2), "--bmin=700"],
  [
    "b-values that contradict the images",
    sound,
    refused("E-B-MISMATCH", /--override bvals/),
    "--bvals=0,300,500,1000",
  ],
  ["another number of b-values", sound, refused("E-B-COUNT", /4 images/, 2), "--bvals=0,500"],
  [
    "a bval file of another scan",
    sound,
    refused("E-B-COUNT", /4 images/, 2),
    `--bvals=${shortBvals}`,
  ],
  [
    "a bval file that is not there",
    sound,
    refused("E-BVAL-FILE", /no such file/, 2),
    "--bvals=./no.bval",
  ],
  ["directions without b-values", sound, refused("E-BVAL-FILE", /both/, 2), `--bvecs=${someBvecs}`],
  ["a missing image", withoutOne, refused("E-RECTANGLE", /missing/)],
  ["a file cut short", cut, refused("E-TRUNCATED", /cut short|truncated/i)],
  ["a mask of other voxels", sound, refused("E-MASK-GRID", /5 x 5 x 2/), `--mask=${otherGrid}`],
  ["a mask that is not there", sound, refused("E-MASK-FILE", /no such file/, 2), "--mask=./no.nii"],
  ["all zeros", dwi(trace, undefined, { value: () => 0 }), refused("E-NO-SIGNAL", /No voxel/)],
  [
    "noise alone",
    dwi(trace, undefined, { value: backgroundNoise }),
    refused("E-NO-SIGNAL", /No voxel/),
  ],
  [
    "a map",
    dwi(trace, () => ({ "00080008": ["CS", "DERIVED\\PRIMARY\\DIFFUSION\\ADC"] })),
    refused("E-DERIVED", /map/),
  ],
  ["a fit the model does not have", sound, refused("E-MODEL", /segmented/, 2), "--fit=segmented"],
  [
    "the Rician fit without noise",
    sound,
    refused("E-MODEL", /--noise NUMBER/, 2),
    "--fit=rician",
    "--noise=none",
  ],
  [
    "the Rician fit of averages",
    dwi(six),
    refused("E-MODEL", /--directions joint/, 2),
    ...["--model=adc", "--fit=rician", "--noise=10"],
  ],
  [
    "the reference solver for a tensor",
    dwi(weightingsOf(2, [1000], spreadDirections(7))),
    refused("E-FIT-LIMITS", /reference solver/, 2),
    "--solver=reference",
  ],
])("%s is refused", async (_, files, refusal, ...words) => {
  expect(await outcomeOf(files, ...words)).toEqual(refusal);
});

test.each<[string, ScanFiles, string, ...string[]]>([
  ["no image of b = 0", dwi(weightingsOf(0, [200, 600, 1000], [undefined])), "W-NO-B0"],
  ["b = 0 and one b-value", dwi(weightingsOf(1, [800], [undefined])), "W-NO-ERRORS"],
  ["averages among the directions", dwi([...six, { bValue: 1000 }]), "W-ISOTROPIC", "--model=dti"],
])("%s is handled, and said", async (_, files, code, ...words) => {
  const written = (await outcomeOf(files, ...words)) as ReadonlyMap<string, Uint8Array>;
  expect(written).toBeInstanceOf(Map);
  const status = JSON.parse(Buffer.from(written.get("report/status.json")!).toString("utf8"));
  expect(status.warnings.map((warning: { code: string }) => warning.code)).toContain(code);
});
