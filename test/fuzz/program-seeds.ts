import { smallDwi, weightingsOf } from "#test/acceptance/small-dwi.ts";
import { niftiOf, type ScanFiles } from "#test/acceptance/small-scan.ts";
import type { ByteElement, FileOptions } from "#test/phantom/dicom-bytes.ts";
import { type Changes, classicImage, pixelBytes } from "#test/phantom/dicom-images.ts";
import {
  diffusionImages,
  encodeCsa,
  measurements,
  publicDiffusion,
} from "#test/phantom/diffusion-images.ts";
import { encodeNiftiBytes } from "#test/phantom/nifti-bytes.ts";
import { methodFile, visuFile } from "#test/phantom/paravision-files.ts";
import { enhancedDiffusion, vendors } from "#test/phantom/vendor-diffusion.ts";
import { spreadDirections } from "#test/shared/volume/gradients.ts";

/** A sound input of a program, whose files are damaged one at a time. */
export interface ProgramSeed {
  readonly name: string;
  readonly images: Readonly<Record<string, readonly ByteElement[]>>;
  readonly writing?: FileOptions;
  readonly texts?: Readonly<Record<string, string>>;
  readonly binaries?: ScanFiles;
  /** Options; `input/` stands for the folder. */
  readonly options?: readonly string[];
}

/** b-values of eight volumes and their directions along the axes of the image. */
const weightings = weightingsOf(1, [1000], spreadDirections(7));
const bval = weightings.map(({ bValue }) => bValue).join(" ");
const bvec = [0, 1, 2]
  .map((axis) => weightings.map(({ direction }) => direction?.[axis] ?? 0).join(" "))
  .join("\n");
const silent = diffusionImages(() => ({}));
const experiments = measurements.map(({ b, g = [0, 0, 0] }) => ({ bValue: b, vector: g }));
const matrices = measurements.flatMap(({ b, g = [0, 0, 0] }) =>
  g.flatMap((x) => g.map((y) => b * x * y)),
);
const dwiNifti = niftiOf("scan", { ...smallDwi(weightings), columns: 5, rows: 4 });

const mosaic = Object.fromEntries(
  measurements.map(({ b, g }, n) => {
    const csa = {
      B_value: [b],
      DiffusionGradientDirection: g ?? [],
      NumberOfImagesInMosaic: [4],
      SliceNormalVector: [0, 0, 1],
    };
    const changes: Changes = {
      "00080008": ["CS", "ORIGINAL\\PRIMARY\\DIFFUSION\\MOSAIC"],
      // Two by two pixels a slice, four slices, and what is known of them in the CSA header alone.
      "00280010": ["US", 4],
      "00280011": ["US", 4],
      "00290010": ["LO", "SIEMENS CSA HEADER"],
      "00291010": ["OB", encodeCsa(csa, n % 2 === 0 ? "CSA2" : "CSA1")],
      "7FE00010": ["OW", pixelBytes(0, n).subarray(0, 32)],
    };
    return [`M${n}.dcm`, classicImage(0, n, changes)];
  }),
);

/** What process-dwi reads: every vendor's attributes, mosaics, functional groups, and the files beside the images. */
export const diffusionSeeds: readonly ProgramSeed[] = [
  ...vendors.map(([name, , attributes]) => ({ name, images: diffusionImages(attributes) })),
  ...vendors.slice(1, 4).map(([name, , attributes]) => ({
    name: `${name}, implicit`,
    images: diffusionImages(attributes),
    writing: { writing: "implicit" } as const,
  })),
  { name: "mosaic", images: mosaic },
  {
    name: "functional groups",
    images: {
      "e.dcm": enhancedDiffusion([1000, 0, 1000], [[0, 0, 1], undefined, [0, 1, 0]]),
    },
  },
  {
    name: "ParaVision's method",
    images: silent,
    texts: { method: methodFile(experiments) },
  },
  {
    name: "ParaVision's visu_pars",
    images: silent,
    texts: {
      method: methodFile(experiments),
      "pdata/1/visu_pars": visuFile(2, measurements.length, [
        ["VisuAcqDiffusionBMatrix", `( ${measurements.length}, 9 )\n${matrices.join(" ")}`],
      ]),
    },
  },
  {
    name: "bval and bvec of NIfTI",
    images: {},
    binaries: dwiNifti,
    texts: { "scan.bval": bval, "scan.bvec": bvec, "scan.json": '{"Modality": "MR"}' },
  },
  {
    name: "bval and bvec given",
    images: silent,
    texts: { "given.bval": "0 1000 1000 500", "given.bvec": "0 0 0\n0 0 1\n0 1 0\n1 0 0" },
    options: ["--bvals=input/given.bval", "--bvecs=input/given.bvec"],
  },
  {
    name: "bval and bvec that win",
    images: diffusionImages(publicDiffusion),
    texts: { "given.bval": "0 900 900 400", "given.bvec": "0 0 0\n0 0 1\n0 1 0\n1 0 0" },
    options: ["--bvals=input/given.bval", "--bvecs=input/given.bvec", "--override=bvals"],
  },
];

