import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { compareCollections } from "#shared/roi/compare-collections.ts";
import { readAim } from "#shared/roi/read-aim.ts";
import { readRtstruct } from "#shared/roi/read-rtstruct.ts";
import { findRoiFolder, readPlanes } from "./roi-folder.ts";

// RTSTRUCT files that lie a pixel off their AIM file, or have their spacings exchanged, against the numbers of the data set.

interface ExpectedFit {
  readonly scale: number;
  readonly offset: number;
}
interface ExpectedCase {
  readonly case: string;
  readonly collection_type: "AIM" | "RTSTRUCT";
  readonly files: readonly {
    readonly file: string;
    readonly rois: readonly {
      readonly mean_offset_px: readonly [number, number];
      readonly fit_column?: ExpectedFit;
      readonly fit_row?: ExpectedFit;
    }[];
  }[];
}

const folder = findRoiFolder("aim-rtstruct-disagreement");
const synthetic = findRoiFolder("preclinical-synthetic");

function compare(
  base: string,
  aimPath: string,
  rtstructPath: string,
  type: "AIM" | "RTSTRUCT",
  images = "dicom",
) {
  const aim = readAim("aim.xml", readFileSync(join(base, aimPath)));
  const rtstruct = readRtstruct("rtstruct.dcm", readFileSync(join(base, rtstructPath)));
  const reference = readPlanes(join(base, images));
  return type === "AIM"
    ? compareCollections(aim, rtstruct, reference)
    : compareCollections(rtstruct, aim, reference);
}

describe.skipIf(folder === undefined)("AIM against RTSTRUCT", () => {
  const { cases } = JSON.parse(readFileSync(join(folder ?? "", "expected.json"), "utf8")) as {
    cases: readonly ExpectedCase[];
  };
  const files = cases.flatMap((one) =>
    one.files
      .filter(({ file }) => file !== "aim.xml")
      .map(({ file, rois }) => {
        // Where the RTSTRUCT is the original, its own line is the control; the offsets stand with the AIM file.
        const listed = one.files.find((other) => other.file === "aim.xml")?.rois ?? rois;
        return [one.case, file, one.collection_type, listed] as const;
      }),
  );

  test.each(files)(
    "%s/%s has the offsets and scales it was made with",
    (name, file, type, rois) => {
      const found = compare(join(folder!, name), "aim.xml", file, type);
      expect(found.rois).toHaveLength(2);
      found.rois.forEach(({ fit: { axes, residual } }, i) => {
        const expected = rois[i]!;
        expect(residual).toBeLessThan(1e-4);
        for (const axis of [0, 1] as const) {
          expect(axes[axis].meanOffset).toBeCloseTo(expected.mean_offset_px[axis], 4);
          const fit = axis === 0 ? expected.fit_column : expected.fit_row;
          if (fit !== undefined) {
            expect(axes[axis].scale).toBeCloseTo(fit.scale, 5);
            expect(axes[axis].offset).toBeCloseTo(fit.offset, 4);
          }
        }
      });
    },
  );

  test.each([
    ["square-pixels", "rtstruct-correct.dcm", "AIM", []],
    ["anisotropic-pixels", "rtstruct-correct.dcm", "AIM", []],
    ["oblique-anisotropic", "rtstruct-correct.dcm", "AIM", []],
    [
      "square-pixels",
      "rtstruct-shifted.dcm",
      "AIM",
      ["the RTSTRUCT is shifted by (+1, +1) px, as a known fault"],
    ],
    [
      "anisotropic-pixels",
      "rtstruct-shifted.dcm",
      "AIM",
      ["the RTSTRUCT is shifted by (+1, +1) px, as a known fault"],
    ],
    [
      "anisotropic-pixels",
      "rtstruct-shifted-swapped.dcm",
      "AIM",
      [
        "row and column spacing of the RTSTRUCT are exchanged (scale 1.5 and 0.667) and it is shifted by (+1, +1) px",
      ],
    ],
    [
      "oblique-anisotropic",
      "rtstruct-shifted-swapped.dcm",
      "AIM",
      [
        "row and column spacing of the RTSTRUCT are exchanged (scale 1.5 and 0.667) and it is shifted by (+1, +1) px",
      ],
    ],
    [
      "rtstruct-is-the-original",
      "rtstruct-correct.dcm",
      "RTSTRUCT",
      ["the AIM file is shifted by (-1, -1) px, as a known fault"],
    ],
  ] as const)("%s/%s: the cause is named", (name, file, type, causes) => {
    const { diagnostics } = compare(join(folder!, name), "aim.xml", file, type);
    expect(diagnostics.map(({ code }) => code)).toEqual(
      causes.map(() => "RTSTRUCT_DISAGREES_WITH_AIM"),
    );
    causes.forEach((cause, i) => {
      expect(diagnostics[i]!.text).toContain(
        `disagree in 2 of 2 ROIs ("kidney1", "tumour"): ${cause}`,
      );
    });
  });
});

describe.skipIf(synthetic === undefined)("AIM and RTSTRUCT that agree", () => {
  test.each([
    ["axial", "S5", "explicit-le.dcm"],
    ["axial", "S5", "implicit-le-headerless.dcm"],
    ["axial", "S5", "stale-image-references.dcm"],
    ["coronal", "S6", "explicit-le.dcm"],
    ["oblique", "S7", "no-image-references.dcm"],
    ["multiecho", "S8", "explicit-le.dcm"],
    ["enhanced", "S9", "explicit-le.dcm"],
  ])("%s %s %s: nothing but the regions of the RTSTRUCT alone", (variant, scan, file) => {
    const base = join(synthetic!, variant);
    const { rois, diagnostics } = compare(
      base,
      `aim/AIM_20240312_101500_123_${scan}.xml`,
      `rtstruct/${file}`,
      "AIM",
    );
    expect(rois).toHaveLength(18);
    for (const { fit } of rois) expect(fit.largest).toBeLessThan(1e-4);
    expect(diagnostics).toMatchObject([{ code: "UNMATCHED_ROI", severity: "info", value: 3 }]);
    expect(diagnostics[0]!.text).toBe(
      '3 ROIs of rtstruct.dcm (11 "point", 12 "open contour", 20 "=1+1") are not in the AIM file; they are not measured.',
    );
  });
});
