import { describeScan, scanImage } from "#test/acceptance/small-scan.ts";
import { affineOf, placeOf } from "#test/containers/mask-average/drawn-scan.ts";
import { writeAim } from "#test/phantom/aim-text.ts";
import type { ByteElement } from "#test/phantom/dicom-bytes.ts";
import { axes, spacing } from "#test/phantom/dicom-images.ts";
import { encodeNiftiBytes, type NiftiImage } from "#test/phantom/nifti-bytes.ts";
import { rtstructElements } from "#test/phantom/rtstruct-bytes.ts";
import {
  type PhantomSegmentation,
  segmentationElements,
} from "#test/phantom/segmentation-files.ts";

/** A sound file: elements of DICOM, a text, or bytes. */
export type SeedFile = readonly ByteElement[] | string | Uint8Array;

// Two slices of 8 x 6 voxels keep the many runs short.
const [columns, rows, slices] = [8, 6, 2];
const imageOf = (k: number) => `1.2.3.4.${k + 1}.1`;
const text = (values: readonly number[]) =>
  values.map((value) => Number(value.toFixed(6))).join("\\");

/** Outlines by slice; the second region is a ring. */
const regions: readonly (readonly [
  string,
  readonly (readonly [number, number, number, number, number])[],
])[] = [
  ["left", [0, 1].map((k) => [k, 0.6, 0.7, 3.4, 4.6] as const)],
  [
    "ring",
    [
      [1, 3.6, 0.6, 7.3, 5.2],
      [1, 4.6, 1.7, 6.2, 3.4],
    ],
  ],
];

const corners = ([, x1, y1, x2, y2]: readonly [number, number, number, number, number]) =>
  [
    [x1, y1],
    [x2, y1],
    [x2, y2],
    [x1, y2],
  ] as const;

const aim = writeAim({
  ...{ description: "drawn", study: "1.2.3", uid: "1.2.7" },
  annotations: regions.map(([name, boxes]) => ({
    name,
    markups: boxes.map((box) => ({
      points: corners(box).map(([x, y]) => [x + 0.5, y + 0.5] as const),
      image: imageOf(box[0]),
    })),
  })),
});

const rtstruct = rtstructElements({
  ...{
    label: "drawn",
    model: "Planner",
    uid: "1.2.8",
    study: "1.2.3",
    frameOfReference: "1.2.3.6",
  },
  rois: regions.map(([name, boxes], n) => ({
    ...{ number: n + 1, name },
    contours: boxes.map((box) => ({
      data: text(corners(box).flatMap(([x, y]) => placeOf(x, y, box[0]))),
      images: [imageOf(box[0])],
    })),
  })),
});

const label = (i: number, j: number, k: number) =>
  i >= 1 && i <= 3 && j >= 1 && j <= 4 ? 1 : k === 1 && i >= 4 && j >= 1 ? 2 : 0;

function segmentation(type: PhantomSegmentation["type"]): readonly ByteElement[] {
  const plane = [
    ["00209116", "SQ", [[["00200037", "DS", text([...axes[0], ...axes[1]])]]]],
  ] as const;
  const measures: ByteElement = [
    "00289110",
    "SQ",
    [
      [
        ["00180050", "DS", String(spacing[2])],
        ["00280030", "DS", `${spacing[1]}\\${spacing[0]}`],
      ],
    ],
  ];
  const frames = [1, 2].flatMap((segment) =>
    Array.from({ length: slices }, (_, k) => ({
      segment,
      position: placeOf(0, 0, k).map((value) => Number(value.toFixed(6))),
      values: Array.from({ length: columns * rows }, (_, voxel) => {
        const inside = label(voxel % columns, Math.floor(voxel / columns), k) === segment;
        return inside ? (type === "BINARY" ? 1 : 60 + 4 * voxel) : 0;
      }),
    })),
  );
  const segments = regions.map(([name], n) => [n + 1, name] as const);
  const bits = type === "BINARY" ? 1 : 8;
  return segmentationElements(
    { type, columns, rows, bits, frames, segments },
    { "52009229": ["SQ", [[...plane, measures]]], "0020000E": ["UI", "1.2.9"] },
  );
}

function nifti(type: NiftiImage["type"], value: NiftiImage["value"], volumes = 1): Uint8Array {
  const shape = [columns, rows, slices, ...(volumes > 1 ? [volumes] : [])];
  return encodeNiftiBytes({ shape, type, value, affine: affineOf() });
}

const echoTimesMs = [10, 30, 60];
const scan = describeScan({
  ...{ columns, rows, slices, echoTimesMs },
  value: (i, j, k, e) =>
    Math.round((9000 - 50 * i) * Math.exp(-echoTimesMs[e]! / (40 + i + j + k))),
});

/** Regions in all forms (`roi/`), the images they were drawn on (`scan/`), and maps (`maps/`). */
export const regionSeeds: Readonly<Record<string, SeedFile>> = {
  "roi/aim/a.xml": aim,
  "roi/rtstruct/a.dcm": rtstruct,
  "roi/seg/a.dcm": segmentation("BINARY"),
  "roi/fractions/b.dcm": segmentation("FRACTIONAL"),
  "roi/nifti/a.nii": nifti("int16", label),
  "roi/nifti/a.tsv": "index\tname\n1\tleft\n2\tring\n",
  "maps/sub-1_T2map.nii": nifti("float32", (i, j, k) => (40 + i + j + k) / 1000),
  "maps/sub-1_T2map.json":
    '{"Units": "s", "Model": "mono-exponential-decay", "EchoTime": [0.01, 0.03]}',
  "maps/sub-1_desc-stderr_T2map.nii": nifti("float32", (i) => 0.001 + i / 1e5),
  "maps/sub-1_desc-status_dseg.nii": nifti("int16", (i) => (i === 2 ? 6 : 1)),
  "maps/sub-1_ADC.nii": nifti("float32", (i, j, k, t) => (i + j + k + t) / 1e4, 2),
  ...Object.fromEntries(
    Array.from({ length: slices * echoTimesMs.length }, (_, n) => [
      `scan/${n}.dcm`,
      scanImage(scan, n % slices, Math.floor(n / slices)),
    ]),
  ),
};
