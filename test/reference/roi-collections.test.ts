import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { FoundFile } from "#shared/files/list-files.ts";
import { compareCollections } from "#shared/roi/compare-collections.ts";
import { findCollections } from "#shared/roi/find-collections.ts";
import type { SourceKind } from "#shared/roi/roi.ts";
import { collection } from "#test/shared/roi/collections.ts";
import { findRoiFolder, readPlanes } from "./roi-folder.ts";

// Which resource is used in an XNAT archive, and in folders where AIM and RTSTRUCT lie side by side.

interface ExpectedCollection {
  readonly assessor: string;
  readonly n_rois: number;
  readonly reference_scan: string;
  readonly use: SourceKind | null;
}

const archive = findRoiFolder("xnat-archive");
const disagreement = findRoiFolder("aim-rtstruct-disagreement");
const bad = findRoiFolder("bad-inputs");

// The maps of the data set are no label maps; here only what is chosen counts.
const stub = async (file: FoundFile) =>
  collection({ kind: "NIFTI", path: file.path, sha256: file.path });
const options = { contours: "auto", readers: { NIFTI: stub } } as const;

describe.skipIf(archive === undefined)("an XNAT archive", () => {
  const expected = JSON.parse(readFileSync(join(archive ?? "", "expected.json"), "utf8")) as {
    collections: readonly ExpectedCollection[];
  };
  const session = join(archive ?? "", "SYNTH_MOUSE01_MR1");
  const assessors = join(session, "ASSESSORS");

  test.each(expected.collections)("$assessor uses $use", async (wanted) => {
    const folder = join(assessors, wanted.assessor);
    if (wanted.use === null) {
      await expect(findCollections([folder], options)).rejects.toThrow(
        /MEAS\/.*\.json \(measurements \(JSON\), which are not regions\)/,
      );
      return;
    }
    const { collections, skipped } = await findCollections([folder], options);
    expect(collections.map(({ kind }) => kind)).toEqual([wanted.use]);
    expect(collections[0]!.rois).toHaveLength(wanted.n_rois);
    expect(collections[0]!.path).toBe(
      `${wanted.use}/${wanted.assessor}.${wanted.use === "AIM" ? "xml" : "dcm"}`,
    );
    expect(skipped).toEqual([]);
  });

  test("the session as a whole gives five collections and names the measurements", async () => {
    const { collections, alternatives, skipped } = await findCollections([assessors], options);
    expect(collections.map(({ path }) => path.split("/")[0])).toEqual(
      expected.collections
        .filter(({ use }) => use !== null)
        .map(({ assessor }) => assessor)
        .sort(),
    );
    expect(alternatives.map(({ other }) => other.path.split("/").slice(0, 2).join("/"))).toEqual([
      "AIM_20240312_101500_123_S5/RTSTRUCT",
      "RTSTRUCT_20240312_113000_S5/AIM",
    ]);
    expect(skipped.map(({ code, severity }) => [code, severity])).toEqual([
      ["SKIPPED_FILE", "info"],
    ]);
    const reference = readPlanes(join(session, "SCANS/5/DICOM"));
    const said = alternatives.map(
      ({ used, other }) => compareCollections(used, other, reference).diagnostics,
    );
    expect(said[0]!.map(({ code }) => code)).toEqual(["UNMATCHED_ROI"]);
    expect(said[1]!.map(({ code }) => code)).toEqual(["RTSTRUCT_DISAGREES_WITH_AIM"]);
    expect(said[1]![0]!.text).toContain("the AIM file is shifted by (-1, -1) px");
  });

  test("the content of one resource is enough", async () => {
    const folder = join(assessors, "RTSTRUCT_20240312_113000_S5/AIM");
    expect((await findCollections([folder], options)).collections[0]!.kind).toBe("AIM");
  });
});

describe.skipIf(disagreement === undefined)("AIM and RTSTRUCT side by side", () => {
  test.each([
    ["square-pixels", "AIM", 2],
    ["anisotropic-pixels", "AIM", 3],
    ["oblique-anisotropic", "AIM", 2],
    ["rtstruct-is-the-original", "RTSTRUCT", 1],
  ] as const)("%s: %s is used", async (name, kind, others) => {
    const paths = [join(disagreement!, name, "aim.xml")];
    const folder = join(disagreement!, name);
    for (const given of [[folder], [...paths, folder]]) {
      const { collections, alternatives } = await findCollections(given, options);
      expect(collections.filter((one) => one.kind !== "NIFTI").map((one) => one.kind)).toEqual([
        kind,
      ]);
      expect(alternatives).toHaveLength(others);
    }
  });

  test("the option decides", async () => {
    const folder = join(disagreement!, "rtstruct-is-the-original");
    const { collections } = await findCollections([folder], { ...options, contours: "aim" });
    expect(collections.filter(({ kind }) => kind !== "NIFTI").map(({ path }) => path)).toEqual([
      "aim.xml",
    ]);
  });
});

describe.skipIf(bad === undefined)("bad files given themselves", () => {
  test.each([
    ["truncated/rtstruct-cut-in-contour-data.dcm", "E-TRUNCATED", "31420 bytes"],
    [
      "truncated/rtstruct-cut-in-preamble.dcm",
      "E-ROI-FILE",
      "(100 bytes) is no collection of regions: neither DICOM nor AIM",
    ],
    ["truncated/empty-file.dcm", "E-ROI-FILE", "(0 bytes) is no collection of regions: empty"],
    ["xml/not-aim.xml", "E-NOT-AIM", "is an XNAT catalog"],
    ["xml/bomb.xml", "E-XML-DOCTYPE", "with entities"],
    ["empty-rtstruct/no-roi-sequence.dcm", "E-NO-ROI", "defines no regions"],
    ["map-header-claims-too-much.nii", "none", ""],
  ])("%s", async (path, code, what) => {
    const reading = findCollections([join(bad!, path)], options);
    if (code === "none") expect((await reading).collections[0]!.kind).toBe("NIFTI");
    else {
      await expect(reading).rejects.toMatchObject({ code });
      await expect(reading).rejects.toThrow(what);
    }
  });
});
