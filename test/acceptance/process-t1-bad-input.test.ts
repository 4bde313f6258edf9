import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { fillFolder } from "#test/acceptance/launch.ts";
import { backgroundNoise, type ScanFiles } from "#test/acceptance/small-scan.ts";
import { recoveryFiles, recoveryNifti } from "#test/containers/process-t1/recovery-scan.ts";
import { runInMemory } from "#test/containers/process-t1/run-in-memory.ts";
import { encodeNiftiBytes } from "#test/phantom/nifti-bytes.ts";

// What is wrong with a folder is said in one line with its code; the readers' own tests have every case of damage.

const base = mkdtempSync(join(tmpdir(), "t1-bad-"));
afterAll(() => rmSync(base, { recursive: true, force: true }));
let folders = 0;

function refusalOf(files: ScanFiles, ...words: string[]): Promise<unknown> {
  folders += 1;
  const folder = fillFolder(join(base, String(folders)), files);
  return runInMemory(folder, "--dicom=none", ...words).then(
    () => "no refusal",
    (error: unknown) => error,
  );
}

const refused = (code: string, says: RegExp, exitCode = 3) =>
  expect.objectContaining({ code, exitCode, message: expect.stringMatching(says) });

const otherSeries = Object.fromEntries(
  Object.entries(
    recoveryFiles("ir", "M", {
      changes: (k, n) => ({
        "00080018": ["UI", `1.2.3.9.${k + 1}.${n + 1}`],
        "0020000E": ["UI", "1.2.3.9"],
        "00200011": ["IS", "9"],
      }),
    }),
  ).map(([name, bytes]) => [`other/${name}`, bytes]),
);
const otherGrid = join(base, "mask.nii");
writeFileSync(otherGrid, encodeNiftiBytes({ shape: [5, 5, 2], type: "int16", value: () => 1 }));

const sr = recoveryFiles("sr");
const withoutOne: ScanFiles = { ...sr };
delete withoutOne[Object.keys(sr)[3]!];
const cut: ScanFiles = { ...sr };
cut[Object.keys(sr)[0]!] = cut[Object.keys(sr)[0]!]!.subarray(0, 900);

test.each<[string, ScanFiles, ReturnType<typeof refused>, ...string[]]>([
  ["an empty folder", {}, refused("E-NO-DICOM", /empty/)],
  ["no images", { "notes.txt": Buffer.from("x") }, refused("E-NO-DICOM", /1 × \.txt/)],
  [
    "two series of different methods",
    { ...sr, ...otherSeries },
    refused("E-MIXED-SERIES", /RepetitionTime \(7 values\).*InversionTime \(8 values\).*--series/),
  ],
  ["a series that is not there", sr, refused("E-SERIES", /no such series/, 2), "--series=77"],
  [
    "the same TR everywhere",
    recoveryFiles("sr", "M", { changes: () => ({ "00180080": ["DS", "500"] }) }),
    refused("E-NO-CONTRAST", /TR is 500 ms/),
  ],
  [
    "the same TR everywhere, the method named",
    recoveryFiles("sr", "M", { changes: () => ({ "00180080": ["DS", "500"] }) }),
    refused("E-TR-CONSTANT", /TR 500 ms/),
    "--model=sr2par",
  ],
  [
    "another contrast than the method named",
    sr,
    refused("E-MISSING-TI", /InversionTime \(0018,0082\) is missing/),
    "--model=ir-magnitude",
  ],
  ["a missing image", withoutOne, refused("E-RECTANGLE", /missing TR/)],
  ["a file cut short", cut, refused("E-TRUNCATED", /cut short|truncated/i)],
  [
    "two images for three parameters",
    sr,
    refused("E-FEW", /3 repetition times; 2 found.*sr2par/),
    "--images=1,5",
    "--model=sr3par",
  ],
  ["one image", sr, refused("E-IMAGES", /at least two/, 2), "--images=3"],
  ["an image that is not there", sr, refused("E-IMAGES", /has 7/, 2), "--images=3-9"],
  ["a mask of other voxels", sr, refused("E-MASK-GRID", /5 x 5 x 2/), `--mask=${otherGrid}`],
  [
    "a mask that is not there",
    sr,
    refused("E-MASK-FILE", /no such file/, 2),
    "--mask=./nowhere.nii",
  ],
  [
    "a B1 map that is not there",
    recoveryNifti("vfa"),
    refused("E-B1-FILE", /no such file/, 2),
    "--b1-map=./nowhere.nii",
  ],
  ["all zeros", recoveryFiles("sr", "M", { value: () => 0 }), refused("E-NO-SIGNAL", /No voxel/)],
  [
    "noise alone",
    recoveryFiles("sr", "M", { value: backgroundNoise }),
    refused("E-NO-SIGNAL", /No voxel/),
  ],
  [
    "a map",
    recoveryFiles("sr", "M", {
      changes: () => ({ "00080008": ["CS", "DERIVED\\PRIMARY\\T1 MAP"] }),
    }),
    refused("E-DERIVED", /map/),
  ],
  ["phase images alone", recoveryFiles("sr", "P"), refused("E-COMPLEX", /7 × 2|14 phase/)],
  ["limits that hold no T1", sr, refused("E-FIT-LIMITS", /./, 2), "--min-t1=2000", "--max-t1=1000"],
  [
    "times that contradict the images",
    sr,
    refused("E-TR-MISMATCH", /disagree|says TR/),
    "--tr=1,2,3,4,5,6,7",
  ],
  ["another number of times", sr, refused("E-TR-COUNT", /2 values/, 2), "--tr=100,200"],
  [
    "times of two methods",
    sr,
    refused("E-MODEL", /--ti and --tr/, 2),
    "--tr=100,200",
    "--ti=100,200",
  ],
  [
    "a model and times of another",
    sr,
    refused("E-MODEL", /--model vfa/, 2),
    "--model=vfa",
    "--ti=100,200",
  ],
  [
    "the Rician form without noise",
    sr,
    refused("E-MODEL", /--noise NUMBER/, 2),
    "--noise=none",
    "--noise-model=rician",
  ],
  [
    "the Rician form for flip angles",
    recoveryNifti("vfa"),
    refused("E-MODEL", /variable flip angle/, 2),
    "--noise-model=rician",
  ],
  [
    "a Look-Locker correction of saturation recovery",
    sr,
    refused("E-MODEL", /sr3par/, 2),
    "--look-locker=on",
  ],
])("%s is refused", async (_, files, expected, ...words) => {
  expect(await refusalOf(files, ...words)).toEqual(expected);
});
