import { niftiOf, type ScanFiles, scanFiles } from "#test/acceptance/small-scan.ts";
import { writeAim } from "#test/phantom/aim-text.ts";
import { type ByteElement, encodeDicom } from "#test/phantom/dicom-bytes.ts";
import { axes, origin, spacing } from "#test/phantom/dicom-images.ts";
import { encodeNiftiBytes, type NiftiImage } from "#test/phantom/nifti-bytes.ts";
import { type RtFile, rtstructElements } from "#test/phantom/rtstruct-bytes.ts";
import { segmentationElements } from "#test/phantom/segmentation-files.ts";

// A multi-echo scan on oblique planes, regions drawn on it in all four forms, and the maps of a fit of it: nothing of it comes
// from the code under test.

export const columns = 24;
export const rows = 20;
export const slices = 4;
export const echoTimesMs = [10, 20, 40, 80];

/** A series on which regions can be drawn. */
export interface DrawnSeries {
  readonly series: string;
  readonly number: string;
  /** SOPInstanceUID of the first echo of slice k. */
  readonly image: (k: number) => string;
  /** mm along the normal from the place of the first series. */
  readonly lift: number;
}

export const firstSeries: DrawnSeries = {
  ...{ series: "1.2.3.5", number: "4", lift: 0 },
  image: (k) => `1.2.3.4.${k + 1}.1`,
};

/** Other slices of the same session: half a millimetre higher, so that no plane is one of the first. */
export const secondSeries: DrawnSeries = {
  ...{ series: "1.2.3.50", number: "9", lift: 0.5 },
  image: (k) => `1.2.3.40.${k + 1}.1`,
};

type Point = readonly [column: number, row: number];

/** A region: outlines by slice, in columns and rows, the centre of the first voxel at (0, 0). */
export interface DrawnRegion {
  readonly name: string;
  readonly outlines: readonly { readonly slice: number; readonly points: readonly Point[] }[];
}

export function rectangle(left: number, top: number, right: number, bottom: number): Point[] {
  return [
    [left, top],
    [right, top],
    [right, bottom],
    [left, bottom],
  ];
}

/** Three regions that share no voxel: a hexagon through two slices, a ring, and a rectangle through all. */
export const usualRegions: readonly DrawnRegion[] = [
  {
    name: "kidney",
    outlines: [1, 2].map((slice) => ({
      slice,
      points: [
        [2.3, 6.1],
        [5.2, 2.4],
        [9.7, 2.2],
        [11.6, 6.3],
        [9.1, 10.8],
        [4.4, 10.6],
      ] as const,
    })),
  },
  {
    name: "ring",
    outlines: [
      { slice: 2, points: rectangle(13.3, 1.7, 21.6, 8.4) },
      { slice: 2, points: rectangle(15.4, 3.3, 18.7, 6.2) },
    ],
  },
  {
    name: "liver",
    outlines: [0, 1, 2, 3].map((slice) => ({ slice, points: rectangle(1.6, 12.3, 20.2, 18.1) })),
  },
];

/** The voxels of a region by the even-odd rule, i fastest; no outline here passes through a voxel's centre. */
export function maskOf({ outlines }: DrawnRegion): Uint8Array {
  const mask = new Uint8Array(columns * rows * slices);
  for (const { slice, points } of outlines) {
    for (let j = 0; j < rows; j++) {
      for (let i = 0; i < columns; i++) {
        if (isInside([i, j], points)) mask[i + columns * (j + rows * slice)]! ^= 1;
      }
    }
  }
  return mask;
}

function isInside([x, y]: Point, points: readonly Point[]): boolean {
  let inside = false;
  points.forEach(([x1, y1], n) => {
    const [x2, y2] = points[(n + 1) % points.length]!;
    if (y1 > y !== y2 > y && x < x1 + ((y - y1) / (y2 - y1)) * (x2 - x1)) inside = !inside;
  });
  return inside;
}

/** Patient coordinates of a point of a slice, mm. */
export function placeOf(column: number, row: number, slice: number, lift = 0): readonly number[] {
  const along = [column * spacing[0], row * spacing[1], slice * spacing[2] + lift];
  return origin.map(
    (start, axis) => start + along.reduce((sum, mm, n) => sum + mm * axes[n]![axis]!, 0),
  );
}

