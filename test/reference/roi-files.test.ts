import { globSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { describe, expect, test } from "vitest";
import { readAim } from "#shared/roi/read-aim.ts";
import { readRtstruct } from "#shared/roi/read-rtstruct.ts";
import type { Contour, Reference, Roi, RoiCollection } from "#shared/roi/roi.ts";
import { codeOf, messageOf } from "#test/shared/roi/codes.ts";
import { findRoiFolder, readPlanes } from "./roi-folder.ts";

// Every way in which the synthetic set stores its contours gives the index-space contours they were made from.

interface ExpectedContour {
  readonly slice: number;
  readonly type: string;
  readonly points: readonly (readonly [number, number])[];
}
interface ExpectedRoi {
  readonly number: number;
  readonly name: string;
  readonly color_rgb: readonly number[];
  readonly present_in: { readonly rtstruct: boolean; readonly aim: boolean };
  readonly contours_index: readonly ExpectedContour[];
}

const folder = findRoiFolder("preclinical-synthetic");
const bad = findRoiFolder("bad-inputs");
const read = (path: string): RoiCollection =>
  (path.endsWith(".xml") ? readAim : readRtstruct)(basename(path), readFileSync(path));

/** A contour as plane and points of the index space. */
function indexed(contour: Contour, { planes, images }: Reference): [number, number[][]] {
  const { points, space } = contour;
  if (space === "image") {
    const [{ sopInstanceUID, frameNumber } = { sopInstanceUID: "", frameNumber: 1 }] =
      contour.images;
    const plane = images.findIndex((same) =>
      same.some(
        (image) =>
          image.sopInstanceUID === sopInstanceUID && (image.frameNumber || 1) === frameNumber,
      ),
    );
    return [
      plane,
      Array.from({ length: points.length / 2 }, (_, i) => [points[2 * i]!, points[2 * i + 1]!]),
    ];
  }
  const { rowStep: r, columnStep: c, origins } = planes;
  const dot = (a: readonly number[], b: readonly number[]) =>
    a[0]! * b[0]! + a[1]! * b[1]! + a[2]! * b[2]!;
  const normal = [r[1] * c[2] - r[2] * c[1], r[2] * c[0] - r[0] * c[2], r[0] * c[1] - r[1] * c[0]];
  const from = (k: number, i: number) =>
    [0, 1, 2].map((axis) => points[3 * i + axis]! - origins[k]![axis]!);
  const distances = origins.map(
    (_, k) => Math.abs(dot(from(k, 0), normal)) / Math.sqrt(dot(normal, normal)),
  );
  const plane = distances.indexOf(Math.min(...distances));
  return [
    plane,
    Array.from({ length: points.length / 3 }, (_, i) => {
      const p = from(plane, i);
      return [dot(p, r) / dot(r, r), dot(p, c) / dot(c, c)];
    }),
  ];
}

function expectContours(roi: Roi, expected: ExpectedRoi, reference: Reference): void {
  expect(roi.shape.form).toBe("contours");
  if (roi.shape.form !== "contours") return;
  const found = roi.shape.contours.map((contour) => indexed(contour, reference));
  const key = ([plane, points]: [number, number[][]]) =>
    plane * 1e6 + points.length * 1e3 + points[0]![0]!;
  const wanted = expected.contours_index.map(
    ({ slice, points }) => [slice, points as unknown as number[][]] as [number, number[][]],
  );
  const sort = (list: [number, number[][]][]) => [...list].sort((a, b) => key(a) - key(b));
  expect(found).toHaveLength(wanted.length);
  sort(found).forEach(([plane, points], n) => {
    const [wantedPlane, wantedPoints] = sort(wanted)[n]!;
    expect([plane, points.length]).toEqual([wantedPlane, wantedPoints.length]);
    const error = Math.max(
      ...points.map(([x, y], i) =>
        Math.hypot(x! - wantedPoints[i]![0]!, y! - wantedPoints[i]![1]!),
      ),
    );
    expect(error).toBeLessThan(1e-5);
  });
}

describe.skipIf(folder === undefined)("contours of the synthetic set", () => {
  const { rois } = JSON.parse(readFileSync(join(folder ?? "", "expected.json"), "utf8")) as {
    rois: readonly ExpectedRoi[];
  };
  const files = globSync(["*/rtstruct/*.dcm", "*/aim/*.xml", "*/aim/special/[bp]*.xml"], {
    cwd: folder ?? "",
  }).sort();

  test.each(files)("%s", (path) => {
    const collection = read(join(folder!, path));
    const kind = collection.kind === "AIM" ? "aim" : "rtstruct";
    const expected = rois.filter((roi) => roi.present_in[kind]);
    const reference = readPlanes(join(folder!, path.split("/")[0]!, "dicom"));
    expect(collection.rois.map(({ name }) => name)).toEqual(expected.map(({ name }) => name));
    if (kind === "rtstruct") {
      expect(collection.rois.map(({ number }) => number)).toEqual(
        expected.map(({ number }) => number),
      );
      expect(collection.frameOfReferenceUID).toBe(reference.frameOfReferenceUID);
    }
    const stale = path.includes("stale");
    expect(collection.seriesInstanceUIDs.includes(reference.seriesInstanceUID)).toBe(!stale);
    expect(collection.studyInstanceUID).toBe(reference.studyInstanceUID);
    expect(collection.diagnostics.map(({ code }) => code)).toEqual(["DUPLICATE_NAME"]);
    collection.rois.forEach((roi, i) => {
      expect(roi.colour ?? expected[i]!.color_rgb).toEqual(expected[i]!.color_rgb);
      expectContours(roi, expected[i]!, reference);
    });
  });

  test("every variant was read", () => {
    expect(files).toHaveLength(21);
  });

  test("circle and ellipse of another producer hold the pixels of the curves", () => {
    const { rois: found } = read(join(folder!, "axial/aim/special/other-producer.xml"));
    const shapes = found.map(({ shape }) => (shape.form === "contours" ? shape.contours : []));
    expect(shapes.map((contours) => contours.map(({ kind }) => kind))).toEqual([
      Array(4).fill("closed"),
      Array(4).fill("closed"),
      ["closed"],
      ["closed"],
      ["point"],
    ]);
    expect(shapes[1]!.map(({ exclude }) => exclude)).toEqual([false, true, false, true]);
    expect(countInside(shapes[2]![0]!.points)).toBe(616);
    expect(countInside(shapes[3]![0]!.points)).toBe(470);
  });
});

/** Pixel centres inside one outline, by the rule of the data set. */
function countInside(points: Float64Array): number {
  const count = points.length / 2;
  let inside = 0;
  for (let j = 0; j < 192; j++) {
    for (let i = 0; i < 256; i++) {
      let odd = false;
      for (let n = 0; n < count; n++) {
        const next = (n + 1) % count;
        const [x1, y1] = [points[2 * n]!, points[2 * n + 1]!];
        const [x2, y2] = [points[2 * next]!, points[2 * next + 1]!];
        if (y1 <= j !== y2 <= j && i < x1 + ((j - y1) * (x2 - x1)) / (y2 - y1)) odd = !odd;
      }
      if (odd) inside++;
    }
  }
  return inside;
}

describe.skipIf(bad === undefined)("bad files of contours", () => {
  test.each([
    ["empty-rtstruct/no-roi-sequence.dcm", "E-NO-ROI", "it has no Structure Set ROI Sequence"],
    ["truncated/rtstruct-cut-in-contour-data.dcm", "E-TRUNCATED", "31420 bytes present"],
    ["truncated/rtstruct-cut-in-preamble.dcm", "E-ROI-FILE", "100 bytes long"],
    ["truncated/empty-file.dcm", "E-ROI-FILE", "0 bytes long"],
    ["xml/bomb.xml", "E-XML-DOCTYPE", "document type declaration with entities"],
    ["xml/external-entity.xml", "E-XML-DOCTYPE", "declares an external entity"],
    ["xml/malformed.xml", "E-XML", "at line 4833 it ends inside an element"],
    ["xml/aim-version-3.xml", "E-AIM-VERSION", "is AIM version 3"],
    ["xml/not-aim.xml", "E-NOT-AIM", "is an XNAT catalog, no AIM"],
  ])("%s is refused: %s", (path, code, what) => {
    const start = performance.now();
    expect(codeOf(() => read(join(bad!, path)))).toBe(code);
    expect(messageOf(() => read(join(bad!, path)))).toContain(what);
    expect(performance.now() - start).toBeLessThan(1000);
  });

  test.each([
    [
      "rtstruct-contours/not-a-multiple-of-three.dcm",
      "BROKEN_CONTOUR",
      'Contour 1 of ROI 1 "kidney1" has 143 numbers, not a multiple of three',
    ],
    [
      "rtstruct-contours/empty-number.dcm",
      "BROKEN_CONTOUR",
      'Contour 2 of ROI 1 "kidney1" has an empty value at position 11',
    ],
    [
      "rtstruct-contours/huge-coordinate.dcm",
      "BROKEN_CONTOUR",
      'Contour 1 of ROI 1 "kidney1" has a coordinate of 1e308 mm',
    ],
    [
      "rtstruct-contours/unknown-roi-number.dcm",
      "UNKNOWN_ROI_NUMBER",
      "refer to ROI number 7, which the structure set does not define",
    ],
    [
      "xml/bad-coordinates.xml",
      "BROKEN_CONTOUR",
      'Contour 1 of ROI 1 "kidney1" holds a coordinate that is no number of pixels ("NaN")',
    ],
    [
      "xml/bad-coordinates.xml",
      "BROKEN_CONTOUR",
      'Contour 2 of ROI 1 "kidney1" holds a coordinate that is no number of pixels ("abc")',
    ],
    ["xml/wrong-encoding.xml", "TEXT_ENCODING", '"tum\ufffdr"'],
  ])("%s: %s", (path, code, what) => {
    const said = read(join(bad!, path)).diagnostics.filter(
      (diagnostic) => diagnostic.code === code,
    );
    expect(said.map(({ text }) => text).join("\n")).toContain(what);
  });
});