const inversionTimes = [50, 200, 800, 3200];
const angles = [2, 5, 10, 20];

/** Images of one slice at four values of an attribute, of one part of the signal. */
function recoveryImages(
  tag: string,
  values: readonly number[],
  part = "M",
  value: (v: number, n: number) => number = (v, n) => 100 * n - 150 + v,
  more: Changes = {},
): Record<string, readonly ByteElement[]> {
  return Object.fromEntries(
    values.map((one, n) => {
      const pixels = Buffer.alloc(40);
      for (let v = 0; v < 20; v++) pixels.writeInt16LE(Math.round(value(v, n)), 2 * v);
      const changes: Changes = {
        "00080008": ["CS", `ORIGINAL\\PRIMARY\\${part}`],
        "00080018": ["UI", `1.2.6.${part.charCodeAt(0)}.${n}`],
        "00180080": ["DS", "15"],
        "00180081": ["DS", "3"],
        "00280103": ["US", 1],
        [tag]: ["DS", String(one)],
        "7FE00010": ["OW", pixels],
        ...more,
      };
      return [`${part}${n}.dcm`, classicImage(0, 0, changes)];
    }),
  );
}

const magnitude = (v: number, n: number) => 1000 + 50 * n + v;
const flipAngles = recoveryImages("00181314", angles, "M", magnitude);
const small = { columns: 5, rows: 4, slices: 1, echoTimesMs: [1, 2, 3, 4, 5] } as const;
const b1Nifti = encodeNiftiBytes({ shape: [5, 4, 1], type: "float32", value: (i) => 80 + 10 * i });
const b1Changes: Changes = {
  "00080018": ["UI", "1.2.8.1"],
  "0020000E": ["UI", "1.2.8"],
  "00200011": ["IS", "9"],
};
const b1Image = recoveryImages("00181314", [60], "M", (v) => 90 + v, b1Changes)["M0.dcm"]!;

/** What process-t1 reads: times and angles, parts of the complex signal, B1 maps, NIfTI parts with sidecars. */
export const recoverySeeds: readonly ProgramSeed[] = [
  { name: "repetition times", images: recoveryImages("00180080", inversionTimes, "M", magnitude) },
  { name: "inversion times", images: recoveryImages("00180082", inversionTimes, "M", magnitude) },
  {
    name: "real and imaginary",
    images: {
      ...recoveryImages("00180082", inversionTimes, "R"),
      ...recoveryImages("00180082", inversionTimes, "I"),
    },
  },
  {
    name: "magnitude and phase",
    images: {
      ...recoveryImages("00180082", inversionTimes, "M", magnitude),
      ...recoveryImages("00180082", inversionTimes, "P", (v, n) => -3142 + 330 * v + n),
    },
    options: ["--model=ir-complex"],
  },
  {
    name: "flip angles with a B1 map",
    images: {},
    binaries: {
      ...niftiOf("scan", { ...small, value: (i, j, _, n) => magnitude(i + 5 * j, n) }),
      "b1/map.nii": b1Nifti,
    },
    texts: {
      "scan.json": '{"FlipAngle": [2, 5, 10, 15, 20], "RepetitionTime": 0.015}',
      "b1/map.json": '{"Units": "percent"}',
    },
    options: ["--series=scan", "--b1-map=input/b1/map.nii"],
  },
  {
    name: "flip angles with B1 images",
    images: { ...flipAngles, "b1/M0.dcm": b1Image },
    options: ["--series=4", "--b1-map=input/b1"],
  },
  {
    name: "NIfTI of real and imaginary parts",
    images: {},
    binaries: { ...niftiOf("scan_real", small), ...niftiOf("scan_imaginary", small) },
    texts: Object.fromEntries(
      ["real", "imaginary"].map((part) => [
        `scan_${part}.json`,
        '{"InversionTime": [0.05, 0.1, 0.2, 0.4, 2], "RepetitionTime": 5, "Modality": "MR"}',
      ]),
    ),
    options: ["--model=ir-complex"],
  },
];