/** Index to R, A, S of the voxels of a series; `steps` are the voxel sizes in those of the series, from the first centre. */
export function affineOf(lift = 0, steps: readonly [number, number, number] = [1, 1, 1]): number[] {
  const start = placeOf(0, 0, 0, lift);
  return [0, 1, 2].flatMap((axis) => {
    const sign = axis === 2 ? 1 : -1;
    return [
      ...[0, 1, 2].map((n) => sign * steps[n]! * spacing[n]! * axes[n]![axis]!),
      sign * start[axis]!,
    ];
  });
}

/** T2 of a voxel, ms. */
export function trueT2(i: number, j: number, k: number): number {
  return 40 + i + 0.5 * j + 3 * k;
}

/** Signal of a voxel at an echo. */
const signal = (i: number, j: number, k: number, e: number) =>
  Math.round((20_000 - 50 * i) * Math.exp(-echoTimesMs[e]! / trueT2(i, j, k)));

/** The images of a series. */
export function drawnImages({ series, number, image, lift }: DrawnSeries = firstSeries): ScanFiles {
  return scanFiles({
    ...{ columns, rows, slices, echoTimesMs, value: signal },
    name: (k, e) => `${number}-${k}-${e}.dcm`,
    changes: (k, e) => ({
      "00080018": ["UI", image(k).replace(/1$/, String(e + 1))],
      "00180050": ["DS", String(spacing[2])],
      "0020000E": ["UI", series],
      "00200011": ["IS", number],
      "00200032": ["DS", placeOf(0, 0, k, lift).map(short).join("\\")],
    }),
  });
}

/** The images as one 4D NIfTI file without a word about its echoes. */
export const silentImages = (): ScanFiles =>
  niftiOf("scan", { columns, rows, slices, echoTimesMs, value: signal });

/** The regions as the viewer stores them. */
export function drawnAim(
  regions: readonly DrawnRegion[] = usualRegions,
  on: DrawnSeries = firstSeries,
  description = "drawn",
): Buffer {
  return Buffer.from(
    writeAim({
      ...{ description, study: "1.2.3", series: on.series, uid: `1.2.7.${on.number}` },
      annotations: regions.map(({ name, outlines }) => ({
        name,
        markups: outlines.map(({ slice, points }) => ({
          points: points.map(([x, y]) => [
            Number((x + 0.5).toFixed(6)),
            Number((y + 0.5).toFixed(6)),
          ]),
          image: on.image(slice),
        })),
      })),
    }),
  );
}

/** The regions as a structure set of a planning system. */
export function drawnRtstruct(
  regions: readonly DrawnRegion[] = usualRegions,
  on: DrawnSeries = firstSeries,
  more: Partial<RtFile> = {},
): readonly ByteElement[] {
  return rtstructElements({
    ...{ label: "drawn", characterSet: "ISO_IR 192", model: "Planner" },
    ...{
      uid: `1.2.8.${on.number}`,
      study: "1.2.3",
      series: on.series,
      frameOfReference: "1.2.3.6",
    },
    rois: regions.map(({ name, outlines }, n) => ({
      ...{ number: n + 1, name },
      contours: outlines.map(({ slice, points }) => ({
        data: points.flatMap(([x, y]) => placeOf(x, y, slice, on.lift).map(short)),
        images: [on.image(slice)],
      })),
    })),
    ...more,
  }).map((element) => (element[0] === "00080070" ? ["00080070", "LO", "Bytes"] : element));
}

/** The regions as a segmentation; of `shares` each voxel inside has this share of 255. */
export function drawnSegmentation(
  regions: readonly DrawnRegion[] = usualRegions,
  on: DrawnSeries = firstSeries,
  shares?: (voxel: number) => number,
): readonly ByteElement[] {
  const plane = columns * rows;
  const frames = regions.flatMap((region, n) => {
    const mask = maskOf(region);
    return Array.from({ length: slices }, (_, k) => ({
      segment: n + 1,
      position: placeOf(0, 0, k, on.lift).map(short),
      values: [...mask.subarray(k * plane, (k + 1) * plane)].map((inside, voxel) =>
        shares === undefined ? inside : inside * shares(voxel),
      ),
    })).filter(({ values }) => values.some((value) => value > 0));
  });
  return segmentationElements(
    {
      type: shares === undefined ? "BINARY" : "FRACTIONAL",
      ...{ columns, rows, frames, bits: shares === undefined ? 1 : 8 },
      segments: regions.map(({ name }, n) => [n + 1, name]),
    },
    {
      "00080018": ["UI", `1.2.9.${on.number}`],
      "00081115": ["SQ", [[["0020000E", "UI", on.series]]]],
      "0020000E": ["UI", `1.2.9.9.${on.number}`],
      "52009229": [
        "SQ",
        [
          [
            [
              "00209116",
              "SQ",
              [[["00200037", "DS", [...axes[0], ...axes[1]].map(short).join("\\")]]],
            ],
            [
              "00289110",
              "SQ",
              [
                [
                  ["00180050", "DS", String(spacing[2])],
                  ["00180088", "DS", String(spacing[2])],
                  ["00280030", "DS", `${spacing[1]}\\${spacing[0]}`],
                ],
              ],
            ],
          ],
        ],
      ],
    },
  );
}

