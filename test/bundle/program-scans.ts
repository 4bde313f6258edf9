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
import { spreadDirections } from "#test/shared/volume/gradients.ts";

/** A scan small enough for a run in a second, and options for it. */
export interface ProgramScan {
  readonly files: () => ScanFiles;
  /** Beside `--input=input`, or in place of it. */
  readonly options: readonly string[];
  readonly withoutInput?: boolean;
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
