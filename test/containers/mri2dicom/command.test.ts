import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { command } from "#containers/mri2dicom/command.ts";
import { text, verbatim } from "#shared/phantom/paravision/parameter.ts";
import { parseInstance } from "#test/acceptance/parse-instance.ts";
import { listBelow } from "#test/acceptance/raw-datasets.ts";
import { group, slices, writeReconstruction } from "#test/phantom/paravision-study.ts";
import { digest, runHere } from "./run-here.ts";

// Every option of a conversion changes something.

const base = mkdtempSync(join(tmpdir(), "mri2dicom-options-"));
const folderOf = (name: string) => join(base, `20240131_${name}_1`);
const study = folderOf("plain");
const slopes = folderOf("slopes");
const weighted = folderOf("weighted");
const saturated = folderOf("saturated");
const remarked = folderOf("remarked");
let made = 0;
let output = "";
const fresh = () => join(base, `out-${++made}`);

beforeAll(async () => {
  const echoes = [group("FG_ECHO", 2, "VisuAcqEchoTime"), slices(3)];
  await writeReconstruction(study, { examination: 5, groups: echoes, echoTimesMs: [10, 20] });
  await writeReconstruction(slopes, { examination: 5, frames: 2, slopes: [1, 0.25] });
  await writeReconstruction(weighted, {
    examination: 5,
    groups: [group("FG_DIFFUSION", 3)],
    method: {
      // b = 5 of the imaging gradients, then b = 1005 along read and along (0, 0.6, 0.8).
      PVM_DwEffBval: verbatim("( 3 )\n5 1005 1005"),
      PVM_DwBvalEach: verbatim("( 1 )\n1000"),
      PVM_DwAoImages: verbatim("1"),
      PVM_DwNDiffExp: verbatim("3"),
      PVM_DwNDiffExpEach: verbatim("1"),
      PVM_DwGradVec: verbatim("( 3, 3 )\n0 0 0 0.5 0 0 0 0.3 0.4"),
      PVM_SPackArrGradOrient: verbatim("( 1, 3, 3 )\n-1 0 0 0 -1 0 0 0 1"),
    },
  });
  await writeReconstruction(saturated, {
    examination: 5,
    groups: [group("FG_CYCLE", 3)],
    method: {
      Method: text("User:cestRARE"),
      PVM_FrqWork: verbatim("( 2 )\n300 0"),
      PVM_ppgFreqList1: verbatim("( 3 )\n-300 0 300"),
      PVM_MagTransOnOff: verbatim("On"),
      PVM_MagTransPulse1Enum: verbatim("<gauss>"),
      PVM_MagTransPulse1: verbatim("(5, 500, 180, Yes, 3, 100, 0.5, 0.5, 0, 50, 1.2, <gauss.exc>)"),
      PVM_MagTransPower: verbatim("1.25"),
      PVM_MagTransInterDelay: verbatim("5"),
      PVM_MagTransPulsNumb: verbatim("100"),
      PVM_MagTransModuleTime: verbatim("1000"),
    },
  });
  await writeReconstruction(remarked, {
    examination: 5,
    visu: { VisuCreatorVersion: text("9.9", 65) },
  });
});
afterAll(() => rmSync(base, { recursive: true, force: true }));
beforeEach(() => {
  output = fresh();
});

/** Options whose effect shows in the DICOM files. */
const changing: readonly (readonly [keyof typeof command.options, string])[] = [
  ["objects", "enhanced"],
  ["uids", "vendor"],
  ["series-number", "exam"],
  ["uniform-slope", "true"],
  ["species", "Mus musculus"],
  ["strain", "C57BL/6J"],
  ["body-part", "SKULL"],
  ["laterality", "L"],
  ["patient-id", "P1"],
  ["patient-name", "Doe^J"],
  ["patient-comments", "{subject} of {project}"],
  ["project", "RATT1"],
  ["subject", "S1"],
  ["session", "S1_1"],
  ["de-identify", "true"],
  ["b-value", "nominal"],
  ["duty-cycle", "percent"],
  ["cest-creator", "owner"],
];

/** What an option is tried on, where the echoes of the plain study do not show it. */
const special: Readonly<Record<string, readonly string[]>> = {
  "uniform-slope": [slopes],
  "b-value": [weighted],
  "duty-cycle": [saturated],
  "cest-creator": [saturated],
};

test.each(changing)("--%s=%s changes the files", async (name, value) => {
  const words = special[name] ?? [study, "--scans=5"];
  await runHere(output, ...words);
  const other = fresh();
  await runHere(other, ...words, `--${name}=${value}`);
  const files = [output, other].map((folder) => JSON.stringify(digest(join(folder, "dicom"))));
  expect(files[0]).not.toBe(files[1]);
});

/** Numbers or texts of an attribute in the images of the only series, in their order. */
function valuesOf(folder: string, tag: string) {
  return listBelow(join(folder, "dicom"), ".dcm")
    .map(parseInstance)
    .sort((a, b) => a.numbers("00200013")[0]! - b.numbers("00200013")[0]!)
    .map((image) => (tag.endsWith("10") ? image.texts(tag)[0] : image.numbers(tag)[0]));
}

test.each([
  ["effective", [5, 1005, 1005]],
  ["nominal", [0, 1000, 1000]],
] as const)("--b-value=%s is the b-value of every image", async (choice, expected) => {
  await runHere(output, weighted, `--b-value=${choice}`);
  expect(valuesOf(output, "00189087")).toEqual(expected);
});

test.each([
  ["fraction", 0.5],
  ["percent", 50],
] as const)("--duty-cycle=%s is the form of (1061,1011)", async (choice, expected) => {
  await runHere(output, saturated, `--duty-cycle=${choice}`);
  expect(valuesOf(output, "10611011")).toEqual([expected, expected, expected]);
});

test.each([
  ["Lab of mine", "Lab of mine"],
  ["owner", "nmrsu"],
])("--cest-creator=%s is the creator of the block", async (choice, expected) => {
  await runHere(output, saturated, `--cest-creator=${choice}`);
  expect(new Set(valuesOf(output, "10610010"))).toEqual(new Set([expected]));
});

test("--recheck replaces a file whose bytes differ, which a plain second run does not look for", async () => {
  await runHere(output, study);
  const first = digest(join(output, "dicom"));
  const [damaged = ""] = listBelow(join(output, "dicom"), ".dcm");
  const bytes = readFileSync(damaged);
  bytes[bytes.length - 1]! ^= 1;
  writeFileSync(damaged, bytes);
  await runHere(output, study);
  expect(digest(join(output, "dicom"))).not.toEqual(first);
  expect((await runHere(output, study, "--recheck")).exitCode).toBe(0);
  expect(digest(join(output, "dicom"))).toEqual(first);
});

test("--strict ends with 1 when something was converted with a remark, and only then", async () => {
  expect((await runHere(output, study, "--strict")).exitCode).toBe(0);
  expect((await runHere(fresh(), remarked)).exitCode).toBe(0);
  const strict = fresh();
  expect((await runHere(strict, remarked, "--strict")).exitCode).toBe(1);
  expect(listBelow(join(strict, "dicom"), ".dcm")).toHaveLength(1);
});

test("every option of the program is accounted for", () => {
  const elsewhere = [
    ...["action", "input", "output", "overwrite", "scans", "dry-run", "recheck", "format"],
    ...["mapping", "shift-days", "secret-file", "partial", "strict", "workers", "log-format"],
  ];
  const known = [...changing.map(([name]) => name), ...elsewhere].sort();
  expect(Object.keys(command.options).sort()).toEqual(known);
});