/** The regions as a label map with its table of names. */
export function drawnLabels(
  stem: string,
  regions: readonly DrawnRegion[] = usualRegions,
  on: DrawnSeries = firstSeries,
): ScanFiles {
  const masks = regions.map(maskOf);
  const value = (i: number, j: number, k: number) =>
    1 + masks.findLastIndex((mask) => mask[i + columns * (j + rows * k)] === 1);
  const names = regions.map(({ name }, n) => `${n + 1}\t${name}`);
  return {
    [`${stem}.nii`]: drawnImage("int16", value, { affine: affineOf(on.lift) }),
    [`${stem}.tsv`]: Buffer.from(["index\tname", ...names, ""].join("\n")),
  };
}

/** All four forms in one folder of their own each. */
export function drawnForms(regions: readonly DrawnRegion[] = usualRegions): ScanFiles {
  return {
    "aim/drawn.xml": drawnAim(regions),
    "rtstruct/drawn.dcm": encodeDicom(drawnRtstruct(regions)),
    "seg/drawn.dcm": encodeDicom(drawnSegmentation(regions)),
    ...Object.fromEntries(
      Object.entries(drawnLabels("drawn", regions)).map(([path, bytes]) => [
        `nifti/${path}`,
        bytes,
      ]),
    ),
  };
}

/** A NIfTI image on the voxels of the scan. */
export function drawnImage(
  type: NiftiImage["type"],
  value: NiftiImage["value"],
  more: Partial<NiftiImage> = {},
): Buffer {
  return encodeNiftiBytes({
    ...{ shape: [columns, rows, slices], type, value },
    affine: affineOf(),
    ...more,
  });
}

/** Voxels of the maps that have another status, no value, 0, or a negative one. */
export const spoilt = { atBound: [5, 5, 1], nan: [6, 5, 1], zero: [7, 5, 1], negative: [8, 5, 1] };

function isAt([i, j, k]: readonly number[], [x, y, z]: readonly number[]): boolean {
  return i === x && j === y && k === z;
}

/** T2 map (s) with standard errors and status, as process-t2 writes them, and an ADC map (mm²/s) alone. */
export function drawnMaps(): ScanFiles {
  const sidecar = (fields: object) => Buffer.from(JSON.stringify(fields));
  const t2: NiftiImage["value"] = (i, j, k) => {
    if (isAt([i, j, k], spoilt.nan)) return Number.NaN;
    if (isAt([i, j, k], spoilt.zero)) return 0;
    if (isAt([i, j, k], spoilt.negative)) return -0.01;
    return trueT2(i, j, k) / 1000;
  };
  return {
    "sub-1_T2map.nii": drawnImage("float32", t2),
    "sub-1_T2map.json": sidecar({
      ...{
        Units: "s",
        Model: "mono-exponential-decay",
        EchoTime: echoTimesMs.map((t) => t / 1000),
      },
      FixedParameters: {},
    }),
    "sub-1_desc-stderr_T2map.nii": drawnImage("float32", (i) => 0.001 + i / 1e5),
    "sub-1_desc-stderr_T2map.json": sidecar({ Units: "s" }),
    "sub-1_desc-rsquared_T2map.nii": drawnImage("float32", () => 0.9),
    "sub-1_desc-status_dseg.nii": drawnImage("int16", (...at) =>
      isAt(at, spoilt.atBound) ? 6 : 1,
    ),
    "sub-1_ADC.nii": drawnImage("float32", (i, j, k) => (8 + i / 10 + j / 20 + k) / 1e4),
    "sub-1_ADC.json": sidecar({ Units: "mm2/s" }),
  };
}

/** A decimal string holds 16 characters. */
function short(value: number): number {
  return Number(value.toFixed(8));
}
