import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { encodeAim } from "#shared/phantom/encode-aim.ts";
import { encodeRtstruct } from "#shared/phantom/encode-rtstruct.ts";
import { hasDciodvfy, judge } from "#test/shared/dicom/dicom-tools.ts";
import { askPython, hasPydicom, inFolder } from "#test/shared/nifti/debian-tools.ts";
import { collection, images, parseAim } from "./example-drawing.ts";

const equipment = { manufacturer: "ICR", model: "XNAT-OHIF-VIEWER", version: "3.6.0" };
const bytes = encodeRtstruct(collection, images, equipment);

test("the same drawing gives the same bytes", () => {
  expect(Buffer.from(encodeRtstruct(collection, images, equipment)).equals(bytes)).toBe(true);
});

test.skipIf(!hasDciodvfy)(
  "dciodvfy (Debian package dicom3tools) finds no error and no warning",
  async () => {
    expect(await judge(bytes)).toEqual({ errors: [], warnings: [] });
  },
);

interface PydicomContours {
  readonly charset: string;
  readonly label: string;
  readonly study: string;
  readonly series: string;
  readonly names: readonly [number, string][];
  readonly contours: readonly {
    readonly roi: number;
    readonly image: string;
    readonly type: string;
    readonly count: number;
    readonly data: readonly number[];
  }[];
}

const script = `
import sys, json, pydicom
d = pydicom.dcmread(sys.argv[1])
frame = d.ReferencedFrameOfReferenceSequence[0].RTReferencedStudySequence[0]
contours = [dict(roi=int(r.ReferencedROINumber), image=c.ContourImageSequence[0].ReferencedSOPInstanceUID,
    type=c.ContourGeometricType, count=int(c.NumberOfContourPoints), data=[float(v) for v in c.ContourData])
    for r in d.ROIContourSequence for c in r.ContourSequence]
print(json.dumps(dict(charset=d.SpecificCharacterSet, label=d.StructureSetLabel,
    study=frame.ReferencedSOPInstanceUID, series=frame.RTReferencedSeriesSequence[0].SeriesInstanceUID,
    names=[[int(r.ROINumber), r.ROIName] for r in d.StructureSetROISequence], contours=contours)))
`;

describe.skipIf(!hasPydicom)("read by pydicom", () => {
  const read = inFolder(async (folder) => {
    const path = join(folder, "rtstruct.dcm");
    writeFileSync(path, bytes);
    return askPython(script, [path]) as PydicomContours;
  });

  test("names in UTF-8, numbers and references are those of the drawing", async () => {
    const { charset, label, names, study, series } = await read;
    expect([charset, label]).toEqual(["ISO_IR 192", "mouse organs"]);
    expect(names).toEqual(collection.regions.map(({ number, name }) => [number, name]));
    expect([study, series]).toEqual([images.session.StudyInstanceUID, images.seriesInstanceUID]);
  });

  test("corners lie where those of the AIM file do, by the formulas of PS3.3 C.7.6.2", async () => {
    const { contours } = await read;
    // Written out once more, from the attributes of the images rather than from the grid.
    const a = images.grid.affineLps;
    const length = (c: number) => Math.hypot(a[c]!, a[4 + c]!, a[8 + c]!);
    const cosines = (c: number) => [0, 4, 8].map((r) => a[r + c]! / length(c));
    const [columnSpacing, rowSpacing] = [0.25, 0.3];
    expect([length(0), length(1)].map((value) => value.toFixed(9))).toEqual(
      [columnSpacing, rowSpacing].map((value) => value.toFixed(9)),
    );
    const parsed = parseAim(encodeAim(collection, images)).flatMap(({ outlines }) => outlines);
    expect(contours).toHaveLength(parsed.length);
    contours.forEach(({ image, type, count, data }, n) => {
      const { image: drawn, points } = parsed[n]!;
      expect([image, type]).toEqual([drawn, "CLOSED_PLANAR"]);
      expect([count, data.length]).toEqual([points.length - 1, 3 * (points.length - 1)]);
      const slice = images.sopInstanceUIDs.indexOf(image);
      points.slice(0, -1).forEach(([x, y], corner) => {
        for (const axis of [0, 1, 2]) {
          const position = a[4 * axis + 3]! + slice * a[4 * axis + 2]!;
          const expected =
            position +
            (x - 0.5) * columnSpacing * cosines(0)[axis]! +
            (y - 0.5) * rowSpacing * cosines(1)[axis]!;
          expect(Math.abs(data[3 * corner + axis]! - expected)).toBeLessThan(1e-9);
        }
      });
    });
  });
});
