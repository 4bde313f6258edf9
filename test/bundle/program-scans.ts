import type { Vector3 } from "#shared/volume/grid.ts";
import { smallDwi, weightingsOf } from "#test/acceptance/small-dwi.ts";
import { niftiOf, type ScanFiles, scanFiles } from "#test/acceptance/small-scan.ts";
import { drawnForms, drawnImages, drawnMaps } from "#test/containers/mask-average/drawn-scan.ts";
import {
  columns,
  recoveryFiles,
  recoveryNifti,
  rows,
  slices,
  trueB1,
} from "#test/containers/process-t1/recovery-scan.ts";
import { encodeNiftiBytes } from "#test/phantom/nifti-bytes.ts";
import { methodFile } from "#test/phantom/paravision-files.ts";
import { encodeSpec, group, slices as rawSlices } from "#test/phantom/paravision-study.ts";
import { forge } from "#test/phantom/zip-bytes.ts";
import { spreadDirections } from "#test/shared/volume/gradients.ts";

/** A scan small enough for a run in a second, and options for it. */
export interface ProgramScan {
  readonly files: () => ScanFiles;
  /** Beside `--input=input`, or in place of it. */
  readonly options: readonly string[];
  readonly withoutInput?: boolean;
  /** What of its results is compared; maps, tables and pictures when left out. */
  readonly results?: RegExp;
}

const weightings = weightingsOf(2, [1000], spreadDirections(7));
const dwi = smallDwi(weightings);
const bValues = weightings.map(({ bValue }) => bValue);
const vectors = weightings.map(({ direction }): Vector3 => direction ?? [0, 0, 0]);

/** The same images without a word about their weighting, numbered in the order of acquisition. */
const silentDwi = (): ScanFiles =>
  scanFiles({
    ...dwi,
    changes: (k, e) => ({
      "00180081": ["DS", "30"],
      "00200012": ["IS", String(e + 1)],
      "00200013": ["IS", String(1 + k + dwi.slices! * e)],
    }),
  });

const table = {
  "scan.bval": Buffer.from(`${bValues.join(" ")}\n`),
  "scan.bvec": Buffer.from(
    [0, 1, 2].map((axis) => vectors.map((v) => v[axis]).join(" ")).join("\n"),
  ),
};

/** A study of ParaVision: echoes in slices, and complex images as float32. */
const rawStudy = (): ScanFiles => {
  const echoes = [group("FG_ECHO", 2, "VisuAcqEchoTime"), rawSlices(3)];
  return Object.fromEntries(
    [
      ...encodeSpec({ examination: 5, groups: echoes, echoTimesMs: [10, 20] }),
      ...encodeSpec({ examination: 6, wordType: "float32", slopes: 0.5, frames: 2 }),
    ].map(({ path, content }) => [`20240131_100000_M01_1_1/${path}`, content]),
  );
};
const dicomAndTable = /\.(dcm|tsv)$/;

/** What the bundles and images of the programs beside process-t2 are tried on; paths lie in the folder `input`. */
export const programScans: Readonly<Record<string, Readonly<Record<string, ProgramScan>>>> = {
  "process-t1": {
    "inversion recovery": { files: () => recoveryFiles("ir"), options: [] },
    "flip angles with a B1 map": {
      files: () => ({
        ...recoveryNifti("vfa"),
        "b1/map.nii": encodeNiftiBytes({
          shape: [columns, rows, slices],
          type: "float32",
          value: (_, j) => Math.max(0.1, trueB1(j)),
        }),
      }),
      options: ["--series=scan", "--b1-map=input/b1/map.nii"],
    },
  },
  "process-dwi": {
    "DICOM images that state their weighting": {
      files: () => scanFiles(dwi),
      options: ["--model=dti"],
    },
    "NIfTI with bval and bvec": {
      files: () => ({ ...niftiOf("scan", dwi), ...table }),
      options: ["--export-dwi"],
    },
    "DICOM images with ParaVision's method beside them": {
      files: () => ({
        ...silentDwi(),
        method: Buffer.from(
          methodFile(bValues.map((bValue, n) => ({ bValue, vector: vectors[n]! }))),
        ),
      }),
      options: [],
    },
  },
  mri2dicom: {
    "a raw study as folders": { files: rawStudy, options: [], results: dicomAndTable },
    "a raw study as an archive, as enhanced objects": {
      files: () => ({
        "study.zip": forge(
          Object.entries(rawStudy()).map(([name, content]) => ({
            name,
            bytes: Buffer.from(content),
          })),
        ),
      }),
      options: ["--objects=enhanced"],
      results: dicomAndTable,
    },
  },
  "mask-average": {
    "regions in four forms, with the images the maps were made from": {
      files: () => ({
        ...inFolder("scan", drawnImages()),
        ...inFolder("roi", drawnForms()),
        ...inFolder("maps", drawnMaps()),
      }),
      options: [
        "--reference=input/scan",
        "--roi=input/roi",
        "--map=input/maps",
        "--series=input/scan",
      ],
      withoutInput: true,
    },
  },
};

function inFolder(folder: string, files: ScanFiles): ScanFiles {
  const entries = Object.entries(files);
  return Object.fromEntries(entries.map(([path, bytes]) => [`${folder}/${path}`, bytes]));
}
